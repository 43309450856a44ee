import type { Stage } from '../logic/stage.ts'
import { usePage } from './page.ts'
import { Bar, Call, Gate, Wait } from './parts.tsx'

/** A car without plate is let in: its pass, and what the gate does. */
export function EntryScreen({ stage }: { stage: Extract<Stage, { at: 'entering' | 'entered' }> }) {
  const { state, tell, t } = usePage()
  if (stage.at === 'entering')
    return state.lost > 0 && state.asked === null ? <NotAnswered /> : <Wait text={t.entry.asking} />
  const { pass, gate } = stage.view
  const open = gate === 'opened'
  return (
    <>
      <section class={open ? 'card good' : 'card'}>
        <Gate is={open ? 'open' : 'shut'} />
        <h1>{open ? t.entry.welcome : t.entry.silent}</h1>
        <p class="todo">{open ? t.entry.opened : t.entry.silentTodo}</p>
        <h2 class="label">{t.entry.pass}</h2>
        <p class="plate pass large">{pass}</p>
        <p class="todo">{t.entry.keep}</p>
      </section>
      {!open && (
        <Bar>
          <Call />
        </Bar>
      )}
      <button type="button" class="bare" onClick={() => tell({ type: 'retry' })}>
        {t.entry.again}
      </button>
    </>
  )
}

/** Nobody knows whether the lot heard it, so the driver looks at the gate and decides. */
function NotAnswered() {
  const { tell, t } = usePage()
  return (
    <>
      <section class="card">
        <span class="cone" aria-hidden="true" />
        <h1>{t.lineLost}</h1>
        <p class="todo">{t.entry.notSent}</p>
      </section>
      <Bar>
        <button type="button" class="main" onClick={() => tell({ type: 'retry' })}>
          {t.retry}
        </button>
        <Call />
      </Bar>
    </>
  )
}
