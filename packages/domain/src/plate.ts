import { err, ok, type Result } from './result.ts'
import type { Plate, PlateColour } from './types.ts'

/** The signs of the 31 provinces. */
export const provinces = '京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新'

/*
 * Number plates of mainland China (lot-devices.md 9). A serial never holds I or O; the authority letter is never I, and O
 * only on old special issues. New-energy letters: pure electric A B C D E, others F G H J K (many copied patterns know
 * only D and F and turn real cars away).
 */
const P = `[${provinces}]`
const A = '[A-HJ-NP-Z]'
const X = '[0-9A-HJ-NP-Z]'

const grammar = [
  ['police', `${P}${A}${X}{4}警`, ['white']],
  ['trainer', `${P}${A}${X}{4}学`, ['yellow']],
  ['trailer', `${P}${A}${X}{4}挂`, ['yellow']],
  ['hong-kong', `粤Z${X}{4}港`, ['black']],
  ['macau', `粤Z${X}{4}澳`, ['black']],
  ['consulate', `${P}${A}${X}{4}领`, ['black']],
  ['embassy', `使\\d{6}|\\d{6}使`, ['black']],
  ['armed-police', `WJ${P}?\\d{4}[0-9TDSHBXJ]`, ['white']],
  ['military', `[VKHBSLJNGCEZ]${A}\\d{5}`, ['white']],
  ['emergency', `${P}${A}${X}{4}应急`, ['white']],
  ['civil-aviation', `民航${X}{5}`, ['green', 'white']],
  ['new-energy-small', `${P}${A}[A-HJK]${X}\\d{4}`, ['green']],
  ['new-energy-large', `${P}${A}\\d{5}[A-HJK]`, ['yellow-green']],
  ['special', `${P}O${X}{5}`, ['blue', 'white']],
  ['ordinary', `${P}${A}${X}{5}`, ['blue', 'yellow', 'black']],
  /** Given to a car without a plate by a lot's own system, never read by a camera. */
  ['virtual', `[无临]${X}{5,8}`, []],
] as const satisfies readonly (readonly [string, string, readonly PlateColour[]])[]

export type PlateKind = (typeof grammar)[number][0] | 'overseas' | 'unplated'

const kinds = grammar.map(([kind, pattern, colours]) => ({ kind, pattern: new RegExp(`^(?:${pattern})$`), colours }))
const overseas = /^(?:[A-Z]{1,2}\d{1,4}|[MA][A-Z]\d{4})$/

/** What is printed or typed between the characters, and means nothing: spaces, dots, dashes, underscores excepted. */
const separators = /[\s·•・‧∙⋅.。,，'’\u2010-\u2015\u2212-]/g

/** The one spelling of whatever was written or read, plate or not: NFKC, upper case, no separators. */
export const tidyPlate = (unchecked: string): string =>
  unchecked.normalize('NFKC').toUpperCase().replace(separators, '')

/**
 * Cameras, payers and attendants all write plates differently; past this function there is one spelling: NFKC (which
 * makes full-width characters ordinary ones), upper case, no separators. A character that cannot be there (an I or O in
 * the serial) is refused, not mended: mending is the reader's business (lot-devices.md 9.1). Farm and paper plates are
 * not plates.
 *
 * `overseas` also takes Hong Kong and Macau cars without a mainland plate; their grammar is so wide (`A1`) that a lot must
 * ask for it.
 */
export function parsePlate(
  unchecked: string,
  { overseas: takeOverseas = false }: { readonly overseas?: boolean } = {},
): Result<Plate, 'not-a-plate'> {
  if (unchecked.length > 40) return err('not-a-plate')
  const tidy = tidyPlate(unchecked)
  const known = kinds.some(({ pattern }) => pattern.test(tidy)) || (takeOverseas && overseas.test(tidy))
  return known ? ok(tidy as Plate) : err('not-a-plate')
}

/** The class of a plate by its form alone; what fits no class is an unplated pass. */
export function plateKind(plate: Plate): PlateKind {
  const known = kinds.find(({ pattern }) => pattern.test(plate))
  if (known) return known.kind
  return overseas.test(plate) ? 'overseas' : 'unplated'
}

/** The colours a plate of this kind has; empty where it says nothing. Cameras misjudge colours at night (9.3). */
export function usualColours(kind: PlateKind): readonly PlateColour[] {
  return kinds.find((known) => known.kind === kind)?.colours ?? []
}

/** What drives it, where the plate says so: the energy letter of a new-energy plate. */
export function plateEnergy(plate: Plate): 'pure-electric' | 'other' | null {
  const kind = plateKind(plate)
  if (kind !== 'new-energy-small' && kind !== 'new-energy-large') return null
  const letter = kind === 'new-energy-small' ? plate[2] : plate.at(-1)
  return 'ABCDE'.includes(letter ?? '') ? 'pure-electric' : 'other'
}

/** For screens and logs: `粤B12345` -> `粤B1**45`. Enough for its driver to know it, too little for a stranger. */
export function maskPlate(plate: Plate): string {
  const characters = [...plate]
  if (characters.length < 6) return characters.map((c, i) => (i === 0 ? c : '*')).join('')
  return characters.map((c, i) => (i < 3 || i >= characters.length - 2 ? c : '*')).join('')
}
