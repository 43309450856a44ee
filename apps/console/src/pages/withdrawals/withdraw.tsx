import type { AskedView, BalanceView } from '@lanepay/cloud/withdrawal/api.ts'
import { Button, Modal } from 'antd'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useTell } from '../../kit/ask.ts'
import { Field } from '../../kit/field.tsx'
import { useAct, useIntention } from '../../kit/intention.ts'
import { useTexts } from '../../kit/language.ts'
import { ProblemBox } from '../../kit/page.tsx'
import type { ProblemTexts } from '../../kit/problem-texts.ts'
import { say } from '../../kit/said.tsx'
import { Money, yuanText } from '../../kit/shown.tsx'
import { fenOf, typedYuan, YuanInput } from '../../kit/yuan.tsx'
import { refusalTexts } from './refusals.ts'
import { texts } from './texts.ts'

const problems: ProblemTexts = Object.fromEntries(
  Object.entries(refusalTexts.zh).map(([code, zh]) => [
    code,
    { zh, en: refusalTexts.en[code as keyof typeof refusalTexts.en] },
  ]),
)

/** Asks for a withdrawal at once: says its cost, its limits and what reaches the bank before it is asked. */
export function Withdraw({ balance, name }: { readonly balance: BalanceView; readonly name: string }) {
  const t = useTexts(texts)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        type="primary"
        disabled={balance.instant.refusal !== null}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {t.ask}
      </Button>
      <Modal open={open} title={t.asking(name)} onCancel={() => setOpen(false)} footer={null} destroyOnHidden>
        <Asking balance={balance} onDone={() => setOpen(false)} />
      </Modal>
    </>
  )
}

function Asking({ balance, onDone }: { readonly balance: BalanceView; readonly onDone: () => void }) {
  const t = useTexts(texts)
  const [, go] = useLocation()
  const { instant, availableFen, account, bucket } = balance
  const mostFen = Math.min(availableFen, instant.mostAtOnceFen, instant.leftTodayFen)
  const [typed, setTyped] = useState(typedYuan(mostFen))
  const amountFen = fenOf(typed)
  const intention = useIntention('/api/operator/withdrawal-asks')
  const tell = useTell<object, AskedView>('/api/operator/withdrawals')
  const act = useAct()
  const wrong =
    amountFen === null
      ? t.notAnAmount
      : amountFen < instant.floorFen
        ? `≥ ${yuanText(instant.floorFen)}`
        : amountFen > mostFen
          ? `≤ ${yuanText(mostFen)}`
          : undefined
  return (
    <form
      className="lp-form"
      onSubmit={(event) => {
        event.preventDefault()
        void act.run(async () => {
          const of = { bucket, account }
          const done = await tell.mutateAsync({ ...of, ask: await intention.ask(of), amountFen })
          intention.over()
          say(t.done(yuanText(done.amountFen)))
          onDone()
          go(`/withdrawals/${done.withdrawal}`)
        })
      }}
    >
      <p className="lp-what">
        {t.costs(
          yuanText(instant.feeFen),
          yuanText(instant.floorFen),
          yuanText(instant.mostAtOnceFen),
          yuanText(instant.leftTodayFen),
        )}
      </p>
      <Field label={t.amount} name="amountFen" problem={act.problem} own={problems} {...(wrong ? { wrong } : {})}>
        {(props) => <YuanInput {...props} value={typed} onChange={setTyped} />}
      </Field>
      <dl className="lp-facts">
        <dt>{t.fee}</dt>
        <dd>
          <Money fen={instant.feeFen} />
        </dd>
        <dt>{t.bank}</dt>
        <dd>
          <Money fen={Math.max((amountFen ?? 0) - instant.feeFen, 0)} />
        </dd>
      </dl>
      <p className="lp-hint">{t.factor}</p>
      <p className="lp-hint">{t.mayReturn}</p>
      <ProblemBox problem={act.problem} own={problems} />
      <div className="lp-form-end">
        <Button onClick={onDone}>{t.cancel}</Button>
        <Button type="primary" htmlType="submit" loading={act.busy} disabled={wrong !== undefined}>
          {t.go(yuanText(amountFen ?? 0))}
        </Button>
      </div>
    </form>
  )
}
