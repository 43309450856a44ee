import { parsePlate } from '@lanepay/domain/plate.ts'
import { useState } from 'preact/hooks'
import type { Car } from '../../traffic.ts'
import type { Act, StreetLayout } from '../../view.ts'
import { act } from '../live.ts'
import { PlateTag } from '../scene/plate-tag.tsx'
import { placeText, useTexts } from '../texts.ts'

/** Under the street: a car to send, and every car that is there. */
export function Dock(props: {
  layout: StreetLayout
  cars: readonly Car[]
  picked: number | null
  onPick: (car: number | null) => void
  onRefused: (refusal: string) => void
}) {
  const { layout, cars, picked, onPick } = props
  const { t, language } = useTexts()
  const [typed, setTyped] = useState('')
  const run = async (asked: Act) => {
    const refused = await act(asked)
    if (refused !== null) props.onRefused(refused)
    return refused === null
  }
  const send = async () => {
    if (typed.trim() !== '' && (await run({ do: 'send', plate: typed }))) setTyped('')
  }
  const odd = typed.trim() !== '' && !parsePlate(typed).ok
  return (
    <section class="dock">
      <form
        class="sender"
        aria-label={t.send}
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <h2>{t.send}</h2>
        <div class="sender-row">
          <label>
            <span class="sr">{t.plate}</span>
            <input
              class="plate-input"
              value={typed}
              maxLength={16}
              placeholder={t.platePlaceholder}
              autocomplete="off"
              spellcheck={false}
              aria-describedby="plate-hint"
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="primary" disabled={typed.trim() === ''}>
            {t.sendTyped}
          </button>
        </div>
        <div class="sender-row">
          <button type="button" onClick={() => void run({ do: 'send-any' })}>
            {t.sendAny}
          </button>
          <button type="button" onClick={() => void run({ do: 'send', plate: null })}>
            {t.sendUnplated}
          </button>
        </div>
        <p id="plate-hint" class="hint" aria-live="polite">
          {odd ? t.notAPlate : ''}
        </p>
        <details class="tariff">
          <summary>{t.tariff}</summary>
          <p>{layout.lot.tariffText ?? t.noTariff}</p>
        </details>
      </form>
      <div class="car-list">
        <h2>
          {t.cars} <span class="quiet">{cars.length > 0 ? cars.length : ''}</span>
        </h2>
        {cars.length === 0 ? <p class="quiet">{t.noCars}</p> : null}
        <ul>
          {cars.map((car) => (
            <li
              key={car.id}
              class={car.id === picked ? 'picked' : ''}
              onMouseEnter={() => onPick(car.id)}
              onMouseLeave={() => onPick(null)}
            >
              <PlateTag plate={car.plate} colour={car.colour} />
              <span class="car-place">
                {placeText(language, car.place.at)}
                {car.place.at === 'bay' ? ` ${car.bay + 1}${language === 'en' ? '' : ' 号车位'}` : ''}
              </span>
              {car.place.at === 'bay' ? (
                <button type="button" class="small primary" onClick={() => void run({ do: 'drive-out', car: car.id })}>
                  {t.driveOut}
                </button>
              ) : car.place.at === 'entry' || car.place.at === 'exit' ? (
                <button type="button" class="small" onClick={() => void run({ do: 'turn-back', car: car.id })}>
                  {t.turnBack}
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}
