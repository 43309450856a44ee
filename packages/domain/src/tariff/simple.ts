import type { Step, TariffDocument } from './document.ts'

export type SimpleTariff = {
  /** Free up to and including so many minutes; a longer stay is priced from its entry. Default 0. */
  readonly freeMinutes?: number
  /** Price of the first hour, second hour ...; the hours after them cost `hourFen`. */
  readonly firstHoursFen?: readonly number[]
  readonly hourFen: number
  /** The most 24 hours from entry cost; everything starts again afterwards, but for the free time. */
  readonly dailyCapFen?: number
  /** Minutes to leave after paying. Default 15. */
  readonly leaveMinutes?: number
  readonly timeZone?: string
  readonly id?: string
  readonly notice?: string
}

/** The commonest price list as a tariff document: free minutes, an hourly ladder, a cap for each 24 hours from entry. */
export function simpleTariff(told: SimpleTariff): TariffDocument {
  const { freeMinutes = 0, firstHoursFen = [], hourFen, dailyCapFen, leaveMinutes = 15 } = told
  const first: Step[] = firstHoursFen.map((fen, hour) => ({ to: (hour + 1) * 60, every: 60, fen }))
  return {
    ...(told.id === undefined ? {} : { id: told.id }),
    timeZone: told.timeZone ?? 'Asia/Shanghai',
    currency: 'CNY',
    choose: [{ plan: 'all' }],
    plans: {
      all: {
        ...(freeMinutes > 0 ? { free: { minutes: freeMinutes } } : {}),
        cycle: { from: 'entry', minutes: 1440, restart: true },
        bands: [{ steps: [...first, { to: null, every: 60, fen: hourFen }] }],
        ...(dailyCapFen === undefined ? {} : { caps: [{ per: 'cycle', fen: dailyCapFen }] }),
      },
    },
    payment: { exitMinutes: leaveMinutes, overstay: 'difference' },
    ...(told.notice === undefined ? {} : { notice: told.notice }),
  }
}
