import { useState } from 'preact/hooks'
import type { BoothView, StateView } from '../api.ts'
import { usePage } from './context.ts'
import { keepBooth, keptBooth } from './kept.ts'
import { moment } from './shown.ts'

/** The booth at which this browser stands: the one that was chosen here, or the only one; null: none, or nobody said. */
export function boothHere({ booths }: StateView): BoothView | null {
  const kept = keptBooth()
  return booths.find(({ id }) => id === kept) ?? (booths.length === 1 ? booths[0]! : null)
}

/** Which booth this is, whose shift is open there, and how one is opened and handed over. */
export function BoothBar() {
  const { state, t, now, over } = usePage()
  const here = boothHere(state)
  const [, chosen] = useState(here?.id)
  if (state.booths.length === 0) return null
  return (
    <div class="buttons" id="booth-bar">
      <label for="booth">{t.shift.here}</label>
      <select
        id="booth"
        value={String(here?.id ?? '')}
        onChange={({ currentTarget }) => {
          keepBooth(Number(currentTarget.value))
          chosen(Number(currentTarget.value))
        }}
      >
        {!here && <option value="">{t.shift.choose}</option>}
        {state.booths.map(({ id, name }) => (
          <option key={id} value={String(id)}>
            {name}
          </option>
        ))}
      </select>
      {here?.shifts && (
        <>
          <span>{here.shift ? t.shift.of(here.shift.attendant, moment(here.shift.since, now)) : t.shift.none}</span>
          <button
            type="button"
            onClick={() => over({ what: here.shift ? 'hand-over' : 'open-shift', booth: here.id, name: here.name })}
          >
            {here.shift ? t.shift.handOver : t.shift.open}
          </button>
        </>
      )}
    </div>
  )
}
