import { Button, Input } from 'antd'
import { ChoiceField, Field, Optional } from '../../kit/field.tsx'
import { useTexts } from '../../kit/language.ts'
import type { Problem } from '../../kit/problem.ts'
import { problems, texts } from './texts.ts'

/** A party of a rule while a person types it. */
export type PartyTyped = {
  readonly party: string
  readonly order: number
  readonly how: 'part' | 'fixed'
  readonly amount: string
  readonly kind: 'merchant' | 'person'
  readonly account: string
  readonly name: string
  readonly description: string
  readonly onRefund: 'taken-back' | 'operator'
  readonly ifNotPaid: 'operator' | 'person'
  readonly ifNotReturned: 'operator' | 'person'
}
export const newParty = (order: number): PartyTyped => ({
  ...{ party: '', order, how: 'part', amount: '', kind: 'merchant', account: '', name: '' },
  ...{ description: '停车费分润', onRefund: 'taken-back', ifNotPaid: 'operator', ifNotReturned: 'operator' },
})

export function PartyFields({
  at,
  typed,
  problem,
  onType,
  onDrop,
}: {
  readonly at: number
  readonly typed: PartyTyped
  readonly problem: Problem | null
  readonly onType: (next: PartyTyped) => void
  readonly onDrop?: () => void
}) {
  const t = useTexts(texts)
  const set = (changed: Partial<PartyTyped>) => onType({ ...typed, ...changed })
  const name = (field: string) => `rule/parties/${at}/${field}`
  const text = (
    key: 'amount' | 'account' | 'name' | 'description',
    field: string,
    label: React.ReactNode,
    hint?: string,
  ) => (
    <Field label={label} name={name(field)} problem={problem} own={problems} {...(hint ? { hint } : {})}>
      {(props) => (
        <Input
          {...props}
          autoComplete="off"
          maxLength={60}
          value={typed[key]}
          onChange={({ target }) => set({ [key]: target.value })}
        />
      )}
    </Field>
  )
  const carries = (key: 'ifNotPaid' | 'ifNotReturned') => (
    <ChoiceField
      label={t[key]}
      name={name(key)}
      hint={t.carriesHint[key]}
      problem={problem}
      own={problems}
      value={typed[key]}
      onChange={(who) => set({ [key]: who })}
      options={(['operator', 'person'] as const).map((value) => ({ value, label: t.carries[value] }))}
    />
  )
  return (
    <fieldset className="lp-card">
      <legend>
        {t.party} {at + 1}
      </legend>
      <Field label={t.partyNumber} name={name('party')} hint={t.partyHint} problem={problem} own={problems}>
        {(props) => (
          <Input
            {...props}
            inputMode="numeric"
            maxLength={18}
            value={typed.party}
            onChange={({ target }) => set({ party: target.value.replace(/\D/g, '') })}
          />
        )}
      </Field>
      {typed.party !== '0' && (
        <>
          <ChoiceField
            label={t.how}
            name={name('how')}
            value={typed.how}
            onChange={(how) => set({ how })}
            options={[
              { value: 'part', label: t.part },
              { value: 'fixed', label: t.fixed },
            ]}
          />
          {text('amount', 'takes', typed.how === 'part' ? t.percent : t.yuan)}
        </>
      )}
      <ChoiceField
        label={t.receiverKind}
        name={name('receiver/kind')}
        value={typed.kind}
        onChange={(kind) => set({ kind, ...(kind === 'person' ? { onRefund: 'operator' } : {}) })}
        options={[
          { value: 'merchant', label: t.kinds.merchant },
          { value: 'person', label: t.kinds.person },
        ]}
      />
      {text('account', 'receiver/account', t.account, t.accountHint)}
      {text(
        'name',
        'receiver/name',
        <>
          {t.name}
          {typed.kind === 'person' && <Optional />}
        </>,
        t.nameHint,
      )}
      {text('description', 'description', t.description)}
      <ChoiceField
        label={t.onRefund}
        name={name('onRefund')}
        problem={problem}
        own={problems}
        value={typed.onRefund}
        onChange={(onRefund) => set({ onRefund })}
        options={[
          { value: 'taken-back', label: t.refunds['taken-back'] },
          { value: 'operator', label: t.refunds.operator },
        ]}
      />
      {carries('ifNotPaid')}
      {typed.onRefund === 'taken-back' && carries('ifNotReturned')}
      {onDrop && (
        <div className="lp-actions">
          <Button onClick={onDrop}>{t.drop}</Button>
        </div>
      )}
    </fieldset>
  )
}
