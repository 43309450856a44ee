import type { OutlookView } from '@lanepay/cloud/refund/api.ts'
import { Button, Input, Modal } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useAsk, useTell } from '../ask.ts'
import { Field } from '../field.tsx'
import { useHere } from '../here.tsx'
import { useAct, useIntention } from '../intention.ts'
import { useTexts } from '../language.ts'
import { Answered, ProblemBox } from '../page.tsx'
import { say } from '../said.tsx'
import { Money, Time, yuanText } from '../shown.tsx'
import { fenOf, typedYuan, YuanInput } from '../yuan.tsx'
import { problems, refundTexts } from './refund-texts.ts'

/** Of which payments something may be given back. */
const refundable: ReadonlySet<string> = new Set(['paid', 'partly-refunded', 'unapplied'])
/** Whether the one who sits here may give something of a payment of this state back. */
export function useMayRefund(): (state: string) => boolean {
  const here = useHere()
  // Where one only looks, or the platform looks at an operator, nothing is given back.
  const may = here.side === '/api/operator' && here.may('refunds.ask', 'operator')
  return (state) => may && refundable.has(state)
}

/** Gives a payment or a part of it back: says beforehand whose money it is, what comes back from partners, and when it goes. */
export function Refund({ payment, lot }: { readonly payment: string; readonly lot: number }) {
  const t = useTexts(refundTexts)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t.refund}
      </Button>
      <Modal open={open} title={t.title} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <Form payment={payment} lot={lot} onDone={() => setOpen(false)} />
      </Modal>
    </>
  )
}

type Given = { readonly payment: string; readonly lot: number; readonly onDone: () => void }

function Form(given: Given) {
  const all = useAsk<OutlookView>(`~/payments/${given.payment}/refund-outlook`)
  return <Answered ask={all}>{(answer) => <Asking {...given} all={answer} />}</Answered>
}

function Asking({ payment, lot, onDone, all }: Given & { readonly all: OutlookView }) {
  const t = useTexts(refundTexts)
  const [typed, setTyped] = useState(typedYuan(all.leftFen))
  const [reason, setReason] = useState('')
  const amountFen = fenOf(typed)
  const settled = useDeferredValue(amountFen)
  const outlook = useAsk<OutlookView>(
    settled === null || settled === 0 ? null : `~/payments/${payment}/refund-outlook`,
    { amountFen: settled ?? undefined },
    { keepsOld: true },
  )
  const intention = useIntention(`/api/operator/lots/${lot}/refund-asks`)
  const tell = useTell<object, { readonly amountFen: number }>(`/api/operator/lots/${lot}/refunds`)
  const act = useAct()
  const seen = outlook.data
  const fits = amountFen !== null && amountFen > 0 && reason.trim() !== '' && seen?.refusal === null
  return (
    <form
      className="lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        void act.run(async () => {
          const done = await tell.mutateAsync({ ask: await intention.ask(), payment, amountFen, reason: reason.trim() })
          intention.over()
          say(t.done(yuanText(done.amountFen)))
          onDone()
        })
      }}
    >
      <p>
        {t.left} <Money fen={all.leftFen} /> / <Money fen={all.paidFen} />
      </p>
      <Field
        label={t.amount}
        name="amountFen"
        problem={act.problem}
        own={problems}
        {...(amountFen === null ? { wrong: t.notAnAmount } : {})}
      >
        {(props) => <YuanInput {...props} value={typed} onChange={setTyped} />}
      </Field>
      <Field label={t.reason} name="reason" hint={t.reasonHint} problem={act.problem} own={problems}>
        {(props) => (
          <Input
            {...props}
            autoFocus
            maxLength={80}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        )}
      </Field>
      <div className="lp-what" role="status">
        {seen && <Says seen={seen} />}
      </div>
      <ProblemBox problem={act.problem} own={problems} />
      <div className="lp-form-end">
        <Button onClick={onDone}>{t.cancel}</Button>
        <Button type="primary" danger htmlType="submit" loading={act.busy} disabled={!fits}>
          {amountFen === null ? t.refund : t.give(yuanText(amountFen))}
        </Button>
      </div>
    </form>
  )
}

/** What this refund would be, in sentences. */
function Says({ seen }: { readonly seen: OutlookView }) {
  const t = useTexts(refundTexts)
  const refusals = useTexts({
    zh: (code: string) => problems[code]?.zh ?? code,
    en: (code: string) => problems[code]?.en ?? code,
  })
  if (seen.refusal !== null) return <p>{refusals(seen.refusal)}</p>
  const carried = seen.partners.filter(({ way }) => way === 'none').reduce((sum, one) => sum + one.amountFen, 0)
  return (
    <ul>
      <li>
        {t.toDriver} <Money fen={seen.amountFen} />
        {seen.dueAt > seen.now && (
          <>
            , {t.notBefore} <Time at={seen.dueAt} />
          </>
        )}
      </li>
      <li>
        {t.operator} <Money fen={seen.operatorFen} />; {t.platform} <Money fen={seen.platformFeeFen} />
      </li>
      {seen.partners
        .filter(({ way }) => way !== 'none')
        .map(({ party, amountFen }) => (
          <li key={party}>
            {party === '0' ? t.fromPlatform : t.fromPartner(party)} <Money fen={amountFen} />
          </li>
        ))}
      {carried > 0 && (
        <li>
          {t.carried} <Money fen={carried} />
        </li>
      )}
      {seen.sharesLater && <li>{t.sharesLater}</li>}
      {seen.secondFactor !== 'not-needed' && <li>{t.factor[seen.secondFactor](yuanText(seen.limitFen))}</li>}
    </ul>
  )
}
