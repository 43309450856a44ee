import { isDay } from '@lanepay/domain/applicant/id-number.ts'
import type { HolidayLineView, HolidayLineWrong } from './api.ts'
import { dayAfter } from './working-days.ts'

/*
 * The holidays of a year out of a text that a person has copied: the announcement itself (一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。
 * 1月4日（周日）上班。), or lines of a table (2027-01-01,2027-01-03,放假). Every line is answered, so that nothing is left out unseen.
 */

export type ReadHolidays = {
  readonly lines: readonly HolidayLineView[]
  readonly off: readonly string[]
  readonly worked: readonly string[]
}

/** The longest that there was had nine days: a longer one is a slip of the pen. */
const longest = 15
const isWorkedText = /上班|补班|\bwork(?:ed|ing)?\b/i
const isOffText = /放假|休息|调休|\boff\b|\bholidays?\b/i
const date = String.raw`(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*日?`
/** A day, and where one is said up to another: in full, or the day of the month alone. */
const stretch = new RegExp(
  `(?<!\\d)${date}(?:\\s*(?:至|到|~|-|—|–|/|,|\\bto\\b)\\s*(?:${date}|(\\d{1,2})\\s*日))?`,
  'g',
)
const dayOf = (year: string | number, month: string, day: string): string =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`

/** Reads what was copied for a year. A line that is wrong is in neither list. */
export function readHolidays(year: number, text: string): ReadHolidays {
  const taken = new Set<string>()
  const off: string[] = []
  const worked: string[] = []
  const lines = text.split(/\r?\n/).map((line, at): HolidayLineView => {
    // What stands in brackets are weekdays, and days of the old calendar.
    const plain = line
      .normalize('NFKC')
      .replace(/\([^)]*\)/g, '')
      .replaceAll('\t', ',')
    const found = plain.split(/[。;]/).map((sentence) => readSentence(year, sentence, taken))
    const wrong = found.find((one) => 'wrong' in one)
    const told = { line: at + 1, text: line.slice(0, 200) }
    if (wrong && 'wrong' in wrong) return { ...told, does: 'wrong', off: [], worked: [], wrong: wrong.wrong }
    const of = (kind: 'off' | 'worked') => found.flatMap((one) => (one as Record<typeof kind, string[]>)[kind])
    const [newOff, newWorked] = [of('off'), of('worked')]
    off.push(...newOff)
    worked.push(...newWorked)
    const does = newOff.length + newWorked.length > 0 ? ('takes' as const) : ('nothing' as const)
    return { ...told, does, off: newOff, worked: newWorked, wrong: null }
  })
  return { lines, off: off.sort(), worked: worked.sort() }
}

type Sentence = { readonly off: string[]; readonly worked: string[] } | { readonly wrong: HolidayLineWrong }
/** `taken` are the days of the sentences before, and grows. */
function readSentence(year: number, sentence: string, taken: Set<string>): Sentence {
  const isWorked = isWorkedText.test(sentence)
  const isOff = !isWorked && isOffText.test(sentence)
  // Of days that are worked a comma lists; of days off, in a table, it stands between the first and the last.
  const listed = isWorked ? sentence.replaceAll(',', '、') : sentence
  const stretches = [...listed.matchAll(stretch)].map(([, y1, m1, d1, y2, m2, d2, alone]) => {
    const first = dayOf(y1 ?? year, m1!, d1!)
    if (alone !== undefined) return { first, last: dayOf(y1 ?? year, m1!, alone) }
    return { first, last: m2 === undefined ? first : dayOf(y2 ?? y1 ?? year, m2, d2!) }
  })
  if (stretches.length === 0)
    return (isWorked || isOff) && /\d/.test(sentence.replace(/\d{4}\s*年/g, ''))
      ? { wrong: 'no-day' }
      : { off: [], worked: [] }
  if (!isWorked && !isOff)
    // The day on which the announcement was signed.
    return stretches.every(({ first }) => !first.startsWith(`${year}-`))
      ? { off: [], worked: [] }
      : { wrong: 'no-kind' }
  const days: string[] = []
  for (const { first, last } of stretches) {
    if (!isDay(first) || !isDay(last)) return { wrong: 'not-a-day' }
    if (!first.startsWith(`${year}-`) || !last.startsWith(`${year}-`)) return { wrong: 'other-year' }
    if (last < first) return { wrong: 'backwards' }
    const all = [first]
    while (all.at(-1)! < last && all.length <= longest) all.push(dayAfter(all.at(-1)!))
    if (all.length > longest) return { wrong: 'too-long' }
    days.push(...all)
  }
  if (new Set(days).size < days.length || days.some((day) => taken.has(day))) return { wrong: 'twice' }
  if (isWorked && days.some((day) => ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())))
    return { wrong: 'no-weekend' }
  for (const day of days) taken.add(day)
  return isWorked
    ? { off: [], worked: days }
    : { off: stretches.map(({ first, last }) => (first === last ? first : `${first}/${last}`)), worked: [] }
}
