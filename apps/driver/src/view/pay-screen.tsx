import { yuan } from '../logic/shown.ts'
import type { Stage } from '../logic/stage.ts'
import { Sum } from './fee-screen.tsx'
import { usePage } from './page.ts'
import { Bar, LotOffline, Plate } from './parts.tsx'

/** While the wallet's sheet is up, and after it until the server knows. There is nothing here that could pay twice. */
export function PayScreen({ stage }: { stage: Extract<Stage, { at: 'sheet' | 'waiting' }> }) {
  const { state, tell, t } = usePage()
  const { order } = stage
  const resumed = stage.at === 'waiting' && stage.because === 'resumed'
  const slow = stage.at === 'waiting' && stage.polls > 4
  const [title, todo] =
    stage.at === 'sheet'
      ? [t.pay.sheet, t.pay.sheetTodo]
      : resumed
        ? [t.pay.resumed, t.pay.resumedTodo]
        : slow
          ? [t.pay.slow, t.pay.slowTodo]
          : [t.pay.confirming, t.pay.confirmingTodo]
  // The wallet refuses to take the money for one order twice, so taking it up again is safe; but nobody who has just
  // paid is asked to.
  const mayResume = resumed || (slow && stage.at === 'waiting' && stage.because === 'unclear')
  return (
    <>
      <LotOffline when="during" />
      <section class="card" aria-busy="true">
        <span class="road" aria-hidden="true" />
        <h1>{title}</h1>
        <p class="todo">{todo}</p>
        <Plate plate={order.plate} pass={false} />
        <p class="sum">
          <Sum fen={order.amountFen} />
        </p>
      </section>
      {stage.at === 'sheet' && (
        <button
          type="button"
          class="bare"
          onClick={() => tell({ type: 'sheet-ended', payment: order.payment, result: 'unclear' })}
        >
          {t.pay.noSheet} {t.pay.check}
        </button>
      )}
      {mayResume && (
        <Bar reach>
          <button
            type="button"
            class="main"
            aria-disabled={stage.at === 'waiting' && stage.paying}
            onClick={() => tell({ type: 'pay' })}
          >
            {stage.at === 'waiting' && stage.paying ? t.fee.paying : t.pay.resume(yuan(order.amountFen))}
          </button>
        </Bar>
      )}
      {slow && (
        <button type="button" class="bare" aria-disabled={state.asked !== null} onClick={() => tell({ type: 'retry' })}>
          {t.pay.check}
        </button>
      )}
    </>
  )
}
