import type { Stage } from '../logic/stage.ts'
import { usePage } from './page.ts'
import { Bar, Call, LotSays } from './parts.tsx'

/** The page could not do what was asked: what happened, what to do, and whom to call. */
export function ProblemScreen({ stage }: { stage: Extract<Stage, { at: 'problem' }> }) {
  const { state, tell, t } = usePage()
  const { title, todo } = t.problems[stage.code]
  const where = state.no?.where
  const entry = state.place?.kind === 'entry'
  return (
    <>
      <section class="card">
        <span class="cone" aria-hidden="true" />
        <h1>{title}</h1>
        <p class="todo">{entry && stage.code === 'lane-empty' ? t.entry.laneEmptyTodo : todo}</p>
        <LotSays />
        {where && (
          <p>
            {t.at} {where.lot} {where.lane}
          </p>
        )}
      </section>
      <Bar>
        {stage.retry !== null && (
          <button
            type="button"
            class="main"
            aria-disabled={state.asked !== null}
            onClick={() => tell({ type: 'retry' })}
          >
            {t.retry}
          </button>
        )}
        <Call />
      </Bar>
    </>
  )
}
