import { useTexts } from './language.ts'

/* How money, time, plates and masked things look, everywhere. */

const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
/** Whole fen as `¥1,234.50`; below nothing with a minus before it. */
export const yuanText = (fen: number): string => `${fen < 0 ? '-' : ''}¥${yuan.format(Math.abs(fen) / 100)}`

/** Money; digits of the same width, so that columns can be compared. */
export const Money = ({ fen }: { readonly fen: number }) => <span className="lp-money">{yuanText(fen)}</span>

const beijingMs = 8 * 3_600_000
/** An instant as it is read at Beijing, `2026-11-29 08:00:00`: everybody means the lot's clock, wherever they sit. */
export const timeText = (at: number): string => new Date(at + beijingMs).toISOString().slice(0, 19).replace('T', ' ')
/** The day at Beijing, `2026-11-29`. */
export const dayText = (at: number): string => timeText(at).slice(0, 10)
export const Time = ({ at, short }: { readonly at: number; readonly short?: boolean }) => (
  <time className="lp-nowrap" dateTime={new Date(at).toISOString()}>
    {short ? timeText(at).slice(5, 16) : timeText(at)}
  </time>
)

/** The day so many days after another. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** A plate as it stands on the car: `粤B·12345`. An unplated pass is shown as it is. */
export const plateText = (plate: string): string =>
  /^[\u4e00-\u9fff]/.test(plate) ? `${plate.slice(0, 2)}·${plate.slice(2)}` : plate
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
