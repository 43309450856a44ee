/* How money, time and plates are written out, without a page. */

const yuan = new Intl.NumberFormat('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
/** Whole fen as `¥1,234.50`; below nothing with a minus before it. */
export const yuanText = (fen: number): string => `${fen < 0 ? '-' : ''}¥${yuan.format(Math.abs(fen) / 100)}`

const beijingMs = 8 * 3_600_000
/** An instant as it is read at Beijing, `2026-11-29 08:00:00`: everybody means the lot's clock, wherever they sit. */
export const timeText = (at: number): string => new Date(at + beijingMs).toISOString().slice(0, 19).replace('T', ' ')
/** The day at Beijing, `2026-11-29`. */
export const dayText = (at: number): string => timeText(at).slice(0, 10)
/** The day so many days after another. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** A plate as it stands on the car: `粤B·12345`. An unplated pass is written as it is. */
export const plateText = (plate: string): string =>
  /^[\u4e00-\u9fff]/.test(plate) ? `${plate.slice(0, 2)}·${plate.slice(2)}` : plate
