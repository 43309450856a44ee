import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Id } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { causes } from './post.ts'
import { type StatementLine, stated } from './statement.ts'
import { statementCsv, statementText } from './statement-text.ts'

const account = { lot: { bucket: 3, lotId: 9 }, kind: 'operator-payable', party: '1', channel: 'wechatpay' } as const
type Entry = Omit<StatementLine, 'balanceFen'>
const wording = {
  instant: (ms: number) => new Date(ms).toISOString(),
  about: ({ causeId }: StatementLine) => `payment ${causeId}`,
}

const anEntries = fc
  .array(
    fc.record({
      postedAt: fc.integer({ min: 0, max: 1_000 }),
      cause: fc.constantFrom(...causes),
      causeId: fc.bigInt({ min: 1n, max: 1n << 62n }).map((id) => id.toString() as Id),
      amountFen: fc.bigInt({ min: -10_000_000n, max: 10_000_000n }),
    }),
    { maxLength: 60 },
  )
  .map((entries): Entry[] => entries.sort((a, b) => a.postedAt - b.postedAt))
const sum = (entries: readonly Entry[]) => entries.reduce((total, { amountFen }) => total + amountFen, 0n)
/** The statement of a span, of an account that has had all of these entries. */
const statementOf = (all: readonly Entry[], from: number, until: number) =>
  stated(
    account,
    { from, until },
    sum(all),
    all.filter(({ postedAt }) => postedAt >= from),
  )

describe('a statement', () => {
  test('adds up: opening and every amount make each balance, and the closing', () =>
    fc.assert(
      fc.property(anEntries, fc.nat(1_000), fc.nat(1_000), (all, from, length) => {
        const statement = statementOf(all, from, from + length)
        let balance = statement.openingFen
        for (const line of statement.lines) {
          balance += line.amountFen
          assert.equal(line.balanceFen, balance)
        }
        assert.equal(statement.closingFen, balance)
      }),
    ))
  test('opens with everything before it, and says nothing of what comes after it', () =>
    fc.assert(
      fc.property(anEntries, fc.nat(1_000), fc.nat(1_000), (all, from, length) => {
        const statement = statementOf(all, from, from + length)
        assert.equal(statement.openingFen, sum(all.filter(({ postedAt }) => postedAt < from)))
        assert.equal(statement.closingFen, sum(all.filter(({ postedAt }) => postedAt < from + length)))
      }),
    ))
  test('closes where the next one opens, and two of them say what one of both says', () =>
    fc.assert(
      fc.property(anEntries, fc.nat(1_000), fc.nat(500), fc.nat(500), (all, from, first, second) => {
        const [a, b] = [statementOf(all, from, from + first), statementOf(all, from + first, from + first + second)]
        const both = statementOf(all, from, from + first + second)
        assert.equal(a.closingFen, b.openingFen)
        assert.deepEqual([...a.lines, ...b.lines], both.lines)
      }),
    ))

  const entries: Entry[] = [
    { postedAt: 1_000, cause: 'payment-paid', causeId: '11' as Id, amountFen: 1526n },
    { postedAt: 2_000, cause: 'refund-asked', causeId: '12' as Id, amountFen: -496n },
    { postedAt: 9_000, cause: 'payment-paid', causeId: '13' as Id, amountFen: 985n },
  ]
  test('as text', () =>
    assert.equal(
      statementText(statementOf(entries, 2_000, 9_000), wording),
      [
        'posted_at                 cause            about       amount  balance',
        '1970-01-01T00:00:02.000Z  opening balance                        15.26',
        '1970-01-01T00:00:02.000Z  refund-asked     payment 12   -4.96    10.30',
        '1970-01-01T00:00:09.000Z  closing balance                        10.30',
        '',
      ].join('\n'),
    ))
  test('as CSV; what has a comma or a quote in it is quoted', () =>
    assert.equal(
      statementCsv(statementOf(entries, 1_000, 2_000), { ...wording, about: () => 'payment "11", paid' }),
      [
        'posted_at,cause,about,amount,balance',
        '1970-01-01T00:00:01.000Z,opening balance,,,0.00',
        '1970-01-01T00:00:01.000Z,payment-paid,"payment ""11"", paid",15.26,15.26',
        '1970-01-01T00:00:02.000Z,closing balance,,,15.26',
        '',
      ].join('\r\n'),
    ))
})
