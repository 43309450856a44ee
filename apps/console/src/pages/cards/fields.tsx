import type { Noted } from '@lanepay/cloud/vehicle/api.ts'
import { Input } from 'antd'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import type { Problem } from '../../kit/problem.ts'
import { dayAfter } from '../../kit/shown.tsx'
import { vehicleProblems } from '../../kit/vehicle-problems.ts'
import { fenOf, YuanInput } from '../../kit/yuan.tsx'
import { texts } from './texts.ts'

export type TypedCard = { readonly plates: string; readonly from: string; readonly until: string }
export const platesIn = (typed: string): string[] => typed.split(/[,，;；、\s]+/).filter((one) => one !== '')
/** The first instant of a day at Beijing. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)
/** The instant at which a card ends whose last day this is. */
export const endOf = (day: string): number => startOf(dayAfter(day, 1))
export const isWhole = ({ plates, from, until }: TypedCard): boolean =>
  platesIn(plates).length > 0 && from !== '' && until !== '' && until >= from

/** Plates and days of a card. */
export function CardFields({
  typed,
  set,
  problem,
}: {
  readonly typed: TypedCard
  readonly set: (part: Partial<TypedCard>) => void
  readonly problem: Problem | null
}) {
  const t = useTexts(texts)
  const day = (name: 'from' | 'until') => (
    <Field label={t[name]} name={name} problem={problem} own={vehicleProblems}>
      {(props) => (
        <Input {...props} type="date" value={typed[name]} onChange={({ target }) => set({ [name]: target.value })} />
      )}
    </Field>
  )
  return (
    <>
      <Field label={t.plates} name="plates" hint={t.platesHint} problem={problem} own={vehicleProblems}>
        {(props) => (
          <Input
            {...props}
            autoComplete="off"
            value={typed.plates}
            onChange={({ target }) => set({ plates: target.value })}
          />
        )}
      </Field>
      {day('from')}
      {day('until')}
    </>
  )
}

export type TypedNoted = { readonly as: 'none' | Noted['as']; readonly yuan: string }
export const nothingNoted: TypedNoted = { as: 'none', yuan: '' }
export const notedIn = ({ as, yuan }: TypedNoted): { readonly noted?: Noted } =>
  as === 'none' ? {} : { noted: { as, fen: fenOf(yuan) ?? 0 } }

/** What was paid for a card: noted by a person. */
export function NotedFields({ typed, set }: { readonly typed: TypedNoted; readonly set: (typed: TypedNoted) => void }) {
  const t = useTexts(texts)
  return (
    <>
      <ChoiceField
        label={t.noted}
        name="noted"
        value={typed.as}
        onChange={(as) => set({ ...typed, as })}
        options={(['none', 'cash', 'transfer'] as const).map((value) => ({ value, label: t.notedAs[value] }))}
      />
      {typed.as !== 'none' && (
        <Field label={t.notedYuan} name="noted/fen">
          {(props) => <YuanInput {...props} value={typed.yuan} onChange={(yuan) => set({ ...typed, yuan })} />}
        </Field>
      )}
    </>
  )
}
