import type { MendView } from '@lanepay/cloud/application/api.ts'
import { fieldsFor } from '@lanepay/domain/applicant/check.ts'
import { cityOf } from '@lanepay/domain/applicant/cities.ts'
import type { Draft, FormField, Place } from '@lanepay/domain/applicant/form.ts'
import { fieldLabels, longTerm, valueLabels } from '@lanepay/domain/applicant/labels.ts'
import { reasonNames } from '@lanepay/domain/applicant/review.ts'
import { Checkbox, Input } from 'antd'
import { placeText } from '../../kit/application/standing.tsx'
import { reasonTexts } from '../../kit/application/texts.ts'
import { Choice } from '../../kit/field.tsx'
import { type Language, language, useTexts } from '../../kit/language.ts'
import { texts } from './texts.ts'

/** What a reviewer has ticked, by place. */
export type Mending = ReadonlyMap<Place, Omit<MendView, 'field'>>
export type Marking = {
  readonly mending: Mending
  readonly mark: (field: Place, mend: Omit<MendView, 'field'> | null) => void
}

export const fieldsShown = (form: Draft): readonly FormField[] => [
  ...fieldsFor(form).filter((field) => field !== 'lanes'),
  ...(form.lotNumber === undefined ? [] : (['lotNumber'] as const)),
]

export function valueText(form: Draft, field: FormField, said: Language): string {
  const value = form[field]
  if (value === undefined || field === 'lanes') return ''
  if (value === 'long-term') return longTerm[said]
  if (field === 'kind' || field === 'accountKind' || field === 'applicantRole')
    return (valueLabels[field] as Record<string, Record<Language, string>>)[String(value)]![said]
  if (field === 'bankCity' || field === 'lotCity') return cityOf(String(value))?.name ?? String(value)
  return String(value)
}

/** The form as it stands; each line may be marked to be mended where `marking` is given. */
export function FormFacts({ form, marking }: { readonly form: Draft; readonly marking: Marking | null }) {
  const said = language.use()
  const t = useTexts(texts)
  return (
    <section className="lp-card">
      <h2>{t.form}</h2>
      <dl className="lp-facts">
        {fieldsShown(form).map((field) => (
          <Fact key={field} name={fieldLabels[field][said]} place={field} marking={marking}>
            {valueText(form, field, said)}
          </Fact>
        ))}
        {(form.lanes ?? []).map((lane, at) => (
          <Fact key={lane.number} name={`${t.lanes} ${lane.number}`} place={`lanes/${at}/name`} marking={marking}>
            {lane.name} · {valueLabels.direction[lane.direction][said]}
          </Fact>
        ))}
      </dl>
    </section>
  )
}

function Fact({
  name,
  place,
  marking,
  children,
}: {
  readonly name: string
  readonly place: Place
  readonly marking: Marking | null
  readonly children: React.ReactNode
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <span className="lp-line">{children}</span>
        {marking && <Mark place={place} {...marking} />}
      </dd>
    </>
  )
}

/** To be mended or not, why, and in which words. */
export function Mark({ place, mending, mark }: Marking & { readonly place: Place }) {
  const t = useTexts(texts)
  const said = language.use()
  const reasons = useTexts(reasonTexts)
  const mend = mending.get(place)
  const name = placeText(place, said)
  return (
    <span className="lp-actions">
      <Checkbox
        checked={mend !== undefined}
        aria-label={`${name}: ${t.mendThis}`}
        onChange={({ target }) => mark(place, target.checked ? { reason: 'does-not-match', note: '' } : null)}
      >
        {t.mendThis}
      </Checkbox>
      {mend && (
        <>
          <Choice
            aria-label={`${name}: ${t.reason}`}
            value={mend.reason}
            onChange={(reason) => mark(place, { ...mend, reason })}
            options={reasonNames.filter((one) => one !== 'channel').map((value) => ({ value, label: reasons[value] }))}
          />
          <Input
            className="lp-note"
            aria-label={`${name}: ${t.note}`}
            placeholder={t.note}
            maxLength={200}
            value={mend.note}
            onChange={({ target }) => mark(place, { ...mend, note: target.value })}
          />
        </>
      )}
    </span>
  )
}
