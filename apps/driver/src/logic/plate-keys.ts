/*
 * The keyboard for plates: which keys may come next, so that nobody types a plate that cannot be. The server judges by `parsePlate`, which is
 * not sent to phones: a test holds the shapes below and its word together, letter by letter.
 */

const provinces = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
const digits = '1234567890'
/** No I and no O: they would be read as 1 and 0. O stands after a province on old special issues only. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const either = digits + letters
const energy = 'ABCDEFGHJK'
const passDigits = '34679'
const passCharacters = '34679ACDEFGHJKMNPRTUVWXY'

const times = (n: number, what: string): string[] => Array.from({ length: n }, () => what)

/** Every form a plate can have, place by place: the characters that may stand there. */
const shapes: readonly (readonly string[])[] = [
  [provinces, letters, ...times(4, either), `${either}警学挂领`],
  ['粤', 'Z', ...times(4, either), '港澳'],
  [provinces, letters, ...times(4, either), '应', '急'],
  [provinces, letters, energy, either, ...times(4, digits)],
  [provinces, letters, ...times(5, digits), energy],
  [provinces, 'O', ...times(5, either)],
  ['使', ...times(6, digits)],
  [...times(6, digits), '使'],
  ['W', 'J', ...times(4, digits), `${digits}TDSHBXJ`],
  ['W', 'J', provinces, ...times(4, digits), `${digits}TDSHBXJ`],
  ['VKHBSLJNGCEZ', letters, ...times(5, digits)],
  ['民', '航', ...times(5, either)],
  [passDigits, ...times(6, passCharacters)],
  ...[5, 6, 7, 8].map((n) => ['无临', ...times(n, either)]),
  ...[1, 2, 3, 4].flatMap((n) => [
    [letters, ...times(n, digits)],
    [letters, letters, ...times(n, digits)],
  ]),
]

export const longestPlate = 9
/** Boxes shown; the rare longer ones grow by themselves. */
export const usualPlaces = 8

const leadsTo = (typed: string, shape: readonly string[]): boolean =>
  typed.length <= shape.length && [...typed].every((character, i) => shape[i]!.includes(character))

/** Whether this is the beginning of some plate (or the whole of one). */
export const isBeginning = (typed: string): boolean => shapes.some((shape) => leadsTo(typed, shape))

/** Every character that may follow. */
export function mayFollow(typed: string): ReadonlySet<string> {
  const next = shapes.filter((shape) => leadsTo(typed, shape)).flatMap((shape) => [...(shape[typed.length] ?? '')])
  return new Set(next)
}

/** A plate or an unplated pass that can be asked about. */
export const isWhole = (typed: string): boolean =>
  shapes.some((shape) => shape.length === typed.length && leadsTo(typed, shape))

/** A plate of eight places whose energy letter stands where it should, or could stand next. */
export const isNewEnergy = (typed: string): boolean =>
  typed.length === 8 && shapes.slice(3, 5).some((shape) => leadsTo(typed, shape))

export type Draft = { readonly typed: string /** The place the next key fills. */; readonly at: number }

export const draftOf = (typed: string): Draft => ({ typed, at: typed.length })

/** One key: fills the place, and keeps what stands behind it if that still can be a plate. */
export function press({ typed, at }: Draft, key: string): Draft {
  const before = typed.slice(0, at) + key
  if (!isBeginning(before)) return { typed, at }
  const whole = before + typed.slice(at + key.length)
  return { typed: isBeginning(whole) ? whole : before, at: before.length }
}

/** Takes away the character before the place, or the last one. */
export function rubOut({ typed, at }: Draft): Draft {
  if (at === 0) return { typed, at }
  if (at === typed.length) return draftOf(typed.slice(0, -1))
  const rest = typed.slice(0, at - 1)
  return { typed: rest, at: rest.length }
}

/**
 * From a hardware keyboard, dictation or the clipboard: the first plate in it. What stands before it and between its
 * characters is skipped; a character that cannot be there ends it, because leaving it out would make another plate.
 */
export function fromText(text: string): Draft {
  let typed = ''
  for (const character of text.slice(0, 40).normalize('NFKC').toUpperCase()) {
    if (isBeginning(typed + character)) typed += character
    else if (typed !== '' && /[\p{L}\p{N}]/u.test(character)) break
  }
  return draftOf(typed)
}

export type Page = 'provinces' | 'letters'
export type Key = { readonly key: string; readonly may: boolean }
export type Keyboard = {
  readonly page: Page
  readonly rows: { readonly digits: readonly Key[]; readonly main: readonly Key[]; readonly more: readonly Key[] }
  /** The other page also has a key that may be pressed here. */
  readonly canTurn: boolean
}

/** What is typed with one key because the one never stands without the other. */
const together: Readonly<Record<string, string>> = { 应: '应急', 民: '民航' }

/** The keys for the place of a draft. `turned`: the driver asked for the other page. */
export function keyboardAt({ typed, at }: Draft, turned: boolean): Keyboard {
  const may = mayFollow(typed.slice(0, at))
  const keys = (of: string): Key[] => [...of].map((key) => ({ key, may: may.has(key) }))
  const usual: Page = at === 0 ? 'provinces' : 'letters'
  const other: Page = usual === 'provinces' ? 'letters' : 'provinces'
  const canTurn = [...(other === 'provinces' ? provinces : either)].some((key) => may.has(key))
  const page = turned && canTurn ? other : usual
  // Shown only where they may stand: a row of dead special keys would help nobody.
  const more = [...may]
    .filter((key) => !either.includes(key) && !provinces.includes(key))
    .map((key) => ({ key: together[key] ?? key, may: true }))
  return page === 'provinces'
    ? { page, rows: { digits: [], main: keys(provinces), more }, canTurn }
    : { page, rows: { digits: keys(digits), main: keys(letters), more }, canTurn }
}
