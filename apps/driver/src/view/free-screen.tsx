import type { Stage } from '../logic/stage.ts'
import { byCamera } from './announcement.ts'
import { LeaveBy } from './countdown.tsx'
import { Lines, Stay } from './fee-screen.tsx'
import { usePage } from './page.ts'
import { Bar, Call, Gate, LotOffline, Plate } from './parts.tsx'

/** Nothing to pay now: free so far, or paid before. In an exit lane the gate opens. */
export function FreeScreen({ stage }: { stage: Extract<Stage, { at: 'free' }> }) {
  const { state, tell, t } = usePage()
  const { quote } = stage
  const { gate } = quote
  const typed = stage.plate !== null
  const todo = gate === undefined ? byCamera(state, t) : t.gate[`${gate}Todo`]
  const heading =
    gate === 'silent'
      ? t.gate.silentFree
      : gate !== undefined
        ? t.gate[gate]
        : quote.state === 'already-paid'
          ? t.free.paid
          : t.free.heading
  return (
    <>
      {gate !== 'opened' && <LotOffline when="free" />}
      <section class={gate === 'silent' ? 'card' : 'card good'}>
        {gate !== undefined && <Gate is={gate === 'opened' ? 'open' : gate === 'sent' ? 'moving' : 'shut'} />}
        <h1>{heading}</h1>
        {todo && <p class="todo">{todo}</p>}
        <Plate plate={quote.plate} pass={quote.pass} />
        {quote.leaveBy !== null && gate !== 'opened' ? (
          <LeaveBy instant={quote.leaveBy} />
        ) : (
          gate === undefined && <p class="todo">{t.free.soFar}</p>
        )}
        <Stay quote={quote} />
        {quote.paidFen > 0 && <Lines quote={quote} />}
      </section>
      {gate === 'silent' && (
        <Bar>
          <Again text={state.asked === null ? t.gate.openAgain : t.gate.openingAgain} />
          <Call />
        </Bar>
      )}
      {typed && (
        <Bar>
          <Again text={t.free.askAgain} />
          <button type="button" class="bare" onClick={() => tell({ type: 'change-plate' })}>
            {t.fee.changePlate}
          </button>
        </Bar>
      )}
    </>
  )
}

function Again({ text }: { text: string }) {
  const { state, tell } = usePage()
  return (
    <button type="button" class="quiet" aria-disabled={state.asked !== null} onClick={() => tell({ type: 'retry' })}>
      {text}
    </button>
  )
}
