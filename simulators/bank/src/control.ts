import { randomUUID } from 'node:crypto'
import { fen } from '@lanepay/domain/money.ts'
import { type Card, type Order, stepAt } from './book.ts'
import type { Works } from './calls.ts'
import type { Fault } from './faults.ts'

export type OrderView = Pick<Order, 'orderNumber' | 'bankNumbers' | 'payee' | 'amountFen'> & { readonly state: string }

/** The hand behind the scenes. */
export type Control = {
  /** @throws RangeError naming the field and its rule. */
  fault(fault: Fault): void
  clearFaults(): void
  faults(): readonly Fault[]
  orders(): readonly OrderView[]
  /** Opens a card, or closes it, or gives it another name. */
  card(card: Card): void
  cards(): readonly Card[]
  /** Money onto the account; less than nothing takes it away. */
  deposit(amountFen: number): void
  balanceFen(): number
  /** How often each call came, right or not: what was asked twice shows here. */
  asked(): Readonly<Record<string, number>>
}

export function controlOver({ book, faults, clock }: Works, asked: ReadonlyMap<string, number>): Control {
  return {
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    faults: () => faults.list(),
    orders: () =>
      [...book.orders.values()].map((order) => {
        const { orderNumber, bankNumbers, payee, amountFen } = order
        return { orderNumber, bankNumbers, payee, amountFen, state: stepAt(order, clock.now()).state }
      }),
    card(card) {
      if (!/^\d{8,30}$/.test(card.number)) throw new RangeError('number is 8 to 30 digits')
      if (card.name === '') throw new RangeError('name is a text that is not empty')
      book.cards.put(card.number, card)
    },
    cards: () => [...book.cards.values()],
    deposit(amountFen) {
      const number = `D${randomUUID()}`
      book.deposits.put(number, { number, amountFen: fen(amountFen), at: clock.now() })
    },
    balanceFen: () => book.availableFen(clock.now()),
    asked: () => Object.fromEntries(asked),
  }
}
