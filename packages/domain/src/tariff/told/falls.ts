import { type PriceStep, priceSteps, type Tariff } from '../tariff.ts'
import { entranceText } from './entrance-text.ts'
import { type Entrance, entrancesOf } from './grid.ts'
import { priceText } from './price-text.ts'
import { type Language, lengthText } from './words.ts'

const lookedAtSeconds = 3 * 86_400

/** Where staying longer costs less (tariffs.md 7, no. 3), told once for each class of vehicle. */
export function fallsIn(tariff: Tariff, language: Language): string[] {
  const told = new Map<string, string>()
  for (const entrance of entrancesOf([tariff])) {
    if (told.has(entrance.vehicle)) continue
    const fall = firstFall(priceSteps(tariff, entrance.stay, lookedAtSeconds))
    if (fall) told.set(entrance.vehicle, fallText(tariff, entrance, fall, language))
  }
  return [...told.values()]
}

type Fall = { readonly before: PriceStep; readonly after: PriceStep }

/** The first step that costs less than the one before it. */
export function firstFall(steps: readonly PriceStep[]): Fall | null {
  for (const [index, after] of steps.entries()) {
    const before = steps[index - 1]
    if (before?.fen != null && after.fen !== null && after.fen < before.fen) return { before, after }
  }
  return null
}

function fallText(tariff: Tariff, entrance: Entrance, { before, after }: Fall, language: Language): string {
  const told = [before, after].map(({ toS, fen }) => `${lengthText(toS, language)} ${priceText(fen, tariff, language)}`)
  return `${entranceText(entrance, language)}: ${told.join(' > ')}`
}
