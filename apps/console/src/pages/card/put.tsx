import type { CardView } from '@lanepay/cloud/withdrawal/api.ts'
import { cityOf } from '@lanepay/domain/applicant/cities.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTell } from '../../kit/ask.ts'
import { CityInput } from '../../kit/city-input.tsx'
import { Choice, Field } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { problems, texts } from './texts.ts'

/** Puts another card: says that nothing goes at once for a day, and that the old one gets nothing more. */
export function PutCard({ card }: { readonly card: CardView }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  const title = card.card === null && card.cardAt === 'here' ? t.put : t.change
  return (
    <>
      <Button type="primary" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {title}
      </Button>
      <Modal open={open} title={title} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <Form card={card} onDone={() => setOpen(false)} />
      </Modal>
    </>
  )
}

type Kind = 'person' | 'company' | 'alipay'
const empty = { number: '', holder: '', bank: '', branch: '', areaCode: '', alipay: '', reason: '' }

function Form({ card, onDone }: { readonly card: CardView; readonly onDone: () => void }) {
  const t = useTexts(texts)
  const held = card.cardAt === 'channel'
  // A bank pays to bank cards only, and so does a channel that holds the card; Alipay, where it is told, to its own accounts too.
  const takesAlipay = card.channel === 'alipay' && card.payout !== 'bank' && !held
  const [kind, setKind] = useState<Kind>('company')
  const [typed, setTyped] = useState(empty)
  const isCity = cityOf(typed.areaCode) !== null
  const tell = useTell(`/api/operator/accounts/${card.account}/card`)
  const written =
    kind === 'alipay'
      ? { alipay: typed.alipay, holder: typed.holder }
      : {
          ...{ number: typed.number, holder: typed.holder, owner: kind, bank: typed.bank },
          ...(typed.branch === '' ? {} : { branch: typed.branch }),
          ...(held && isCity ? { areaCode: typed.areaCode } : {}),
        }
  const text = (
    name: keyof typeof empty,
    field: string,
    label: string,
    more: { hint?: string; max?: number; digits?: boolean } = {},
  ) => (
    <Field label={label} name={field} problem={tell.error} own={problems} {...(more.hint ? { hint: more.hint } : {})}>
      {(props) => (
        <Input
          {...props}
          autoComplete="off"
          maxLength={more.max ?? 60}
          {...(more.digits ? { inputMode: 'numeric' as const } : {})}
          value={typed[name]}
          onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <form
      className="lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        tell.mutate(
          { seen: card.version, reason: typed.reason.trim(), card: written },
          {
            onSuccess: () => {
              say(held ? t.heldDone : t.done)
              onDone()
            },
          },
        )
      }}
    >
      <p className="lp-what">{held ? t.heldWhat : t.what}</p>
      <Field label={t.kind} name="kind">
        {(props) => (
          <Choice<Kind>
            {...props}
            value={kind}
            onChange={setKind}
            options={[
              { value: 'company', label: t.kinds.company },
              { value: 'person', label: t.kinds.person },
              ...(takesAlipay ? [{ value: 'alipay' as const, label: t.kinds.alipay }] : []),
            ]}
          />
        )}
      </Field>
      {kind === 'alipay'
        ? text('alipay', 'card/alipay', t.alipayName, { hint: t.alipayHint, max: 80 })
        : text('number', 'card/number', t.number, { hint: t.numberHint, max: 40, digits: true })}
      {text('holder', 'card/holder', t.holderName)}
      {kind !== 'alipay' && text('bank', 'card/bank', t.bank)}
      {(kind === 'company' || held) &&
        text('branch', 'card/branch', t.branch, { hint: held ? t.heldBranchHint : t.branchHint })}
      {held && (
        <Field
          label={t.city}
          name="card/areaCode"
          hint={t.cityHint}
          wrong={typed.areaCode === '' || isCity ? undefined : t.cityWrong}
          problem={tell.error}
          own={problems}
        >
          {(props) => (
            <CityInput {...props} value={typed.areaCode} onChange={(areaCode) => setTyped({ ...typed, areaCode })} />
          )}
        </Field>
      )}
      {text('reason', 'reason', t.why, { max: 80 })}
      <p className="lp-hint">{t.factor}</p>
      <ProblemBox problem={tell.error} own={problems} />
      <div className="lp-form-end">
        <Button onClick={onDone}>{t.cancel}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={tell.isPending}
          disabled={typed.reason.trim() === '' || typed.holder === ''}
        >
          {t.save}
        </Button>
      </div>
    </form>
  )
}
