import { randomInt } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { Book, FailReason, Line, Order, Step } from './book.ts'
import { stepAt } from './book.ts'
import type { Faults } from './faults.ts'
import { type Fields, isObject, only, Refused, text, yuan } from './fields.ts'

/* What the bank does for an enterprise (README.md): each call is given its fields and answers with what is signed. */

export type Works = {
  readonly book: Book
  readonly faults: Faults
  readonly clock: Clock
  /** The enterprise's account: all of this bank's business. */
  readonly account: string
}
export type Call = (works: Works, fields: Fields) => Fields

const hour = 3_600_000
const day = 24 * hour
/** A bank takes a moment over an order. */
const usualMs = 2_000

const orderNumberOf = (fields: Fields) =>
  text(fields, 'orderNumber', /^[0-9A-Za-z]{6,40}$/, '6 to 40 letters and digits')
function ownAccount({ account }: Works, fields: Fields): void {
  const named = text(fields, 'account', /^\d{8,30}$/, '8 to 30 digits')
  if (named !== account) throw new Refused('NO_RIGHT', 'account: is not one of yours')
}
const dayOf = (fields: Fields) => text(fields, 'day', /^\d{4}-\d{2}-\d{2}$/, 'a day at Beijing, like 2026-11-02')

/** Pays an order: the same number with the same content is the same order, with another it is refused. */
const pay: Call = (works, fields) => {
  only(fields, ['account', 'orderNumber', 'payee', 'amount', 'purpose'])
  ownAccount(works, fields)
  const orderNumber = orderNumberOf(fields)
  const amountFen = yuan(fields, 'amount')
  text(fields, 'purpose', /^[^\p{C}]{1,60}$/u, '1 to 60 characters')
  const { payee } = fields
  if (!isObject(payee)) throw new Refused('FIELD', 'payee: an object')
  only(payee, ['number', 'name', 'owner', 'bank', 'branch'], 'payee.')
  const number = text(payee, 'number', /^\d{8,30}$/, '8 to 30 digits', 'payee.')
  const name = text(payee, 'name', /^[^\p{C}]{1,60}$/u, '1 to 60 characters', 'payee.')
  text(payee, 'owner', /^(?:company|person)$/, 'company or person', 'payee.')
  text(payee, 'bank', /^[^\p{C}]{1,60}$/u, '1 to 60 characters', 'payee.')
  if (payee.branch !== undefined) text(payee, 'branch', /^[^\p{C}]{1,60}$/u, '1 to 60 characters', 'payee.')
  const content = JSON.stringify([number, name, payee.owner, payee.bank, payee.branch, amountFen, fields.purpose])
  const known = works.book.orders.get(orderNumber)
  if (known && known.content !== content)
    throw new Refused('NUMBER_USED', 'orderNumber: was used for an order of other content')
  const order = known ?? take(works, { orderNumber, content, payee: { number, name }, amountFen })
  return shown(order, works.clock.now())
}

function take(works: Works, asked: Pick<Order, 'orderNumber' | 'content' | 'payee' | 'amountFen'>): Order {
  const now = works.clock.now()
  const reason = failReason(works, asked, now)
  const isDoubled = reason === null && works.faults.take('pay-doubled', 'pay') !== null
  const order: Order = {
    ...asked,
    ...{ at: now, bankNumbers: isDoubled ? [newNumber('P'), newNumber('P')] : [newNumber('P')] },
    steps: reason === null ? courseOf(works, now) : [{ at: now, state: 'failed', reason }],
  }
  works.book.orders.put(order.orderNumber, order)
  return order
}

function failReason(
  { book }: Works,
  { payee, amountFen }: Pick<Order, 'payee' | 'amountFen'>,
  now: Instant,
): FailReason | null {
  const card = book.cards.get(payee.number)
  if (!card) return 'CARD_UNKNOWN'
  if (card.closed) return 'CARD_CLOSED'
  if (card.name !== payee.name) return 'NAME_DIFFERS'
  return amountFen > book.availableFen(now) ? 'NO_MONEY' : null
}

function courseOf({ faults }: Works, now: Instant): Order['steps'] {
  const after = (from: number, ms: number) => (from + ms) as Instant
  const late = faults.take('pay-late', 'pay')
  const paidAt = after(now, late ? (late.ms ?? day) : usualMs)
  const [once, twice] = [faults.take('pay-returned', 'pay'), faults.take('pay-returned-twice', 'pay')]
  const back = once ?? twice
  const returned = (at: Instant): Step => ({ at, state: 'returned', returnNumber: newNumber('R') })
  const backAt = after(paidAt, back?.ms ?? 2 * day)
  return [
    { at: now, state: 'accepted' },
    { at: paidAt, state: 'paid' },
    ...(back ? [returned(backAt)] : []),
    ...(twice ? [returned(after(backAt, hour))] : []),
  ]
}

const newNumber = (kind: 'P' | 'R'): string => `${kind}${Array.from({ length: 19 }, () => randomInt(10)).join('')}`

const query: Call = ({ book, clock }, fields) => {
  only(fields, ['orderNumber'])
  const order = book.orders.get(orderNumberOf(fields))
  if (!order) throw new Refused('NO_ORDER', 'orderNumber: no order was taken under it')
  return shown(order, clock.now())
}

function shown(order: Order, now: Instant): Fields {
  const step = stepAt(order, now)
  const paidAt = order.steps.find(({ state }) => state === 'paid')?.at
  return {
    orderNumber: order.orderNumber,
    transfers: order.bankNumbers.map((bankNumber) => ({
      ...{ bankNumber, amount: toYuan(order.amountFen), state: step.state, at: timeOf(step.at) },
      ...(paidAt !== undefined && paidAt <= now ? { paidAt: timeOf(paidAt) } : {}),
      ...(step.state === 'failed' ? { reason: step.reason } : {}),
      ...(step.state === 'returned' ? { returnNumber: step.returnNumber } : {}),
    })),
  }
}

/** What has been returned on a day: a bank sends nothing into an enterprise's house, it is fetched. */
const returns: Call = (works, fields) => listed(works, fields, ({ kind }) => kind === 'returned')
const statement: Call = (works, fields) => listed(works, fields, () => true)

function listed(works: Works, fields: Fields, fits: (line: Line) => boolean): Fields {
  only(fields, ['account', 'day'])
  ownAccount(works, fields)
  const asked = dayOf(fields)
  const lines = works.book.lines(works.clock.now()).filter((line) => timeOf(line.at).startsWith(asked) && fits(line))
  return {
    day: asked,
    lines: lines.map(({ amountFen, at, ...line }) => ({ ...line, amount: toYuan(amountFen as Fen), at: timeOf(at) })),
  }
}

const balance: Call = (works, fields) => {
  only(fields, ['account'])
  ownAccount(works, fields)
  return { available: toYuan(works.book.availableFen(works.clock.now()) as Fen) }
}

/** `2026-11-02T12:00:00+08:00`. */
export const timeOf = (at: number): string => `${new Date(at + 8 * hour).toISOString().slice(0, 19)}+08:00`

export const calls: Readonly<Record<string, Call>> = { pay, query, returns, statement, balance }
