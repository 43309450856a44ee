import { parseYuan } from '@lanepay/domain/money.ts'
import { useState } from 'preact/hooks'
import { boothHere } from './booth-bar.tsx'
import { usePage } from './context.ts'
import { classWords } from './event-words.ts'
import { Over, Plate, ReasonField } from './parts.tsx'
import { Refusal } from './refusal.tsx'
import { dayAndTime, instantOf, plateText, yuan } from './shown.ts'
import { useAct } from './use-act.ts'

export function OpenDialog({ lane: id }: { lane: number }) {
  const { state, t } = usePage()
  const [reason, setReason] = useState('')
  const { run, busy, refused } = useAct('open', ({ gate }) => t.done.open(gate))
  const lane = state.lanes.find((one) => one.id === id)
  const standing = lane?.occupancy ?? null
  return (
    <Over heading={t.openGate.heading(t.lane.name(lane ?? { id, direction: 'exit', area: null }))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run({ lane: id, reason })
        }}
      >
        {standing ? (
          <p>{standing.plate ? <Plate plate={standing.plate} /> : t.lane.unread}</p>
        ) : (
          <p class="note warn">{t.openGate.empty}</p>
        )}
        {(standing?.owed?.owedFen ?? 0) > 0 && (
          <p>
            {t.lane.owes} <b>{yuan(standing!.owed!.owedFen)}</b> · {t.openGate.question}
          </p>
        )}
        <ReasonField
          label={t.openGate.reason}
          hint={t.openGate.reasonHint}
          usual={t.openGate.usual}
          value={reason}
          onChange={setReason}
        />
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || reason.trim() === '' || !standing}>
          {t.openGate.submit}
        </button>
      </form>
    </Over>
  )
}

export function CashDialog({ session, plate, owedFen }: { session: string; plate: string; owedFen: number }) {
  const { state, t } = usePage()
  const [received, setReceived] = useState('')
  const { run, busy, refused } = useAct('cash', () => t.done.cash(yuan(due)))
  // What is seen of it in its lane is newer than what this window was opened with.
  const seen = state.lanes.find((lane) => lane.occupancy?.session?.id === session)?.occupancy?.owed?.owedFen
  const due = seen ?? owedFen
  const parsed = received.trim() === '' ? null : parseYuan(received.normalize('NFKC').trim())
  const changeFen = parsed?.ok ? parsed.value - due : null
  return (
    <Over heading={t.takeCash.heading(plateText(plate))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const booth = boothHere(state)?.id
          void run({
            session,
            paidFen: due,
            ...(booth === undefined ? {} : { booth }),
            ...(parsed?.ok && changeFen !== null ? { givenFen: parsed.value, changeFen } : {}),
          })
        }}
      >
        <p class="sum">
          {t.lane.owes} <b>{yuan(due)}</b>
        </p>
        {due !== owedFen && <p class="note warn">{t.takeCash.otherwise(yuan(due))}</p>}
        <div class="field">
          <label for="received">{t.takeCash.received}</label>
          <input
            id="received"
            inputMode="decimal"
            autoComplete="off"
            value={received}
            onInput={({ currentTarget }) => setReceived(currentTarget.value)}
          />
          <p class={changeFen !== null && changeFen >= 0 ? 'sum' : 'hint'} role="status">
            {parsed?.ok === false && t.takeCash.notMoney}
            {changeFen !== null &&
              (changeFen < 0 ? t.takeCash.short(yuan(-changeFen)) : <b>{t.takeCash.change(yuan(changeFen))}</b>)}
          </p>
        </div>
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || due === 0 || parsed?.ok === false || (changeFen ?? 0) < 0}>
          {t.takeCash.submit(yuan(due))}
        </button>
      </form>
    </Over>
  )
}

export function CorrectDialog(about: {
  session: string
  plate: string
  to: string
  enteredAt: number
  vehicleClass: string | null
}) {
  const { now, t, state } = usePage()
  const [plate, setPlate] = useState(about.to)
  const [entered, setEntered] = useState(dayAndTime(about.enteredAt))
  // Nothing chosen: its plate says what it is. Once a person has said it, the plate says it no more.
  const [vehicleClass, setVehicleClass] = useState(about.vehicleClass ?? '')
  const classes = new Set([...(about.vehicleClass === null ? [''] : [about.vehicleClass]), ...state.classes])
  const [reason, setReason] = useState('')
  const { run, busy, refused } = useAct('correct', () => t.done.correct)
  return (
    <Over heading={t.putRight.heading(plateText(about.plate))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run({
            session: about.session,
            reason,
            ...(plate === about.plate ? {} : { plate }),
            // The field has no seconds: what was not touched stays to the millisecond.
            ...(entered === '' || entered === dayAndTime(about.enteredAt) ? {} : { enteredAt: instantOf(entered) }),
            ...(vehicleClass === (about.vehicleClass ?? '') ? {} : { vehicleClass }),
          })
        }}
      >
        <div class="field">
          <label for="plate">{t.putRight.plate}</label>
          <input
            id="plate"
            class="big"
            value={plate}
            maxLength={20}
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            onInput={({ currentTarget }) => setPlate(currentTarget.value)}
          />
        </div>
        <div class="field">
          <label for="entered">{t.putRight.enteredAt}</label>
          <input
            id="entered"
            type="datetime-local"
            max={dayAndTime(now)}
            value={entered}
            onInput={({ currentTarget }) => setEntered(currentTarget.value)}
          />
        </div>
        {state.classes.length > 0 && (
          <div class="field">
            <label for="vehicle-class">{t.putRight.vehicleClass}</label>
            <select
              id="vehicle-class"
              value={vehicleClass}
              onChange={({ currentTarget }) => setVehicleClass(currentTarget.value)}
            >
              {[...classes].map((name) => (
                <option key={name} value={name}>
                  {name === '' ? t.putRight.byPlate : classWords(name, t)}
                </option>
              ))}
            </select>
          </div>
        )}
        <ReasonField label={t.putRight.reason} usual={t.putRight.usual} value={reason} onChange={setReason} />
        <Refusal error={refused} />
        <button type="submit" class="main" disabled={busy || reason.trim() === '' || plate.trim() === ''}>
          {t.putRight.submit}
        </button>
      </form>
    </Over>
  )
}

export function VoidDialog({ session, plate }: { session: string; plate: string }) {
  const { t } = usePage()
  const [reason, setReason] = useState('')
  const { run, busy, refused } = useAct('void', () => t.done.void)
  return (
    <Over heading={t.voidStay.heading(plateText(plate))}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void run({ session, reason })
        }}
      >
        <p class="note warn">{t.voidStay.warning}</p>
        <ReasonField label={t.voidStay.reason} usual={t.voidStay.usual} value={reason} onChange={setReason} />
        <Refusal error={refused} />
        <button type="submit" class="main danger" disabled={busy || reason.trim() === ''}>
          {t.voidStay.submit}
        </button>
      </form>
    </Over>
  )
}

export function PictureDialog({ picture, about }: { picture: string; about: string }) {
  return (
    <Over heading={about} wide>
      <img class="picture" src={`/api/pictures/${picture}`} alt={about} />
    </Over>
  )
}
