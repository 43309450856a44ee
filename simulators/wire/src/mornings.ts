/* When channels pay out by themselves: at nine in the morning, Beijing time, what was there when the day before ended. */

const hour = 3_600_000
export const day = 24 * hour
const chinaAhead = 8 * hour

/** The midnight in Beijing with which the day of `at` began. */
export const midnightOf = (at: number): number => Math.floor((at + chinaAhead) / day) * day - chinaAhead

/** The last nine o'clock that has come. */
export const lastMorning = (now: number): number => {
  const today = midnightOf(now) + 9 * hour
  return today <= now ? today : today - day
}
