import type { Instant } from '@lanepay/domain/types.ts'
import type { Owed } from '../stay/owed.ts'
import { type FactsOf, type Moment, type Texts, usualTexts, worded } from './templates.ts'

/** What the display shows and the loudspeaker says; at most four lines, as drivers in Chinese lots know them. */
export type Shown = {
  readonly show: readonly string[]
  readonly say?: string
  /** When this is shown, and what is filled in, for a lot that has words of its own. */
  readonly moment?: Moment
  readonly facts?: Readonly<Record<string, string>>
}

const yuan = (fen: number) => (fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2))

/** `2小时5分`, started minutes not counted. */
export function stayText(enteredAt: Instant, now: Instant): string {
  const minutes = Math.max(0, Math.floor((now - enteredAt) / 60_000))
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)]
  return `${days > 0 ? `${days}天` : ''}${days + hours > 0 ? `${hours}小时` : ''}${minutes % 60}分`
}

/** Days for which a month card still holds, and until when, on the clock of the lot. */
const cardFacts = (plate: string, until: Instant, now: Instant) => ({
  plate,
  days: String(Math.floor((until - now) / dayMs)),
  until: new Date(until + chinaAheadMs).toISOString().slice(0, 10),
})
const dayMs = 86_400_000
const chinaAheadMs = 8 * 3_600_000

const at = <M extends Moment>(moment: M, facts: FactsOf<M>): Shown => ({
  ...worded(usualTexts[moment], facts),
  moment,
  facts,
})

export const shown = {
  idle: at('idle', {}),
  welcome: (plate: string): Shown => at('welcome', { plate }),
  // Only in the last days is it worth saying aloud (lot-devices.md 4.6).
  monthCard: (plate: string, until: Instant, now: Instant): Shown =>
    at(until - now < 8 * dayMs ? 'monthCardEnding' : 'monthCard', cardFacts(plate, until, now)),
  full: at('full', {}),
  blocked: (plate: string): Shown => at('blocked', { plate }),
  unplatedAtEntry: at('unplatedAtEntry', {}),
  unplatedAtExit: at('unplatedAtExit', {}),
  noSession: (plate: string): Shown => at('noSession', { plate }),
  wait: (plate: string): Shown => at('wait', { plate }),
  noPrice: (plate: string): Shown => at('noPrice', { plate }),
  goodbye: (plate: string): Shown => at('goodbye', { plate }),
  owes: (plate: string, enteredAt: Instant, owed: Pick<Owed, 'owedFen'>, now: Instant): Shown =>
    at('owes', { plate, stay: stayText(enteredAt, now), fee: yuan(owed.owedFen) }),
} as const satisfies Record<string, Shown | ((...args: never[]) => Shown)>

/** The same in a lot's own words, where its plan has some for the moment. */
export function inWordsOf(texts: Texts | undefined, words: Shown): Shown {
  const own = words.moment && texts?.[words.moment]
  return own ? { ...words, ...ownWords(own, words.facts ?? {}) } : words
}
/** A lot that leaves out what is said wants silence, not the usual words. */
const ownWords = (own: NonNullable<Texts[Moment]>, facts: Readonly<Record<string, string>>) => {
  const { show, say } = worded({ show: own.show, ...(own.say === undefined ? {} : { say: own.say }) }, facts)
  return { show, say: say ?? '' }
}
