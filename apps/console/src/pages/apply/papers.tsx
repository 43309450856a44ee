import type { ApplicantView } from '@lanepay/cloud/application/api.ts'
import { papersFor } from '@lanepay/domain/applicant/check.ts'
import type { PaperKind } from '@lanepay/domain/applicant/form.ts'
import { paperLabels } from '@lanepay/domain/applicant/labels.ts'
import { Button } from 'antd'
import { useId, useRef, useState } from 'react'
import { applicationProblems, ruleTexts } from '../../kit/application/texts.ts'
import { language, useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { Problem } from '../../kit/problem.ts'
import { request } from '../../kit/request.ts'
import { type FormAround, knownHere } from './form-field.tsx'
import { texts } from './texts.ts'
import { linkHeaders, paperTypes, ready, sendPicture } from './wire.ts'

type Told = { readonly link: string; readonly around: FormAround; readonly seen: (view: ApplicantView) => void }
const optional: readonly PaperKind[] = ['lot-entrance', 'lot-inside', 'stamped-form']

/** The papers that are asked for, and those that may come along: by camera or as files. */
export function Papers(told: Told) {
  const t = useTexts(texts)
  const asked = papersFor(knownHere(told.around))
  return (
    <section className="lp-card lp-form">
      <h2>{t.papers}</h2>
      <p className="lp-hint">{t.papersHint}</p>
      <div className="lp-cards">
        {asked.map((kind) => (
          <Paper key={kind} kind={kind} {...told} />
        ))}
      </div>
      <h3>{t.more}</h3>
      <p className="lp-hint">{t.moreHint}</p>
      <div className="lp-cards">
        {optional.map((kind) => (
          <Paper key={kind} kind={kind} {...told} />
        ))}
      </div>
    </section>
  )
}

function Paper({ kind, link, around, seen }: Told & { readonly kind: PaperKind }) {
  const t = useTexts(texts)
  const said = language.use()
  const rules = useTexts(ruleTexts)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [part, setPart] = useState<number | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const there = around.view.papers.find((one) => one.kind === kind)
  const mend = around.view.mend.find(({ field }) => field === `papers/${kind}`)
  const isMissing = around.tried && around.view.mistakes.some(({ field }) => field === `papers/${kind}`)
  const does = async (act: () => Promise<ApplicantView>) => {
    setProblem(null)
    try {
      seen(await act())
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem({ code: 'unclear', status: 0 }))
    } finally {
      setPart(null)
    }
  }
  const send = (file: File) =>
    does(async () => {
      setPart(0)
      return sendPicture(link, kind, await ready(file), setPart)
    })
  const name = paperLabels[kind][said]
  return (
    <div className="lp-paper" data-place={`papers/${kind}`}>
      <p id={`${id}-name`} className="lp-paper-name">
        {name}
      </p>
      <p role="status" className={there ? 'lp-good' : 'lp-hint'}>
        {part !== null
          ? part < 1
            ? t.sending(Math.floor(part * 100))
            : t.checking
          : there
            ? t.uploaded(there.width, there.height)
            : t.notThere}
      </p>
      {part !== null && <progress aria-label={name} max={1} value={part} />}
      {(isMissing || mend) && <p className="lp-wrong">{isMissing ? rules.missing : t.mend}</p>}
      <ProblemBox problem={problem} own={applicationProblems} />
      <input
        ref={input}
        id={id}
        className="lp-file"
        type="file"
        accept={paperTypes.join(',')}
        aria-labelledby={`${id}-name`}
        tabIndex={-1}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file) void send(file)
          target.value = ''
        }}
      />
      <div className="lp-actions">
        <Button disabled={part !== null} aria-describedby={`${id}-name`} onClick={() => input.current?.click()}>
          {there ? t.replace : t.take}
        </Button>
        {there && (
          <Button
            disabled={part !== null}
            aria-describedby={`${id}-name`}
            onClick={() =>
              void does(() => request(`/api/apply/papers/${kind}`, { method: 'DELETE', headers: linkHeaders(link) }))
            }
          >
            {t.drop}
          </Button>
        )}
      </div>
    </div>
  )
}
