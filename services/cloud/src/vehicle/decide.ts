import { parsePlate } from '@lanepay/domain/plate.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { CardState, ListedAsk, ListName, Noted } from './api.ts'
import type { Card, Kept, Listed } from './lists.ts'
import type { WithoutWord } from './rows.ts'

/* What becomes of the cards and lists of a lot when a person changes them. Every change is decided against all that is kept. */

export type VehicleRefusal =
  | { readonly kind: 'plate-malformed'; readonly at: number }
  | { readonly kind: 'plate-twice'; readonly plate: string }
  /** At the same time on another card: nobody could say which counts. */
  | { readonly kind: 'plate-on-card'; readonly plate: string; readonly card: string }
  | { readonly kind: 'plate-blocked'; readonly plate: string }
  | { readonly kind: 'plate-free'; readonly plate: string }
  | { readonly kind: 'card-taken' }
  | { readonly kind: 'card-unknown' }
  | { readonly kind: 'card-stopped' }
  | { readonly kind: 'product-unknown' }
  | { readonly kind: 'product-ended' }
  | { readonly kind: 'ends-before' }
  | { readonly kind: 'not-listed' }
  | { readonly kind: 'too-many' }
  /** The lot's software takes lists, and cannot be told this. */
  | { readonly kind: 'lot-has-no-word'; readonly what: WithoutWord }

export type StepKind = 'opened' | 'changed' | 'renewed' | 'stopped'
export type Step = {
  readonly card: string
  readonly kind: StepKind
  readonly after: string
  readonly reason: string
  readonly noted: Noted | null
}
/** What is written: cards as they are then, with a step of the story of each. */
export type Change = {
  readonly cards: readonly Card[]
  readonly steps: readonly Step[]
  readonly put: readonly Listed[]
  readonly removed: readonly { readonly list: ListName; readonly plate: string }[]
  readonly capacity?: number | null
}
export const noChange: Change = { cards: [], steps: [], put: [], removed: [] }

/** The lot takes no more (packages/lot-link). */
export const mostListed = 20_000
const dayMs = 86_400_000
const beijingMs = 8 * 3_600_000
export const dayOf = (at: number): string => new Date(at + beijingMs).toISOString().slice(0, 10)

/** Plates in their one spelling, each once. */
export function platesOf(unchecked: readonly string[]): Result<readonly string[], VehicleRefusal> {
  const plates: string[] = []
  for (const [at, one] of unchecked.entries()) {
    const parsed = parsePlate(one, { overseas: true })
    if (!parsed.ok) return err({ kind: 'plate-malformed', at })
    if (plates.includes(parsed.value)) return err({ kind: 'plate-twice', plate: parsed.value })
    plates.push(parsed.value)
  }
  return ok(plates)
}

/** Which cards a plate is on: made once for many lines. */
export type PlatesOnCards = Map<string, Card[]>
export function platesOnCards(cards: readonly Card[]): PlatesOnCards {
  const on: PlatesOnCards = new Map()
  for (const card of cards) putOn(on, card)
  return on
}
export function putOn(on: PlatesOnCards, card: Card): void {
  if (card.stoppedAt !== null) return
  for (const plate of card.plates) {
    const others = on.get(plate)
    if (others) others.push(card)
    else on.set(plate, [card])
  }
}

/** Whether a card can be as it is to be, beside all others. */
export function checkedCard(on: PlatesOnCards, card: Card): Result<Card, VehicleRefusal> {
  if (card.until <= card.from) return err({ kind: 'ends-before' })
  for (const plate of card.plates) {
    const other = on.get(plate)?.find(({ id, from, until }) => id !== card.id && from < card.until && card.from < until)
    if (other) return err({ kind: 'plate-on-card', plate, card: other.card })
  }
  return ok(card)
}

type Opening = Omit<Card, 'id' | 'stoppedAt' | 'plates'> & {
  readonly plates: readonly string[]
  readonly noted: Noted | null
}

/** A card is opened; one of that name that was stopped is opened again. */
export function openCard(
  kept: Kept,
  { noted, ...asked }: Opening,
  newId: () => string,
): Result<Change, VehicleRefusal> {
  const product = kept.products.find(({ id }) => id === asked.product)
  if (!product) return err({ kind: 'product-unknown' })
  if (product.ended) return err({ kind: 'product-ended' })
  const former = kept.cards.find(({ card }) => card === asked.card)
  if (former && former.stoppedAt === null) return err({ kind: 'card-taken' })
  if (kept.cards.filter(({ stoppedAt }) => stoppedAt === null).length >= mostListed) return err({ kind: 'too-many' })
  const plates = platesOf(asked.plates)
  if (!plates.ok) return plates
  const card = { ...asked, plates: plates.value, id: former?.id ?? newId(), stoppedAt: null }
  const checked = checkedCard(platesOnCards(kept.cards), card)
  return checked.ok ? ok(changeOf(checked.value, 'opened', '', noted)) : checked
}

export function changeCard(
  kept: Kept,
  id: string,
  {
    reason,
    ...asked
  }: Partial<Pick<Card, 'plates' | 'spaces' | 'from' | 'until' | 'holder'>> & { readonly reason: string },
): Result<Change, VehicleRefusal> {
  const card = openCardOf(kept, id)
  if (!card.ok) return card
  const plates = platesOf(asked.plates ?? card.value.plates)
  if (!plates.ok) return plates
  const checked = checkedCard(platesOnCards(kept.cards), { ...card.value, ...asked, plates: plates.value })
  return checked.ok ? ok(changeOf(checked.value, 'changed', reason, null)) : checked
}

/** So many months more: from its end, or from today where it has run out. */
export function renewCard(
  kept: Kept,
  id: string,
  { months, noted, reason = '' }: { readonly months: number; readonly noted: Noted | null; readonly reason?: string },
  now: number,
): Result<Change, VehicleRefusal> {
  const card = openCardOf(kept, id)
  if (!card.ok) return card
  const renewed = { ...card.value, ...renewedTime(card.value, months, now) }
  const checked = checkedCard(platesOnCards(kept.cards), renewed)
  return checked.ok ? ok(changeOf(checked.value, 'renewed', reason, noted)) : checked
}

/** From when until when a card is good that is made so many months longer. */
export function renewedTime(
  { from, until }: Pick<Card, 'from' | 'until'>,
  months: number,
  now: number,
): Pick<Card, 'from' | 'until'> {
  const today = Date.parse(`${dayOf(now)}T00:00:00+08:00`)
  const isOver = until <= today
  return { from: isOver ? today : from, until: monthsAfter(isOver ? today : until, months) }
}

export function stopCard(kept: Kept, id: string, reason: string, now: number): Result<Change, VehicleRefusal> {
  const card = openCardOf(kept, id)
  return card.ok ? ok(changeOf({ ...card.value, stoppedAt: now }, 'stopped', reason, null)) : card
}

function openCardOf({ cards }: Kept, id: string): Result<Card, VehicleRefusal> {
  const card = cards.find((one) => one.id === id)
  if (!card) return err({ kind: 'card-unknown' })
  return card.stoppedAt === null ? ok(card) : err({ kind: 'card-stopped' })
}

export const changeOf = (card: Card, kind: StepKind, reason: string, noted: Noted | null): Change => ({
  ...noChange,
  cards: [card],
  steps: [{ card: card.id, kind, after: inShort(card), reason, noted }],
})
/** Without whose it is. */
const inShort = ({ plates, spaces, from, until }: Card): string =>
  `${plates.length} plates, ${spaces} spaces, ${dayOf(from)} to ${dayOf(until - 1)}`

/** Who is on which list: made once for many lines. */
export type OnLists = Readonly<Record<ListName, Set<string>>>
export function onLists(kept: Kept): OnLists {
  const on: OnLists = { free: new Set(), guests: new Set(), blocked: new Set() }
  for (const { list, plate } of kept.listed) on[list].add(plate)
  return on
}

/** Whether a vehicle can be put on a list, beside all that are on one. Nobody is both free and blocked. */
export function checkedListed(on: OnLists, list: ListName, asked: ListedAsk): Result<Listed, VehicleRefusal> {
  const plates = platesOf([asked.plate])
  if (!plates.ok) return plates
  const plate = plates.value[0]!
  if (list === 'free' && on.blocked.has(plate)) return err({ kind: 'plate-blocked', plate })
  if (list === 'blocked' && on.free.has(plate)) return err({ kind: 'plate-free', plate })
  const { from = null, until = null, note } = asked
  if (from !== null && until !== null && until <= from) return err({ kind: 'ends-before' })
  if (!on[list].has(plate) && on[list].size >= mostListed) return err({ kind: 'too-many' })
  return ok({ list, plate, from, until, note })
}

/** A vehicle is put on a list, or its entry there is replaced. */
export function putListed(kept: Kept, list: ListName, asked: ListedAsk): Result<Change, VehicleRefusal> {
  const checked = checkedListed(onLists(kept), list, asked)
  return checked.ok ? ok({ ...noChange, put: [checked.value] }) : checked
}

export function removeListed(kept: Kept, list: ListName, unchecked: string): Result<Change, VehicleRefusal> {
  const plates = platesOf([unchecked])
  const plate = plates.ok ? plates.value[0]! : unchecked
  return kept.listed.some((one) => one.list === list && one.plate === plate)
    ? ok({ ...noChange, removed: [{ list, plate }] })
    : err({ kind: 'not-listed' })
}

/** All that is kept after a change. */
export function changed(kept: Kept, { cards, put, removed, capacity }: Change): Kept {
  const byId = new Map([...kept.cards, ...cards].map((card) => [card.id, card]))
  const keyOf = ({ list, plate }: { readonly list: string; readonly plate: string }) => `${list} ${plate}`
  const listed = new Map([...kept.listed, ...put].map((one) => [keyOf(one), one]))
  for (const one of removed) listed.delete(keyOf(one))
  return {
    products: kept.products,
    cards: [...byId.values()],
    listed: [...listed.values()],
    capacity: capacity === undefined ? kept.capacity : capacity,
  }
}

const endingMs = 7 * dayMs
export function stateOf(
  { from, until, stoppedAt }: Pick<Card, 'from' | 'until' | 'stoppedAt'>,
  now: number,
): CardState {
  if (stoppedAt !== null) return 'stopped'
  if (until <= now) return 'over'
  if (from > now) return 'to-come'
  return until <= now + endingMs ? 'ending' : 'valid'
}

/** The same time of the same day so many months later, at Beijing; the last day of a month that has no such day. */
export function monthsAfter(at: number, months: number): number {
  const local = new Date(at + beijingMs)
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + months, local.getUTCDate()]
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(day, last)) + ((at + beijingMs) % dayMs) - beijingMs
}
