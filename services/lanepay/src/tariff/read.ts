import { readFileSync } from 'node:fs'
import {
  parseSchedule,
  parseTariff,
  type Schedule,
  type Tariff,
  type TariffFault,
  tariffFor,
} from '@lanepay/domain/tariff/tariff.ts'
import { type Language, ruleTexts, sayings } from '@lanepay/domain/tariff/told/words.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { Told } from '../keep.ts'
import { lineOf, type Places, placesIn } from './place.ts'

/** A price list as a file holds it: alone, in versions, or inside the plan of a lot agent with those of its areas. */
export type ListFile = {
  readonly name: string
  readonly text: string
  readonly places: Places
  readonly faults: readonly { readonly path: string; readonly rule: TariffFault['rule'] | 'twice' }[]
  /** Empty when there are faults. */
  readonly lists: readonly { readonly path: string; readonly tariff: Tariff }[]
  readonly schedule: Schedule | null
  /** Those of a plan's areas, each by itself, by their names; null: the file is no plan. */
  readonly areas: ReadonlyMap<string, Pick<ListFile, 'lists' | 'schedule'>> | null
}

/** @throws Told when the file cannot be read, or is not JSON. */
export function readList(name: string, language: Language): ListFile {
  const text = textOf(name, language)
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw new Told(`${name} ${sayings.notJson[language]}: ${(error as Error).message}`)
  }
  const places = placesIn(text)
  const twice = places.twice.map((path) => ({ path, rule: 'twice' as const }))
  const parsed = placesOfLists(document).map(([path, inside, area]) => ({ area, ...listAt(path, inside) }))
  const faults = [...parsed.flatMap((one) => one.faults), ...twice]
  return {
    name,
    text,
    places,
    faults,
    lists: faults.length > 0 ? [] : parsed.flatMap((one) => one.lists),
    schedule: parsed[0]?.schedule ?? null,
    areas: parsed[0]?.area === null ? new Map(parsed.slice(1).map((one) => [String(one.area), one])) : null,
  }
}

/** The file's one list; or of a plan the lot's own first, of no area, then those of areas inside it with their names. */
function placesOfLists(document: unknown): readonly (readonly [path: string, list: unknown, area?: unknown])[] {
  if (has(document, 'versions') || !has(document, 'tariff')) return [['', document]]
  const areas = has(document, 'areas') && Array.isArray(document.areas) ? (document.areas as readonly unknown[]) : []
  const inner = areas.flatMap((area, index) =>
    has(area, 'tariff') ? [[`/areas/${index}/tariff`, area.tariff, has(area, 'name') ? area.name : ''] as const] : [],
  )
  return [['/tariff', document.tariff, null], ...inner]
}

/**
 * The file as if it held the list of this area alone. A file that is no plan is such a list already.
 * @throws Told where the plan has no such area.
 */
export function listOfArea(file: ListFile, area: string | undefined, language: Language): ListFile {
  if (area === undefined || file.areas === null || file.faults.length > 0) return file
  const found = file.areas.get(area)
  if (found) return { ...file, lists: found.lists, schedule: found.schedule }
  throw new Told(`${file.name}: ${area}: ${sayings.noSuchArea[language]} (${[...file.areas.keys()].join(', ')})`)
}

/** One list, alone or in versions, which stands at this place. */
function listAt(at: string, inside: unknown): Pick<ListFile, 'faults' | 'lists' | 'schedule'> {
  const placed = (faults: readonly TariffFault[]) => faults.map(({ path, rule }) => ({ path: `${at}${path}`, rule }))
  if (has(inside, 'versions')) {
    const parsed = parseSchedule(inside)
    if (!parsed.ok) return { faults: placed(parsed.error), lists: [], schedule: null }
    const lists = parsed.value.map(({ tariff }, index) => ({ path: `${at}/versions/${index}/tariff`, tariff }))
    return { faults: [], lists, schedule: parsed.value }
  }
  const parsed = parseTariff(inside)
  return parsed.ok
    ? { faults: [], lists: [{ path: at, tariff: parsed.value }], schedule: null }
    : { faults: placed(parsed.error), lists: [], schedule: null }
}

function textOf(name: string, language: Language): string {
  try {
    return readFileSync(name, 'utf8')
  } catch (error) {
    throw new Told(`${name} ${sayings.noFile[language]}: ${(error as Error).message}`)
  }
}

const has = <K extends string>(document: unknown, key: K): document is Record<K, unknown> =>
  typeof document === 'object' && document !== null && Object.hasOwn(document, key)

/**
 * The tariff of a file in which there must be no mistake; of several versions, the one that prices this stay.
 * @throws Told with every mistake.
 */
export function tariffOrTell(
  file: ListFile,
  language: Language,
  enteredAt: Instant = Number.MAX_SAFE_INTEGER as Instant,
  at: Instant = enteredAt,
): Tariff {
  if (file.faults.length > 0) throw new Told(faultLines(file, language).join('\n'))
  return file.schedule ? tariffFor(file.schedule, enteredAt, at) : file.lists[0]!.tariff
}

/** Every mistake with its line, its path, its rule and the reason. */
export function faultLines(file: ListFile, language: Language): string[] {
  const told = [...file.faults]
    .map((fault) => ({ ...fault, line: lineOf(file.text, file.places, fault.path) }))
    .sort((a, b) => a.line - b.line)
  return [
    `${file.name}: ${told.length} ${sayings.mistakes[language]}`,
    ...told.flatMap(({ path, rule, line }) => entryLines(line, path, rule, ruleTexts[rule][language], language)),
  ]
}

export const entryLines = (line: number, path: string, rule: string, why: string, language: Language): string[] => [
  `  ${language === 'en' ? `line ${line}` : `第 ${line} 行`}  ${path || '/'}  [${rule}]`,
  `      ${why}`,
]
