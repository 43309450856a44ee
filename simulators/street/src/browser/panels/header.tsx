import type { LotKind, StreetLayout } from '../../view.ts'
import { act, live, useClock } from '../live.ts'
import { type Language, lotKindText, useTexts } from '../texts.ts'
import { dayText, timeOfDay } from '../time.ts'

const minute = 60_000

/** The lot's name and the switch to the other, the clock that all parts share, and what can be opened. */
export function Header(props: {
  layout: StreetLayout
  onLot: (lot: LotKind) => void
  language: Language
  onLanguage: (language: Language) => void
  faultsOn: number
  isFaults: boolean
  onFaults: () => void
  isWires: boolean
  onWires: () => void
  onShowMe: () => void
}) {
  const { t, language } = useTexts()
  const { lot, kind, kinds } = props.layout
  const now = useClock(1_000)
  const steps: readonly (readonly [string, number])[] = [
    [t.tenMinutes, 10 * minute],
    [t.oneHour, 60 * minute],
    [t.oneDay, 24 * 60 * minute],
  ]
  return (
    <header class="top">
      <h1>
        <span class="lot-name">{lot.name}</span>
        <span class="brand">Lanepay {t.title}</span>
      </h1>
      {kinds.length > 1 ? (
        <fieldset class="lots">
          <legend class="sr">{t.lots}</legend>
          {kinds.map((one) => (
            <button key={one} type="button" class="small" aria-pressed={one === kind} onClick={() => props.onLot(one)}>
              {lotKindText(language, one)}
            </button>
          ))}
        </fieldset>
      ) : null}
      <fieldset class="clock">
        <legend class="sr">{t.clock}</legend>
        <span class="day">{dayText(now, language)}</span>
        <time dateTime={Number.isFinite(now) ? new Date(now).toISOString() : undefined}>{timeOfDay(now)}</time>
        {steps.map(([text, ms]) => (
          <button key={ms} type="button" class="small" onClick={() => void act({ do: 'advance', ms })}>
            {text}
          </button>
        ))}
      </fieldset>
      <nav class="tools">
        {live.connected ? null : <span class="offline">{t.lost}</span>}
        {/* The visit it plays is one of the hosted lot. */}
        {kind === 'hosted' ? (
          <button type="button" class="primary" onClick={props.onShowMe}>
            ▶ {t.showMe}
          </button>
        ) : null}
        <button type="button" aria-expanded={props.isFaults} onClick={props.onFaults}>
          {t.faults}
          {props.faultsOn > 0 ? <b class="count">{props.faultsOn}</b> : null}
        </button>
        <button type="button" aria-pressed={props.isWires} onClick={props.onWires}>
          {t.wires}
        </button>
        <button
          type="button"
          lang={language === 'en' ? 'zh-CN' : 'en'}
          onClick={() => props.onLanguage(language === 'en' ? 'zh-CN' : 'en')}
        >
          {t.language}
        </button>
      </nav>
    </header>
  )
}
