import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { LotKey } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { type Day, dayAfter, dayOf, readyAt, startOf } from './day.ts'
import { flows, type House, lineOf, type Move, openHouse, type Paid, refundLineOf } from './reconciliation.testing.ts'

/*
 * Any days of payments and refunds at any second, each in the account's bill up to a minute later, and a payout each morning: while
 * nobody errs, the account and the ledger agree every day, and nothing is found.
 */

let house: House
let lots: readonly LotKey[]
before(async () => {
  house = await openHouse()
  lots = [await house.aLot(), await house.aLot()]
})
after(() => house.close())

type Event = { readonly at: number; readonly move: Move }
const dayMs = 86_400_000
const feeOf = (amountFen: number) => Math.floor((amountFen * 60 + 5_000) / 10_000)

/** One account: what has moved it so far, and its bills. */
class Account {
  readonly events: Event[] = []
  readonly trade: {
    readonly at: number
    readonly line: ReturnType<typeof lineOf> | ReturnType<typeof refundLineOf>
  }[] = []
  #numbered = 0

  moved(at: number, move: Move): void {
    this.#numbered += 1
    this.events.push({ at, move: { flowNo: `F${this.#numbered}`, ...move } })
  }
  balanceAt(at: number): number {
    return this.events.reduce((sum, one) => sum + (one.at < at ? one.move.fen : 0), 0)
  }
  billsOf(day: Day): void {
    const [from, until] = [startOf(day), startOf(day) + dayMs]
    const within = ({ at }: { readonly at: number }) => at >= from && at < until
    const lines = this.events.filter(within).sort((a, b) => a.at - b.at)
    house.answers.set(
      `trade ${day}`,
      this.trade.filter(within).map(({ line }) => line),
    )
    house.answers.set(
      `fund-flow ${day}`,
      flows(
        this.balanceAt(from),
        lines.map(({ move }) => move),
      ),
    )
  }
}

const anEvent = fc.record({
  second: fc.oneof(fc.nat({ max: 86_399 }), fc.integer({ min: 86_340, max: 86_399 }), fc.nat({ max: 60 })),
  /** Until it stands in the account. */
  lateMs: fc.nat({ max: 60_000 }),
  amountFen: fc.integer({ min: 300, max: 50_000 }),
  lot: fc.nat({ max: 1 }),
  refundAfterMs: fc.option(fc.integer({ min: 60_000, max: 30 * 3_600_000 }), { freq: 3 }),
})
const someDays = fc.array(fc.array(anEvent, { maxLength: 5 }), { minLength: 2, maxLength: 4 })

test('while nobody errs, account and ledger agree at the end of every day', async () => {
  let day = '2026-07-01' as Day
  // The platform's of each payment, as `aPayment` has it, stays in the account.
  let platformFen = 0
  const account = new Account()
  await fc.assert(
    fc.asyncProperty(someDays, async (days) => {
      const first = dayAfter(day)
      for (const events of days) {
        day = dayAfter(day)
        // What an account had when the day before ended goes to the bank at nine.
        const endedWith = account.balanceAt(startOf(day)) - platformFen
        const paidOut = Math.min(endedWith, account.balanceAt(startOf(day) + 9 * 3_600_000) - platformFen)
        if (paidOut > 0)
          account.moved(startOf(day) + 9 * 3_600_000, { fen: -paidOut, channelNo: `W${day}`, isPayout: true })
        for (const { second, lateMs, amountFen, lot, refundAfterMs } of events) {
          const paidAt = (startOf(day) + second * 1000) as Paid['paidAt']
          const one = await house.aPayment(lots[lot]!, { paidAt, amountFen })
          const fee = feeOf(amountFen)
          platformFen += 5
          account.trade.push({ at: paidAt, line: lineOf(one, { feeMilliFen: fee * 1000 }) })
          account.moved(paidAt + lateMs, { fen: amountFen, ourNumber: one.number })
          if (fee > 0) account.moved(paidAt + lateMs, { fen: -fee, ourNumber: one.number })
          // Only of money that is still there: the channel refuses any other.
          if (refundAfterMs === null || second > 30_000) continue
          const doneAt = (startOf(day) + 32_000_000) as Paid['paidAt']
          const refund = await house.aRefund(one, { amountFen: Math.floor(amountFen / 3), doneAt })
          account.trade.push({ at: doneAt, line: refundLineOf(refund, { feeMilliFen: 0, at: doneAt }) })
          account.moved(doneAt + lateMs, { fen: -refund.amountFen, ourNumber: refund.number })
        }
        account.billsOf(day)
        house.setNow(readyAt(day))
        await house.make().round()
      }
      const found = await house.rows(
        `select day::text as day, item, class, state, about from discrepancy where proof = 'fund-flow' and day >= $1::date order by day`,
        [first],
      )
      assert.deepEqual(found, [])
      assert.deepEqual(house.errors, [])
    }),
    // Days follow from days: a smaller example would be of another book.
    { numRuns: 15, endOnFailure: true },
  )
  assert.ok(dayOf(account.events.at(-1)?.at ?? 0) > '2026-07-02')
  await house.holds()
})
