import { useState } from 'preact/hooks'
import { draftOf, isWhole } from '../logic/plate-keys.ts'
import type { Stage } from '../logic/stage.ts'
import { usePage } from './page.ts'
import { Call, LotOffline, LotSays, Plate } from './parts.tsx'
import { PlateField } from './plate-field.tsx'
import { PlateKeyboard } from './plate-keyboard.tsx'

/** Which vehicle? The driver's own pass is offered, the last plate of this phone stands there already. */
export function PlateScreen({ stage }: { stage: Extract<Stage, { at: 'typing' }> }) {
  const { state, tell, t } = usePage()
  const [draft, setDraft] = useState(() => draftOf(stage.plate))
  const whole = isWhole(draft.typed)
  const [typing, setTyping] = useState(!whole)
  const pass = state.place?.pass ?? null
  const ask = (plate: string) => tell({ type: 'ask-fee', plate })
  const problem = stage.problem === null || draft.typed !== stage.plate ? null : stage.problem
  return (
    <>
      <LotOffline when="before" />
      {pass !== null && (
        <section class="card">
          <h2 class="label">{t.plate.pass}</h2>
          <Plate plate={pass} pass />
          <button type="button" class="main" onClick={() => ask(pass)}>
            {t.plate.askPass}
          </button>
        </section>
      )}
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          if (whole) ask(draft.typed)
        }}
      >
        <div class="row">
          <h1 class="label">
            {pass === null ? t.plate.heading : t.plate.orPlate} <small>{t.plate.hint}</small>
          </h1>
          {draft.typed !== '' && (
            <button
              type="button"
              class="bare"
              onClick={() => {
                setDraft(draftOf(''))
                setTyping(true)
              }}
            >
              {t.plate.clear}
            </button>
          )}
        </div>
        <PlateField draft={draft} onDraft={setDraft} onTouch={() => setTyping(true)} />
        {problem !== null && (
          <p class="note warn">
            <b>{t.problems[problem].title}</b> {t.problems[problem].todo}
          </p>
        )}
        {problem !== null && <LotSays />}
        <button type="submit" class={pass === null ? 'main' : 'quiet'} aria-disabled={!whole}>
          {t.plate.ask}
        </button>
      </form>
      {problem === 'no-session' && <Similar />}
      {problem === 'no-session' ? <Reasons /> : typing && <PlateKeyboard draft={draft} onDraft={setDraft} />}
    </>
  )
}

/** Plates inside that the camera may have read this one as: one tap asks for it, as if it had been typed. */
function Similar() {
  const { state, tell, t } = usePage()
  const plates = state.no?.similar ?? []
  if (plates.length === 0) return null
  return (
    <section class="card">
      <h2 class="label">{t.plate.similar}</h2>
      <p>{t.plate.similarTodo}</p>
      {plates.map((plate) => (
        <button key={plate} type="button" class="quiet" onClick={() => tell({ type: 'ask-fee', plate })}>
          <Plate plate={plate} />
        </button>
      ))}
    </section>
  )
}

function Reasons() {
  const { t } = usePage()
  return (
    <section class="card">
      <h2 class="label">{t.plate.notFound}</h2>
      <ol class="reasons">
        {t.plate.reasons.map(([what, todo]) => (
          <li key={what}>
            <b>{what}</b>
            <span>{todo}</span>
          </li>
        ))}
      </ol>
      <Call />
    </section>
  )
}
