const chinaOffsetMs = 8 * 3_600_000

/** Hours of the day in China, with fractions. */
const hourAt = (now: number): number => ((now + chinaOffsetMs) / 3_600_000) % 24

const between = (value: number, from: number, to: number): number =>
  Math.min(Math.max((value - from) / (to - from), 0), 1)

/** How dark it is, 0 to 1: light from about six to about seven in the evening. */
export function darknessAt(now: number): number {
  const hour = hourAt(now)
  return Math.max(1 - between(hour, 5, 7), between(hour, 18, 20))
}
