import type { CodeLine } from '@lanepay/cloud/code/api.ts'
import { ChoiceField } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { texts } from './texts.ts'

/** How the place of a code is called: `出口 南门`, or where it hangs inside. */
export function usePlace(): (line: Pick<CodeLine, 'kind' | 'lane'>) => string {
  const t = useTexts(texts)
  return ({ kind, lane }) => (lane === null ? t.inside : `${t.kinds[kind]} ${lane.name}`)
}

/** Chooses one of the places; `all` is what stands for none of them. */
export function PlaceField({
  label,
  codes,
  value,
  onChange,
  all,
}: {
  readonly label: string
  readonly codes: readonly CodeLine[]
  readonly value: string
  readonly onChange: (code: string) => void
  readonly all?: string
}) {
  const place = usePlace()
  const options = codes.map((line) => ({ value: line.code, label: place(line) }))
  return (
    <ChoiceField
      label={label}
      name="code"
      value={value}
      onChange={onChange}
      options={all === undefined ? options : [{ value: '', label: all }, ...options]}
    />
  )
}
