import { type CodeLine, type PosterSizeName, posterSizeNames } from '@lanepay/cloud/code/api.ts'
import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { useTake } from '../../kit/export.tsx'
import { ChoiceField } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { PlaceField } from './place.tsx'
import { problems, texts } from './texts.ts'

/** What is hung, to print: all codes or one, in the sizes that hang in lots. */
export function Posters({ base, codes }: { readonly base: string; readonly codes: readonly CodeLine[] }) {
  const t = useTexts(texts)
  const [size, setSize] = useState<PosterSizeName>('a4')
  const [code, setCode] = useState('')
  const [marks, setMarks] = useState(false)
  const { busy, problem, take } = useTake(`${base}/posters`)
  return (
    <section className="lp-card">
      <h2>{t.posters}</h2>
      <p className="lp-hint">{t.postersHow}</p>
      <div className="lp-filters">
        <ChoiceField
          label={t.size}
          name="size"
          value={size}
          onChange={setSize}
          options={posterSizeNames.map((value) => ({ value, label: t.sizes[value] }))}
        />
        <PlaceField
          label={t.which}
          codes={codes.filter(({ live }) => live)}
          value={code}
          onChange={setCode}
          all={t.all}
        />
        <Button
          type="primary"
          loading={busy !== null}
          onClick={() => void take('posters', { size, code, marks: marks ? 'yes' : undefined })}
        >
          {t.take}
        </Button>
      </div>
      <Checkbox checked={marks} onChange={({ target }) => setMarks(target.checked)}>
        {t.marks}
      </Checkbox>
      <span role="status">{busy === null ? '' : t.making}</span>
      <ProblemBox problem={problem} own={problems} />
    </section>
  )
}
