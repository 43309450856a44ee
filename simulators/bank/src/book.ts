import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { Store, Table } from '@lanepay/simulator-wire/store.ts'

/** Who may be paid: an account at some bank, under its holder's name. A closed one takes no money. */
export type Card = { readonly number: string; readonly name: string; readonly closed: boolean }

/** What becomes of an order and when: known here from the start, told as time passes. */
export type Step =
  | { readonly at: Instant; readonly state: 'accepted' | 'paid' }
  | { readonly at: Instant; readonly state: 'failed'; readonly reason: FailReason }
  | { readonly at: Instant; readonly state: 'returned'; readonly returnNumber: string }
export type FailReason = 'CARD_UNKNOWN' | 'CARD_CLOSED' | 'NAME_DIFFERS' | 'NO_MONEY'

/** A pay order as the bank took it; one that was paid twice has two bank numbers. */
export type Order = {
  readonly orderNumber: string
  readonly bankNumbers: readonly [string, ...string[]]
  /** What a repeat must say again. */
  readonly content: string
  readonly payee: { readonly number: string; readonly name: string }
  readonly amountFen: Fen
  readonly at: Instant
  readonly steps: readonly [Step, ...Step[]]
}
/** Money from outside onto the account. */
export type Deposit = { readonly number: string; readonly amountFen: Fen; readonly at: Instant }

/** One line of the account: money that left it, came back, or came in. */
export type Line = {
  readonly number: string
  readonly orderNumber: string | null
  readonly kind: 'paid' | 'returned' | 'deposit'
  readonly amountFen: number
  readonly at: Instant
}

/** As it stands now: the last of its steps that has come. */
export const stepAt = ({ steps }: Order, now: Instant): Step => steps.findLast(({ at }) => at <= now) ?? steps[0]

/** One account of one enterprise: its orders, and who can be paid. */
export class Book {
  readonly orders: Table<Order>
  readonly cards: Table<Card>
  readonly deposits: Table<Deposit>

  constructor(store: Store) {
    this.orders = store.table('order')
    this.cards = store.table('card')
    this.deposits = store.table('deposit')
  }

  /** All that has moved by now, oldest first. A return that comes twice is two lines. */
  lines(now: Instant): readonly Line[] {
    const lines: Line[] = [...this.deposits.values()].map(({ number, amountFen, at }) => ({
      ...{ number, orderNumber: null, kind: 'deposit', amountFen, at },
    }))
    for (const { orderNumber, bankNumbers, amountFen, steps } of this.orders.values())
      for (const step of steps) {
        if (step.state === 'paid')
          for (const number of bankNumbers)
            lines.push({ number, orderNumber, kind: 'paid', amountFen: -amountFen, at: step.at })
        if (step.state === 'returned')
          lines.push({ number: step.returnNumber, orderNumber, kind: 'returned', amountFen, at: step.at })
      }
    return lines.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
  }

  /** What is there to be paid out: what is promised to an order on its way is not. */
  availableFen(now: Instant): number {
    const held = this.lines(now).reduce((sum, { amountFen }) => sum + amountFen, 0)
    const accepted = [...this.orders.values()].filter((order) => stepAt(order, now).state === 'accepted')
    return accepted.reduce((sum, { amountFen, bankNumbers }) => sum - amountFen * bankNumbers.length, held)
  }
}
