import type { QuoteLine } from './stay.ts'

/** More lines than this nobody reads. */
const readable = 40
const longestPattern = 24

/**
 * The lines of a long stay with what repeats itself (days, nights, weeks) told once, as so many times the same. Lines
 * that can be read as they are stay as they are; the sum is the same.
 */
export function folded(lines: QuoteLine[]): QuoteLine[] {
  if (lines.length <= readable) return lines
  const short: QuoteLine[] = []
  for (let at = 0; at < lines.length; ) {
    const { length, times } = repeatAt(lines, at)
    for (const [offset, line] of lines.slice(at, at + length).entries())
      short.push(times === 1 ? line : manyOf(line, lines[at + (times - 1) * length + offset]!, times))
    at += length * times
  }
  return short
}

/** The pattern from here on that folds the most lines away; one line once where none comes three times. */
function repeatAt(lines: readonly QuoteLine[], at: number): { readonly length: number; readonly times: number } {
  let best = { length: 1, times: 1 }
  for (let length = 1; length <= longestPattern; length++) {
    let same = 0
    while (at + length + same < lines.length && alike(lines[at + same]!, lines[at + length + same]!)) same++
    const times = Math.floor(same / length) + 1
    if (times >= 3 && (times - 1) * length > (best.times - 1) * best.length) best = { length, times }
  }
  return best
}

const alike = (a: QuoteLine, b: QuoteLine): boolean =>
  a.kind === b.kind && a.amountFen === b.amountFen && a.text['zh-CN'] === b.text['zh-CN']

function manyOf(first: QuoteLine, last: QuoteLine, times: number): QuoteLine {
  return {
    ...first,
    ...(last.to === undefined ? {} : { to: last.to }),
    text: { 'zh-CN': `${first.text['zh-CN']}（共 ${times} 次）`, en: `${first.text.en} (${times} times)` },
    ...(first.units === undefined ? {} : { units: first.units * times }),
    amountFen: first.amountFen * times,
  }
}
