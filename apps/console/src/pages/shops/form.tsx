import type { ShopAsk, ShopView, Worth } from '@lanepay/cloud/coupon/api.ts'
import { Button, Input } from 'antd'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import type { Problem } from '../../kit/problem.ts'
import { fenOf, typedYuan } from '../../kit/yuan.tsx'
import { problems, texts } from './texts.ts'

type TypedKind = { readonly name: string; readonly kind: Worth['kind']; readonly value: string }
export type TypedShop = {
  readonly name: string
  readonly perDay: string
  readonly perMonth: string
  readonly hours: string
  readonly kinds: readonly TypedKind[]
}
const aKind: TypedKind = { name: '', kind: 'amount', value: '' }
export const nothing: TypedShop = { name: '', perDay: '50', perMonth: '1000', hours: '24', kinds: [aKind] }

const valueText = (worth: Worth): string =>
  worth.kind === 'amount'
    ? typedYuan(worth.fen)
    : worth.kind === 'minutes'
      ? String(worth.minutes)
      : worth.kind === 'percent'
        ? String(worth.pay)
        : ''
export const typedOf = ({ name, perDay, perMonth, hours, kinds }: ShopView): TypedShop => ({
  ...{ name, perDay: String(perDay), perMonth: String(perMonth), hours: String(hours) },
  kinds: kinds.map(({ name, worth }) => ({ name, kind: worth.kind, value: valueText(worth) })),
})

const wholeIn = (typed: string, least: number, most: number): number | null =>
  /^\d{1,7}$/.test(typed.trim()) && Number(typed) >= least && Number(typed) <= most ? Number(typed) : null
function worthIn({ kind, value }: TypedKind): Worth | null {
  const number =
    kind === 'amount'
      ? fenOf(value)
      : kind === 'minutes'
        ? wholeIn(value, 1, 44_640)
        : kind === 'percent'
          ? wholeIn(value, 0, 99)
          : 0
  if (number === null || (kind === 'amount' && number === 0)) return null
  switch (kind) {
    case 'amount':
      return { kind, fen: number }
    case 'minutes':
      return { kind, minutes: number }
    case 'percent':
      return { kind, pay: number }
    case 'whole':
      return { kind }
  }
}

/** What the form says; null while something in it is not right. */
export function shopIn({ name, kinds, ...typed }: TypedShop): Omit<ShopAsk, 'account'> | null {
  const perDay = wholeIn(typed.perDay, 1, 100_000)
  const perMonth = wholeIn(typed.perMonth, 1, 1_000_000)
  const hours = wholeIn(typed.hours, 1, 744)
  const read = kinds.map((kind) => ({ name: kind.name.trim(), worth: worthIn(kind) }))
  if (name.trim() === '' || perDay === null || perMonth === null || hours === null || read.length === 0) return null
  const right = read.flatMap(({ name, worth }) => (worth === null || name === '' ? [] : [{ name, worth }]))
  return right.length === read.length ? { name: name.trim(), kinds: right, perDay, perMonth, hours } : null
}

/** Name, kinds and limits of a shop. */
export function ShopFields({
  typed,
  set,
  problem,
}: {
  readonly typed: TypedShop
  readonly set: (typed: TypedShop) => void
  readonly problem: Problem | null
}) {
  const t = useTexts(texts)
  const put = (at: number, part: Partial<TypedKind>) =>
    set({ ...typed, kinds: typed.kinds.map((kind, n) => (n === at ? { ...kind, ...part } : kind)) })
  const text = (name: 'name' | 'perDay' | 'perMonth' | 'hours', numeric: boolean) => (
    <Field label={t[name]} name={name} problem={problem} own={problems}>
      {(props) => (
        <Input
          {...props}
          autoComplete="off"
          {...(numeric ? { inputMode: 'numeric' as const } : {})}
          value={typed[name]}
          onChange={({ target }) => set({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <>
      {text('name', false)}
      <fieldset className="lp-card">
        <legend>{t.kinds}</legend>
        {typed.kinds.map((kind, at) => (
          <div key={at} className="lp-filters">
            <Field label={t.kind} name="kinds" problem={problem} own={problems}>
              {(props) => (
                <Input
                  {...props}
                  maxLength={20}
                  value={kind.name}
                  onChange={({ target }) => put(at, { name: target.value })}
                />
              )}
            </Field>
            <ChoiceField
              label={t.worth}
              name={`kinds/${at}/worth/kind`}
              value={kind.kind}
              onChange={(next) => put(at, { kind: next })}
              options={(['amount', 'minutes', 'percent', 'whole'] as const).map((value) => ({
                value,
                label: t.worths[value],
              }))}
            />
            {kind.kind !== 'whole' && (
              <Field label={t.value} name={`kinds/${at}/worth`} problem={problem}>
                {(props) => (
                  <Input
                    {...props}
                    inputMode="decimal"
                    value={kind.value}
                    onChange={({ target }) => put(at, { value: target.value })}
                  />
                )}
              </Field>
            )}
            {typed.kinds.length > 1 && (
              <Button onClick={() => set({ ...typed, kinds: typed.kinds.filter((_, n) => n !== at) })}>{t.drop}</Button>
            )}
          </div>
        ))}
        {typed.kinds.length < 8 && (
          <Button onClick={() => set({ ...typed, kinds: [...typed.kinds, aKind] })}>{t.more}</Button>
        )}
      </fieldset>
      {text('perDay', true)}
      {text('perMonth', true)}
      {text('hours', true)}
    </>
  )
}
