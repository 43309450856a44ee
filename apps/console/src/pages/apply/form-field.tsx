import type { ApplicantView, FormPart } from '@lanepay/cloud/application/api.ts'
import { tidyCard } from '@lanepay/domain/applicant/bank-card.ts'
import { cardBankOf } from '@lanepay/domain/applicant/card-prefixes.ts'
import { checkField, rolesFor } from '@lanepay/domain/applicant/check.ts'
import type { Draft, FormField } from '@lanepay/domain/applicant/form.ts'
import { fieldLabels, type Label, valueLabels } from '@lanepay/domain/applicant/labels.ts'
import { isMasked } from '@lanepay/domain/applicant/review.ts'
import { Checkbox, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { ruleTexts } from '../../kit/application/texts.ts'
import { BranchInput } from '../../kit/branch-input.tsx'
import { CityInput } from '../../kit/city-input.tsx'
import { Choice, Field, type FieldProps, Optional } from '../../kit/field.tsx'
import { language, useTexts } from '../../kit/language.ts'
import { dayText } from '../../kit/shown.tsx'
import type { Keeping } from './keeping.ts'
import { texts } from './texts.ts'
import { linkHeaders } from './wire.ts'

/** What a field needs of the form around it. */
export type FormAround = {
  readonly link: string
  readonly view: ApplicantView
  readonly keeping: Keeping
  /** Somebody has tried to hand it in: what is missing is said as well. */
  readonly tried: boolean
}

export const today = (): string => dayText(Date.now())
/** The form as far as it is known here: what was typed, over what is kept and is no secret. */
export function knownHere({ view, keeping }: Pick<FormAround, 'view' | 'keeping'>): Draft {
  const kept = Object.entries(view.form).filter(([field]) => !isMasked(field as FormField, view.form))
  const typed = Object.entries(keeping.typed).filter(([, value]) => value !== null && value !== undefined)
  const taken = new Set(Object.entries(keeping.typed).flatMap(([field, value]) => (value === null ? [field] : [])))
  return Object.fromEntries([...kept, ...typed].filter(([field]) => !taken.has(String(field)))) as Draft
}

/** Checked while typing, and by what the cloud has found in what it keeps. */
export function useWrong(around: FormAround): (place: string) => string | undefined {
  const says = useTexts(ruleTexts)
  const { view, keeping, tried } = around
  return (place) => {
    const field = place.split('/')[0] as FormField
    const isTyped = keeping.typed[field as keyof FormPart] !== undefined
    const found = isTyped
      ? checkField(withSecrets(around), field, today()).find((one) => one.field === place)?.rule
      : view.mistakes.find((one) => one.field === place)?.rule
    if (found === undefined || (found === 'missing' && !tried)) return undefined
    return says[found as keyof typeof says]
  }
}
/** A secret that is kept compares with nothing here: what depends on it is the cloud's to say. */
function withSecrets(around: FormAround): Draft {
  const known = knownHere(around)
  const { form } = around.view
  return {
    ...known,
    ...(known.applicantName === undefined && form.applicantName !== undefined && known.accountKind === 'private'
      ? { applicantName: known.cardHolder ?? '' }
      : {}),
  }
}

const inputs: Partial<Record<FormField, 'date' | 'tel' | 'email' | 'numeric'>> = {
  ...{ idFrom: 'date', legalIdFrom: 'date', filedOn: 'date' },
  ...{ bankPhone: 'tel', adminPhone: 'tel', filedPhone: 'tel', email: 'email' },
  ...{ cardNumber: 'numeric', lotNumber: 'numeric', spaces: 'numeric' },
}
const wholeNumbers: readonly FormField[] = ['lotNumber', 'spaces']

/** One field of the form, of whichever kind it is. */
export function FormFieldOf({
  field,
  around,
}: {
  readonly field: Exclude<FormField, 'lanes'>
  readonly around: FormAround
}) {
  const t = useTexts(texts)
  const said = language.use()
  const wrong = useWrong(around)(field)
  const { view, keeping } = around
  const known = knownHere(around)
  const kept = view.form[field]
  const isSecret = isMasked(field, view.form) && typeof kept === 'string' && keeping.typed[field] === undefined
  const type = (value: string | number | null) => keeping.type({ [field]: value } as FormPart)
  const label = (
    <>
      {fieldLabels[field][said]}
      {field === 'lotNumber' && <Optional />}
    </>
  )
  const hints: Partial<Record<FormField, ReactNode>> = {
    ...{ bankCity: t.cityHint, lotCity: t.cityHint, bankBranch: t.branchHint, lotNumber: t.numberHint },
  }
  const bank = field === 'cardNumber' ? cardBankOf(tidyCard(known.cardNumber ?? '')) : null
  const hint = isSecret ? t.secret(kept) : bank ? t.bankIs(bank.bank) : hints[field]
  return (
    <div data-place={field}>
      <Field label={label} name={field} wrong={wrong} {...(hint ? { hint } : {})}>
        {(props) => <InputOf {...{ field, props, known, type, said, choose: t.choose, link: around.link }} />}
      </Field>
    </div>
  )
}

function InputOf({
  field,
  props,
  known,
  type,
  said,
  choose,
  link,
}: {
  readonly field: Exclude<FormField, 'lanes'>
  readonly props: FieldProps
  readonly known: Draft
  readonly type: (value: string | number | null) => void
  readonly said: 'zh' | 'en'
  readonly choose: string
  readonly link: string
}) {
  const value = known[field]
  const options = (labels: Readonly<Record<string, Label>>, names: readonly string[] = Object.keys(labels)) => [
    { value: '', label: choose },
    ...names.map((name) => ({ value: name, label: labels[name]![said] })),
  ]
  const choice = (all: readonly { readonly value: string; readonly label: string }[]) => (
    <Choice {...props} value={String(value ?? '')} onChange={(next) => type(next === '' ? null : next)} options={all} />
  )
  switch (field) {
    case 'kind':
      return choice(options(valueLabels.kind))
    case 'accountKind':
      return choice(options(valueLabels.accountKind))
    case 'applicantRole':
      return choice(options(valueLabels.applicantRole, rolesFor(known.accountKind)))
    case 'bankCity':
    case 'lotCity':
      return <CityInput {...props} value={String(value ?? '')} onChange={(code) => type(code === '' ? null : code)} />
    case 'idUntil':
    case 'legalIdUntil':
      return <Until {...{ props, value: String(value ?? ''), type }} />
    case 'bankBranch':
      return (
        <BranchInput
          {...props}
          source={{ path: '/api/apply/branches', headers: linkHeaders(link) }}
          city={known.bankCity}
          value={String(value ?? '')}
          onChange={type}
        />
      )
    default: {
      const kind = inputs[field]
      const isWhole = wholeNumbers.includes(field)
      return (
        <Input
          {...props}
          {...(kind === 'numeric' ? { inputMode: 'numeric' } : kind ? { type: kind } : {})}
          autoComplete="off"
          maxLength={isWhole ? 7 : 130}
          value={value === undefined ? '' : String(value)}
          onChange={({ target }) => {
            const typed = target.value
            if (!isWhole) type(typed)
            else if (typed === '') type(null)
            else if (/^\d{1,7}$/.test(typed)) type(Number(typed))
          }}
        />
      )
    }
  }
}

/** Until when a card is valid, or that it is without end. */
function Until({
  props,
  value,
  type,
}: {
  readonly props: FieldProps
  readonly value: string
  readonly type: (value: string | null) => void
}) {
  const t = useTexts(texts)
  const [day, setDay] = useState(value === 'long-term' ? '' : value)
  const isLong = value === 'long-term'
  return (
    <span className="lp-actions">
      <Input
        {...props}
        className="lp-day"
        type="date"
        disabled={isLong}
        value={isLong ? '' : value}
        onChange={({ target }) => {
          setDay(target.value)
          type(target.value === '' ? null : target.value)
        }}
      />
      <Checkbox
        checked={isLong}
        onChange={({ target }) => type(target.checked ? 'long-term' : day === '' ? null : day)}
      >
        {t.longTerm}
      </Checkbox>
    </span>
  )
}
