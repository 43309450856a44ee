import { useTexts } from './language.ts'
import { plateText, timeText, yuanText } from './spelling.ts'

export { dayAfter, dayText, plateText, timeText, yuanText } from './spelling.ts'

/* How money, time, plates and masked things look, everywhere. */

/** Money; digits of the same width, so that columns can be compared. */
export const Money = ({ fen }: { readonly fen: number }) => <span className="lp-money">{yuanText(fen)}</span>

export const Time = ({ at, short }: { readonly at: number; readonly short?: boolean }) => (
  <time className="lp-nowrap" dateTime={new Date(at).toISOString()}>
    {short ? timeText(at).slice(5, 16) : timeText(at)}
  </time>
)

export const Plate = ({ plate }: { readonly plate: string }) => <span className="lp-plate">{plateText(plate)}</span>

/** What is shown in part only (domain.md 8), as the server has masked it; said so to whoever hears it. */
export function Masked({ text }: { readonly text: string }) {
  const t = useTexts({ zh: '部分隐藏', en: 'partly hidden' })
  return (
    <span className="lp-nowrap" title={t}>
      {text}
    </span>
  )
}

/** `1 小时 20 分` or `1 h 20 min`; what is not over yet counts up to `until`. */
export function useDuration(): (ms: number) => string {
  const t = useTexts({
    zh: { d: ' 天 ', h: ' 小时 ', m: ' 分' },
    en: { d: ' d ', h: ' h ', m: ' min' },
  })
  return (ms) => {
    const minutes = Math.max(0, Math.floor(ms / 60_000))
    const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60]
    return `${days > 0 ? days + t.d : ''}${days > 0 || hours > 0 ? hours + t.h : ''}${rest}${t.m}`
  }
}
