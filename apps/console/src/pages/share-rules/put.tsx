import type { LimitView, RulesView } from '@lanepay/cloud/share/api.ts'
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useAsk, useTell } from '../../kit/ask.ts'
import { ChoiceField, Field } from '../../kit/field.tsx'
import { useAct, useIntention } from '../../kit/intention.ts'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import { say } from '../../kit/said.tsx'
import { useWords } from '../../kit/words.ts'
import { fenOf } from '../../kit/yuan.tsx'
import { newParty, PartyFields, type PartyTyped } from './party.tsx'
import { percent, problems, texts } from './texts.ts'

/** Puts a rule: the channel says beforehand how much of a payment it lets anybody share, and then whether it knows each receiver. */
export function PutRule({ view }: { readonly view: RulesView }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button type="primary" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.put}
      </Button>
      <Modal open={open} title={t.put} onCancel={() => setOpen(false)} footer={null} destroyOnHidden width={720}>
        <Form view={view} onDone={() => setOpen(false)} />
      </Modal>
    </>
  )
}

const channels = ['wechatpay', 'alipay'] as const

function Form({ view, onDone }: { readonly view: RulesView; readonly onDone: () => void }) {
  const t = useTexts(texts)
  const words = useWords()
  const [lot, setLot] = useState(String(view.lots[0]!.lot))
  const [channel, setChannel] = useState<(typeof channels)[number]>('wechatpay')
  const [from, setFrom] = useState('')
  const [waitMinutes, setWaitMinutes] = useState('1440')
  const [reason, setReason] = useState('')
  const [parties, setParties] = useState<readonly PartyTyped[]>([newParty(1)])
  const limit = useAsk<LimitView>('~/share-limit', { lot, channel })
  const intention = useIntention('~/share-asks')
  const tell = useTell('~/share-rules')
  const act = useAct()
  const isWhole = parties.every((one) => one.party !== '' && one.account !== '' && takesOf(one) !== null)
  return (
    <form
      className="lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        void act.run(async () => {
          const rule = {
            channel,
            ...(from === '' ? {} : { from: `${from}:00+08:00` }),
            waitMinutes: Number(waitMinutes),
            parties: parties.map(partyOf),
          }
          const ask = await intention.ask({ lot: Number(lot) })
          await tell.mutateAsync({ ask, lot: Number(lot), reason: reason.trim(), rule })
          intention.over()
          say(t.done)
          onDone()
        })
      }}
    >
      <ChoiceField
        label={t.lot}
        name="lot"
        value={lot}
        onChange={setLot}
        options={view.lots.map((one) => ({ value: String(one.lot), label: `${one.name} (${one.lot})` }))}
      />
      <ChoiceField
        label={t.channel}
        name="rule/channel"
        problem={act.problem}
        own={problems}
        value={channel}
        onChange={setChannel}
        options={channels.map((value) => ({ value, label: words('payments', 'channel', value) }))}
      />
      <p className="lp-what" role="status">
        {limit.data ? t.limit(percent(limit.data.limitBasisPoints)) : limit.error ? '' : t.askingLimit}
        <ProblemBox problem={limit.error} own={problems} />
      </p>
      <Field label={t.fromField} name="rule/from" hint={t.fromHint} problem={act.problem} own={problems}>
        {(props) => (
          <Input {...props} type="datetime-local" value={from} onChange={({ target }) => setFrom(target.value)} />
        )}
      </Field>
      <Field label={t.wait} name="rule/waitMinutes" hint={t.waitHint} problem={act.problem} own={problems}>
        {(props) => (
          <Input
            {...props}
            inputMode="numeric"
            maxLength={5}
            value={waitMinutes}
            onChange={({ target }) => setWaitMinutes(target.value.replace(/\D/g, ''))}
          />
        )}
      </Field>
      {parties.map((one, at) => (
        <PartyFields
          key={at}
          at={at}
          typed={one}
          problem={act.problem}
          onType={(next) => setParties(parties.map((other, n) => (n === at ? next : other)))}
          {...(parties.length > 1 ? { onDrop: () => setParties(parties.filter((_, n) => n !== at)) } : {})}
        />
      ))}
      <div className="lp-actions">
        <Button onClick={() => setParties([...parties, newParty(parties.length + 1)])}>{t.more}</Button>
      </div>
      <Field label={t.reason} name="reason" hint={t.reasonHint} problem={act.problem}>
        {(props) => (
          <Input {...props} maxLength={200} value={reason} onChange={({ target }) => setReason(target.value)} />
        )}
      </Field>
      <p className="lp-hint">{t.never}</p>
      {act.problem &&
        (act.problem.mistakes.length > 1 ? (
          <ul className="lp-wrong" role="alert">
            {act.problem.mistakes.map(({ field, rule }) => (
              <li key={`${field} ${rule}`}>
                {field.replace('body/rule', '')}: {rule}
              </li>
            ))}
          </ul>
        ) : (
          <ProblemBox problem={act.problem} own={problems} />
        ))}
      <div className="lp-form-end">
        <Button onClick={onDone}>{t.cancel}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={act.busy}
          disabled={!isWhole || reason.trim().length < 3 || waitMinutes === ''}
        >
          {t.save}
        </Button>
      </div>
    </form>
  )
}

/** What is typed as a part: a percentage like `12.5`, or an amount in yuan; null for what is neither. */
function takesOf({ party, how, amount }: PartyTyped) {
  if (party === '0') return 'platform-fee' as const
  if (how === 'fixed') {
    const fixedFen = fenOf(amount)
    return fixedFen === null || fixedFen === 0 ? null : { fixedFen }
  }
  const [, whole, part = ''] = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(amount.trim()) ?? []
  if (whole === undefined) return null
  const basisPoints = Number(whole) * 100 + Number(part.padEnd(2, '0'))
  return basisPoints > 0 && basisPoints <= 10_000 ? { basisPoints } : null
}

const partyOf = (typed: PartyTyped) => ({
  party: typed.party,
  order: typed.order,
  takes: takesOf(typed),
  receiver: {
    ...{ kind: typed.kind, account: typed.account.trim() },
    ...(typed.name.trim() === '' ? {} : { name: typed.name.trim() }),
  },
  description: typed.description.trim(),
  onRefund: typed.onRefund,
  ifNotPaid: typed.ifNotPaid,
  ifNotReturned: typed.onRefund === 'taken-back' ? typed.ifNotReturned : 'operator',
})
