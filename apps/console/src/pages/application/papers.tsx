import type { DeskView } from '@lanepay/cloud/application/api.ts'
import { papersFor } from '@lanepay/domain/applicant/check.ts'
import { paperLabels } from '@lanepay/domain/applicant/labels.ts'
import { Button } from 'antd'
import { useState } from 'react'
import { language, useTexts } from '../../kit/language.ts'
import { Time } from '../../kit/shown.tsx'
import { Mark, type Marking } from './form-facts.tsx'
import { texts } from './texts.ts'

/** The papers, each opened by itself: opening leaves a line in the trail. */
export function DeskPapers({
  one,
  path,
  marking,
}: {
  readonly one: DeskView
  readonly path: string
  readonly marking: Marking | null
}) {
  const t = useTexts(texts)
  const said = language.use()
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const kinds = [...new Set([...papersFor(one.form), ...one.papers.map(({ kind }) => kind)])]
  const toggle = (kind: string) => {
    const next = new Set(opened)
    if (!next.delete(kind)) next.add(kind)
    setOpened(next)
  }
  return (
    <section className="lp-card" aria-label={t.papers}>
      <h2>{t.papers}</h2>
      <p className="lp-hint">{t.openedHint}</p>
      {kinds.map((kind) => {
        const paper = one.papers.find((other) => other.kind === kind)
        const name = paperLabels[kind][said]
        return (
          <div key={kind} className="lp-picture">
            <h3>{name}</h3>
            {paper === undefined ? (
              <p className="lp-bad">{t.noPaper}</p>
            ) : (
              <>
                <p className="lp-hint">
                  {paper.width} × {paper.height} · <Time at={paper.uploadedAt} />
                </p>
                {one.state !== 'draft' && (
                  <Button
                    aria-label={`${name}: ${opened.has(kind) ? t.closePaper : t.openPaper}`}
                    onClick={() => toggle(kind)}
                  >
                    {opened.has(kind) ? t.closePaper : t.openPaper}
                  </Button>
                )}
                {opened.has(kind) && (
                  <img
                    src={`${path}/papers/${kind}?at=${paper.uploadedAt}`}
                    alt={name}
                    width={paper.width}
                    height={paper.height}
                  />
                )}
              </>
            )}
            {marking && <Mark place={`papers/${kind}`} {...marking} />}
          </div>
        )
      })}
    </section>
  )
}
