import { type PriceStep, priceSteps, type Tariff } from '../tariff.ts'
import { hourText, whoText } from './entrance-text.ts'
import { type Entrance, entrancesOf } from './grid.ts'
import { priceText } from './price-text.ts'
import { dayKindText, type Language, lengthText, overText, sayings, upToText } from './words.ts'

/** Stays longer than the first bound and up to the second cost something else. */
export type Difference = {
  readonly overS: number
  readonly toS: number
  readonly before: number | null
  readonly after: number | null
}

/** Where two price lists part, by length of stay, exact to the second: neither changes but at the ends of its steps. */
export function differencesOf(before: readonly PriceStep[], after: readonly PriceStep[]): Difference[] {
  const differences: Difference[] = []
  for (let [a, b, overS] = [0, 0, -1]; a < before.length && b < after.length; ) {
    const [old, fresh] = [before[a]!, after[b]!]
    const toS = Math.min(old.toS, fresh.toS)
    if (old.fen !== fresh.fen) differences.push({ overS, toS, before: old.fen, after: fresh.fen })
    overS = toS
    if (old.toS === toS) a++
    if (fresh.toS === toS) b++
  }
  return differences
}

/** Entries from an hour on, up to another, that change alike. */
export type Change = Omit<Entrance, 'stay'> & { readonly toHour: number; readonly differences: readonly Difference[] }

/** The stays that cost something else by the second list; entries alike are one. */
export function changesBetween(before: Tariff, after: Tariff, longestS: number): Change[] {
  const rows: Change[] = []
  for (const entrance of entrancesOf([before, after])) {
    const steps = [before, after].map((tariff) => priceSteps(tariff, entrance.stay, longestS))
    const differences = differencesOf(steps[0]!, steps[1]!)
    const last = rows.at(-1)
    if (last && isAlike(last, entrance) && JSON.stringify(last.differences) === JSON.stringify(differences))
      rows[rows.length - 1] = { ...last, toHour: entrance.hour + 1 }
    else {
      const { stay: _, ...which } = entrance
      rows.push({ ...which, toHour: entrance.hour + 1, differences })
    }
  }
  return rows.filter(({ differences }) => differences.length > 0)
}

/** `lanepay tariff diff A B`: those stays, in words. */
export function differenceText(before: Tariff, after: Tariff, longestS: number, language: Language): string {
  const changed = changesBetween(before, after, longestS)
  const looked = `${sayings.looked[language]} ${lengthText(longestS, language)}`
  if (changed.length === 0) return [sayings.same[language], looked].join('\n')
  const lines = changed.flatMap((row) => [
    `  ${whoText(row)}, ${dayKindText(row.dayKind, language)}, ${sayings.enters[language]} ${hourText(row.hour)}-${hourText(row.toHour)}`,
    ...row.differences.map(
      ({ overS, toS, ...prices }) =>
        `      ${spanText(overS, toS, language)}: ${priceText(prices.before, before, language)} -> ${priceText(prices.after, after, language)}`,
    ),
  ])
  return [sayings.changes[language], ...lines, looked].join('\n')
}

const isAlike = (row: Change, { vehicle, occupancy, dayKind, hour }: Entrance): boolean =>
  row.vehicle === vehicle && row.occupancy === occupancy && row.dayKind === dayKind && row.toHour === hour

export const spanText = (overS: number, toS: number, language: Language): string =>
  overS < 0 ? upToText(toS, language) : `${overText(overS, language)}, ${upToText(toS, language)}`
