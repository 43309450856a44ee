import type { PaymentView } from '@lanepay/cloud/driver/api.ts'
import { isShut, isUntold } from '../logic/lot.ts'
import { when } from '../logic/shown.ts'
import type { Stage, State } from '../logic/stage.ts'
import type { Texts } from '../texts/zh-cn.ts'
import { byCamera } from './announcement.ts'
import { LeaveBy } from './countdown.tsx'
import { Sum } from './fee-screen.tsx'
import { usePage } from './page.ts'
import { Bar, Call, Gate, NoteBox, Plate } from './parts.tsx'

type Done = Extract<Stage, { at: 'done' }>

/** The money is settled: what the gate does, or until when to leave, or that the money goes back. */
export function DoneScreen({ stage }: { stage: Done }) {
  const { state, tell, t } = usePage()
  const { payment, note } = stage
  const { gate } = payment
  const paid = payment.state === 'paid'
  const shut = isShut(payment)
  const [title, todo] = words(payment, state, t)
  return (
    <>
      {note !== null && <NoteBox note={note} />}
      {isUntold(payment) && <p class="note warn">{t.pay.untold}</p>}
      <section class={shut ? 'card' : 'card good'}>
        {paid && gate !== null && <Gate is={gate === 'opened' ? 'open' : gate === 'sent' ? 'moving' : 'shut'} />}
        <h1>{title}</h1>
        {todo && <p class="todo">{todo}</p>}
        <Plate plate={payment.plate} />
        {paid && gate === null && payment.leaveBy !== null && (
          <LeaveBy instant={payment.leaveBy} onAgain={() => tell({ type: 'afresh' })} />
        )}
        <dl class="facts">
          <div>
            <dt>{t.pay.amount}</dt>
            <dd>
              <Sum fen={payment.amountFen} />
            </dd>
          </div>
          {payment.paidAt !== null && (
            <div>
              <dt>{t.pay.at}</dt>
              <dd>{when(payment.paidAt, payment.now)}</dd>
            </div>
          )}
          <div>
            <dt>{t.pay.number}</dt>
            <dd class="number">{payment.payment}</dd>
          </div>
        </dl>
      </section>
      {shut && <ShutGate stage={stage} />}
      {isUntold(payment) && (
        <Bar>
          <Call />
        </Bar>
      )}
      {stage.plate !== null ? (
        <button type="button" class="bare" onClick={() => tell({ type: 'change-plate' })}>
          {t.pay.another}
        </button>
      ) : (
        gate !== 'sent' && (
          <button type="button" class="bare" onClick={() => tell({ type: 'afresh' })}>
            {t.pay.lane}
          </button>
        )
      )}
    </>
  )
}

function words({ state, gate }: PaymentView, page: State, t: Texts): readonly [string, string] {
  if (state === 'refunding' || state === 'refunded') return [t.pay[state], t.pay[`${state}Todo`]]
  switch (gate) {
    case null:
      return [t.pay.paid, byCamera(page, t)]
    case 'vehicle-changed':
      return [t.gate.changed, t.gate.changedTodo]
    default:
      return [t.gate[gate], t.gate[`${gate}Todo`]]
  }
}

/** Paid, and the barrier stays down: open once more, somebody to come, somebody to call. */
function ShutGate({ stage }: { stage: Done }) {
  const { tell, t } = usePage()
  const { help, opening } = stage
  return (
    <Bar>
      <button type="button" class="main" aria-disabled={opening} onClick={() => tell({ type: 'retry' })}>
        {opening ? t.gate.openingAgain : t.gate.openAgain}
      </button>
      {help === 'asked' ? (
        <p class="note">{t.help.asked}</p>
      ) : (
        <button type="button" class="quiet" aria-disabled={help === 'asking'} onClick={() => tell({ type: 'help' })}>
          {help === 'asking' ? t.help.asking : t.help.ask}
        </button>
      )}
      <Call />
    </Bar>
  )
}
