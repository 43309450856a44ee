import type { ChannelView, HourView } from './api.ts'

/* What a day came to, by quarters of an hour and channel; pure. */

export const slotsOfDay = 96
export const slotMs = 900_000

/** What came in through one channel in a quarter of an hour, or who drove in. */
export type Slot = { readonly fen: number; readonly payments: number; readonly entries: number }
export type Tally = {
  /** By channel, then by quarter of an hour; entries are of no channel: `''`. */
  readonly slots: ReadonlyMap<string, ReadonlyMap<number, Slot>>
}
export const noTally: Tally = { slots: new Map() }
const nothing: Slot = { fen: 0, payments: 0, entries: 0 }
const plus = (a: Slot, b: Slot): Slot => ({
  ...{ fen: a.fen + b.fen, payments: a.payments + b.payments, entries: a.entries + b.entries },
})

/** One more row; tallies are never changed. */
export function tallied(
  tally: Tally,
  rows: readonly (Slot & { readonly channel: string; readonly slot: number })[],
): Tally {
  const slots = new Map([...tally.slots].map(([channel, of]) => [channel, new Map(of)]))
  for (const { channel, slot, ...more } of rows) {
    const of = slots.get(channel) ?? new Map<number, Slot>()
    of.set(slot, plus(of.get(slot) ?? nothing, more))
    slots.set(channel, of)
  }
  return { slots }
}
/** Both together. */
export const both = (a: Tally, b: Tally): Tally =>
  tallied(
    a,
    [...b.slots].flatMap(([channel, of]) => [...of].map(([slot, one]) => ({ channel, slot, ...one }))),
  )

/** All of it in quarters before `until`. */
export const sumOf = ({ slots }: Tally, until = slotsOfDay): HourView =>
  [...slots.values()]
    .flatMap((of) => [...of].filter(([slot]) => slot < until).map(([, one]) => one))
    .reduce(plus, nothing)

export const hoursOf = ({ slots }: Tally): HourView[] =>
  Array.from({ length: 24 }, (_, hour) =>
    [...slots.values()]
      .flatMap((of) => [0, 1, 2, 3].map((quarter) => of.get(hour * 4 + quarter) ?? nothing))
      .reduce(plus, nothing),
  )

/** Channels that had something today or then, the largest first. */
export function channelsOf(today: Tally, before: Tally, until: number): ChannelView[] {
  const names = [...new Set([...today.slots.keys(), ...before.slots.keys()])].filter((name) => name !== '')
  const of = (tally: Tally, name: string, end?: number) =>
    sumOf({ slots: new Map([[name, tally.slots.get(name) ?? new Map<number, Slot>()]]) }, end)
  return names
    .map((channel) => {
      const { fen, payments } = of(today, channel)
      return { channel, fen, payments, beforeFen: of(before, channel, until).fen }
    })
    .sort((a, b) => b.fen - a.fen || (a.channel < b.channel ? -1 : 1))
}
