import type { ChannelName } from '@lanepay/domain/types.ts'
import type { Noted } from './api.ts'
import type { Change } from './decide.ts'
import { type Kept, stands } from './lists.ts'

/*
 * Who is who in a lot, row by row, for software that is told of each row by itself: what each is to say there, and what is told next.
 * Pure. Whose a card is, is no part of it.
 */

export type RowKind = 'product' | 'card' | 'free' | 'blocked'
/** Instants in ms, money in fen. */
export type RowSays =
  | { readonly kind: 'product'; readonly name: string; readonly monthFen: number }
  | {
      readonly kind: 'card'
      readonly card: string
      readonly product: string
      readonly plates: readonly string[]
      readonly from: number
      readonly until: number
    }
  | { readonly kind: 'free'; readonly from: number | null; readonly until: number | null; readonly note: string }
  | { readonly kind: 'blocked'; readonly note: string }
/** A row by its kind and key: of a product or a card its id, of a vehicle its plate. */
export type RowKey = { readonly kind: RowKind; readonly key: string }
/** What a row is to say, as text: two rows that say the same are the same text. */
export type RowWanted = RowKey & { readonly wanted: string }
/** A row as it is kept. `wanted` null: it is to go; `told` null: the software has none of it. */
export type RowKept = RowKey & {
  readonly wanted: string | null
  readonly told: string | null
  readonly unsure: boolean
  readonly isOnItsWay: boolean
}

const textOf = (says: RowSays): string => JSON.stringify(says)
export const blockedText = (note: string): string => textOf({ kind: 'blocked', note })
/** As a note is kept here: one line of at most sixty characters. */
export const noteOf = (text: string): string =>
  [
    ...text
      .toWellFormed()
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
  ]
    .slice(0, 60)
    .join('')
/** @throws SyntaxError where it is no text of a row. */
export const rowOf = (text: string): RowSays => JSON.parse(text) as RowSays

/** What of a change such software cannot be told, for want of a word that is sure; null: it can be told all of it. */
export type WithoutWord = 'guests' | 'capacity' | 'windows' | 'blocked-times' | 'all-but-blocked'
/** The same of software that only asks whether a vehicle is blocked: what is taken away again it never had. */
export const withoutQuestion = ({ cards, put, capacity }: Change): WithoutWord | null =>
  capacity !== undefined ||
  put.some(({ list }) => list !== 'blocked') ||
  cards.some(({ stoppedAt }) => stoppedAt === null)
    ? 'all-but-blocked'
    : null
export function withoutWord(
  { cards, put, capacity }: Pick<Change, 'cards' | 'put'> & Partial<Change>,
  { products }: Pick<Kept, 'products'>,
): WithoutWord | null {
  if (capacity !== undefined) return 'capacity'
  const timed = new Set(products.filter(({ windows }) => windows !== null).map(({ id }) => id))
  if (cards.some(({ product, stoppedAt }) => stoppedAt === null && timed.has(product))) return 'windows'
  if (put.some(({ list }) => list === 'guests')) return 'guests'
  return put.some(({ list, from, until }) => list === 'blocked' && (from !== null || until !== null))
    ? 'blocked-times'
    : null
}

/**
 * Every row that is to stand there, products before the cards that name them: one that is sold no more stays while a card has it. What
 * cannot be told is left out, and so is what was long over before it was ever told (`known`: by kind and key).
 */
export function rowsOf(
  { products, cards, listed }: Omit<Kept, 'capacity'>,
  known: ReadonlySet<string>,
  now: number,
): RowWanted[] {
  const whole = products.filter(({ windows }) => windows === null)
  const isWhole = new Set(whole.map(({ id }) => id))
  const isWanted = (row: RowKey, until: number | null) => known.has(nameOf(row)) || stands({ until }, now)
  const standing = cards.filter(
    ({ id, product, until, stoppedAt }) =>
      stoppedAt === null && isWhole.has(product) && isWanted({ kind: 'card', key: id }, until),
  )
  const isHad = new Set(standing.map(({ product }) => product))
  const rows: RowWanted[] = []
  for (const { id, name, monthFen, ended } of whole)
    if (!ended || isHad.has(id))
      rows.push({ kind: 'product', key: id, wanted: textOf({ kind: 'product', name, monthFen }) })
  for (const { id, card, product, plates, from, until } of standing)
    rows.push({ kind: 'card', key: id, wanted: textOf({ kind: 'card', card, product, plates, from, until }) })
  for (const { list, plate, from, until, note } of listed) {
    if (list === 'guests' || (list === 'blocked' && (from !== null || until !== null))) continue
    const row = { kind: list, key: plate }
    if (!isWanted(row, until)) continue
    const wanted = list === 'free' ? textOf({ kind: list, from, until, note }) : blockedText(note)
    rows.push({ ...row, wanted })
  }
  return rows
}
export const nameOf = ({ kind, key }: RowKey): string => `${kind} ${key}`

/** Which rows are wanted otherwise than they were: what is to go (null), products after their cards, then what is to stand, in its order. */
export function rowsToWant(
  kept: readonly (RowKey & Pick<RowKept, 'wanted'>)[],
  wanted: readonly RowWanted[],
): (RowKey & Pick<RowKept, 'wanted'>)[] {
  const was = new Map(kept.map((row) => [nameOf(row), row.wanted]))
  const stays = new Set(wanted.map(nameOf))
  const goes = kept.filter((row) => row.wanted !== null && !stays.has(nameOf(row)))
  const gone = [...goes.filter(({ kind }) => kind !== 'product'), ...goes.filter(({ kind }) => kind === 'product')]
  return [
    ...gone.map(({ kind, key }) => ({ kind, key, wanted: null })),
    ...wanted.filter((row) => was.get(nameOf(row)) !== row.wanted),
  ]
}

/** What the software is told to do with a row (`operate_type`). */
export type Operation = 'add' | 'change' | 'change-validity' | 'delete'
/**
 * What is done by telling `sent` to software that has said `told`: a row that it has is changed, also where nobody knows whether it took
 * what came after.
 */
export function operationOf(told: string | null, sent: string | null): Operation {
  if (sent === null) return 'delete'
  if (told === null) return 'add'
  const [had, has] = [rowOf(told), rowOf(sent)]
  if (had.kind !== 'card' || has.kind !== 'card') return 'change'
  const { from, until } = had
  const isLonger = textOf({ ...has, from, until }) === told && (from !== has.from || until !== has.until)
  return isLonger ? 'change-validity' : 'change'
}

/** What a driver has paid by a payment of his own for a card to go on. Instant in ms, money in fen. */
export type PaidByDriver = {
  readonly tradeNo: string
  readonly paidAt: number
  readonly paidFen: number
  readonly as: ChannelName
}
/** Money that was noted, or paid by a driver, for a card that goes on. Instants in ms, money in fen. */
export type Renewal = {
  readonly card: string
  readonly plates: readonly string[]
  /** What the money is for. */
  readonly from: number
  readonly until: number
  readonly paidAt: number
  readonly paidFen: number
  readonly as: Noted['as'] | ChannelName
  /** Of the driver's payment; left out: a person has noted it, and it has no number but that of its message. */
  readonly tradeNo?: string
}
/** What was paid for a change, of cards as they were before it: by a driver, or as a person noted it. */
export function renewalsOf(
  { cards, steps }: Pick<Change, 'cards' | 'steps'>,
  before: Pick<Kept, 'cards'>,
  now: number,
  byDriver: PaidByDriver | null = null,
): Renewal[] {
  return steps.flatMap(({ card: id, kind, noted }) => {
    const [was, is] = [before, { cards }].map((some) => some.cards.find((card) => card.id === id))
    const money = byDriver ?? (noted && { paidAt: now, paidFen: noted.fen, as: noted.as })
    if (kind !== 'renewed' || money === null || !was || !is) return []
    return [{ card: id, plates: is.plates, from: Math.max(was.until, is.from), until: is.until, ...money }]
  })
}

export type RowTold = {
  /** `silent`: the software never answered, and is told again every hour. */
  readonly state: 'waiting' | 'told' | 'refused' | 'silent'
  /** The software's own words. */
  readonly because: string | null
  readonly at: number
}
/** A row, and what came of telling it. */
export type RowStanding = RowKept & {
  readonly wantedAt: number
  readonly againAt: number | null
  readonly refused: string | null
  readonly answeredAt: number | null
}
/** How a row stands with the software. */
export function toldOfRow(row: RowStanding): RowTold {
  if (row.refused !== null) return { state: 'refused', because: row.refused, at: row.answeredAt ?? row.wantedAt }
  const isTold = row.wanted === row.told && !row.unsure && !row.isOnItsWay
  if (isTold) return { state: 'told', because: null, at: row.answeredAt ?? row.wantedAt }
  return { state: row.againAt === null ? 'waiting' : 'silent', because: null, at: row.wantedAt }
}
