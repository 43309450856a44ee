import { becauseWords } from '@lanepay/domain/device-words.ts'
import type { KioskView } from '../api.ts'
import { usePage } from './context.ts'
import { Plate } from './parts.tsx'
import { moment, plateText, yuan } from './shown.ts'

/** The lot's cash kiosks: how each is, what is in it, what is under way, and what it owes to drivers. */
export function Kiosks() {
  const { state, t } = usePage()
  if (state.kiosks.length === 0) return null
  return (
    <section class="lanes" aria-label={t.kiosk.heading}>
      {state.kiosks.map((kiosk) => (
        <Kiosk key={kiosk.id} kiosk={kiosk} />
      ))}
    </section>
  )
}

function Kiosk({ kiosk }: { kiosk: KioskView }) {
  const { t, language, now, over } = usePage()
  const { id, name, state, because, filled, purchase } = kiosk
  const heading = `kiosk-${id}`
  const drawer = { booth: id, name, kiosk: { floatFen: kiosk.floatFen } }
  return (
    <section class="lane" aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{t.kiosk.name(name)}</h2>
        <b class={state === 'well' ? 'good' : 'bad'}>{t.kiosk.state[state]}</b>
      </header>
      {because && <p class="note warn">{becauseWords(because, language)}</p>}
      {filled ? (
        <p>{t.kiosk.inside(yuan(filled.insideFen), filled.by, moment(filled.since, now))}</p>
      ) : (
        <p class="note warn">{t.kiosk.notFilled}</p>
      )}
      {kiosk.hoppers.length > 0 && (
        <ul>
          {kiosk.hoppers.map(({ fen, count, low }) => (
            <li key={fen}>
              {t.kiosk.hopper(yuan(fen), count)} {low && <b class="bad">{t.kiosk.low}</b>}
            </li>
          ))}
        </ul>
      )}
      {purchase && (
        <div>
          <p>
            {t.kiosk.purchase(plateText(purchase.plate), moment(purchase.since, now))} ·{' '}
            {purchase.dueFen > 0 ? t.kiosk.due(yuan(purchase.dueFen)) : t.kiosk.inserted(yuan(purchase.insertedFen))}
          </p>
          <div class="buttons">
            <button
              type="button"
              onClick={() =>
                over({ what: 'end-purchase', kiosk: id, purchase: purchase.purchase, plate: purchase.plate })
              }
            >
              {t.kiosk.end}
            </button>
          </div>
        </div>
      )}
      {kiosk.owed.map((owed) => (
        <div key={owed.owed} class="note bad">
          <p>
            <Plate plate={owed.plate} /> {t.kiosk.owed(plateText(owed.plate), yuan(owed.fen), moment(owed.at, now))} ·{' '}
            {t.kiosk.why[owed.because] ?? owed.because} · {owed.purchase}
          </p>
          <div class="buttons">
            <button type="button" onClick={() => over({ what: 'settle-change', owed })}>
              {t.kiosk.settle}
            </button>
          </div>
        </div>
      ))}
      <div class="buttons">
        <button type="button" onClick={() => over({ what: filled ? 'hand-over' : 'open-shift', ...drawer })}>
          {filled ? t.kiosk.empty : t.kiosk.fill}
        </button>
      </div>
    </section>
  )
}
