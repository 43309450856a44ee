import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { BillLine } from '@lanepay/channels/bills.ts'
import { fen } from '@lanepay/domain/money.ts'
import fc from 'fast-check'
import { type Day, dayAfter, readyAt } from './day.ts'
import {
  at,
  type House,
  lineOf,
  openHouse,
  type Paid,
  type PaymentTold,
  refundLineOf,
} from './reconciliation.testing.ts'

/* Any book, any bill made from it with any set of harms: exactly those are found. */

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

type Harm = {
  readonly told?: PaymentTold
  readonly refunds?: boolean
  /** What the bill has of the payment, and of its refund. */
  readonly lines: (
    line: ReturnType<typeof lineOf>,
    refund: ReturnType<typeof refundLineOf> | null,
  ) => readonly BillLine[]
  readonly found: readonly string[]
}
const harms: Readonly<Record<string, Harm>> = {
  none: { lines: (line) => [line], found: [] },
  'none, with a refund': { refunds: true, lines: (line, refund) => [line, refund!], found: [] },
  'never paid': { told: { state: 'closed' }, lines: () => [], found: [] },
  'not in the bill': { lines: () => [], found: ['payment not-at-channel'] },
  'refund not in the bill': { refunds: true, lines: (line) => [line], found: ['refund not-at-channel'] },
  unheard: { told: { state: 'pending' }, lines: (line) => [line], found: ['payment unheard'] },
  'paid after closing': { told: { state: 'closed' }, lines: (line) => [line], found: ['payment unheard'] },
  'a fen more': {
    lines: (line) => [{ ...line, amountFen: fen(line.amountFen + 1), settledFen: fen(line.amountFen + 1) }],
    found: ['payment amount'],
  },
  'refund of a fen less': {
    refunds: true,
    lines: (line, refund) => [
      line,
      { ...refund!, amountFen: fen(refund!.amountFen - 1), settledFen: fen(refund!.amountFen - 1) },
    ],
    found: ['refund amount'],
  },
  'a fen more fee': { lines: (line) => [{ ...line, feeMilliFen: line.feeMilliFen + 1000 }], found: ['payment fee'] },
  reversed: { lines: (line) => [{ ...line, kind: 'reversed' }], found: ['payment state'] },
  'refund failed': {
    refunds: true,
    lines: (line, refund) => [line, { ...refund!, state: 'failed' }],
    found: ['refund state'],
  },
  twice: { lines: (line) => [line, line], found: ['payment double'] },
  'refund twice': { refunds: true, lines: (line, refund) => [line, refund!, refund!], found: ['refund double'] },
  'twice and unheard': {
    told: { state: 'pending' },
    lines: (line) => [line, line],
    found: ['payment double', 'payment unheard'],
  },
  'another account': { lines: (line) => [{ ...line, accountKey: '1900000002' }], found: ['payment other-account'] },
  'a foreign line beside it': {
    lines: (line) => [line, { ...line, tradeNumber: '4200001' }],
    found: ['line not-our-number'],
  },
  'a mangled number': {
    lines: (line) => [{ ...line, tradeNumber: `${line.tradeNumber.slice(0, 15)}${'0'.repeat(17)}` }],
    found: ['line not-our-number', 'payment not-at-channel'],
  },
}

const anItem = fc.record({
  harm: fc.constantFrom(...Object.keys(harms)),
  amountFen: fc.integer({ min: 100, max: 50_000 }),
  second: fc.integer({ min: 1_800, max: 84_599 }), // half an hour and more from midnight
  lot: fc.nat({ max: 2 }),
})

test('exactly the harms are found, whatever the order of the lines', async () => {
  const lots = [await house.aLot(), await house.aLot(), await house.aLot()]
  let on = '2026-09-01' as Day
  await fc.assert(
    fc.asyncProperty(fc.array(anItem, { maxLength: 12 }), fc.infiniteStream(fc.nat()), async (items, shuffle) => {
      on = dayAfter(on)
      const expected: string[] = []
      const lines: BillLine[] = []
      for (const { harm, amountFen, second, lot } of items) {
        const { told, refunds, lines: linesIn, found } = harms[harm]!
        const paidAt = (at('00:00', on) + second * 1000) as Paid['paidAt']
        const paid = await house.aPayment(lots[lot]!, { ...told, paidAt, amountFen })
        const refund = refunds
          ? await house.aRefund(paid, { amountFen: Math.ceil(amountFen / 2), doneAt: paidAt })
          : null
        const fee = Math.floor((amountFen * 60 + 5_000) / 10_000) * 1000
        lines.push(
          ...linesIn(
            lineOf(paid, { feeMilliFen: fee }),
            refund && refundLineOf(refund, { feeMilliFen: 0, at: paidAt }),
          ),
        )
        for (const each of found) {
          const [what, cls] = each.split(' ')
          expected.push(`${what === 'line' ? 'line' : `${what}:${what === 'refund' ? refund!.id : paid.id}`} ${cls}`)
        }
      }
      const order = lines.map((line) => ({ line, key: shuffle.next().value as number })).sort((a, b) => a.key - b.key)
      house.answers.set(
        `trade ${on}`,
        order.map(({ line }) => line),
      )
      house.setNow(readyAt(on))
      await house.make().round()
      const found = (await house.discrepancies(on)).filter((row) => row.proof === 'trade')
      const words = found.map(
        (row) => `${row.item.startsWith('line:') ? 'line' : row.item.replace(/:double$/, '')} ${row.class}`,
      )
      assert.deepEqual(words.sort(), expected.sort())
      assert.deepEqual(house.errors, [])
      const [day] = await house.rows<{ theirs: number; discrepancies: number }>(
        `select coalesce(sum(theirs), 0)::int as theirs, coalesce(sum(discrepancies), 0)::int as discrepancies
           from reconciled_day where day = $1::date and proof = 'trade'`,
        [on],
      )
      const counted = lines.filter(
        (line) => line.kind === 'payment' || (line.kind === 'refund' && line.state !== 'failed'),
      )
      assert.deepEqual(day, { theirs: counted.length, discrepancies: expected.length })
    }),
    { numRuns: 30 },
  )
  await house.holds()
})
