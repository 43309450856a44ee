import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Id } from '@lanepay/domain/types.ts'
import { statementOf } from '@lanepay/ledger/statement.ts'
import { type Day, dayOf, startOf } from '../reconciliation/day.ts'
import { lotsOf } from '../staff/door.ts'
import { summaryTotals } from '../summary/read.ts'
import { dayMs, hour, type Lot, minute, openWorld, type World } from '../summary/summary.testing.ts'
import { filesInZip, keeping, sheetsOf } from './book.testing.ts'
import { deliverBooks, deliverSummaries, type Form } from './deliver.ts'

/*
 * A month's books against the statements, the summaries and plain SQL. The month begins and ends in the middle of things: payments that
 * were paid in one month and heard of in the next, refunds of the month before, one that counted for nothing after all.
 */

const month = { from: startOf('2026-12-01' as Day), until: startOf('2027-01-01' as Day) }
let world: World
let lot: Lot
const sheets: Record<string, unknown[][]> = {}

const deliver = async (form: Form, language: 'zh' | 'en') => {
  const { sink, bytes } = keeping()
  const whose = { operatorId: String(lot.lotId), lots: await lotsOf(world.database, String(lot.lotId)), whole: true }
  const at = world.clock.now()
  await deliverBooks(world.database, month, { whose, form, language, at, plates: true }, sink)
  return bytes()
}
const until = (at: number) => world.pass(at - world.clock.now())

before(async () => {
  world = await openWorld()
  lot = await world.aLot()
  const stays = () => world.entered(lot)
  // November: what the month before leaves open.
  until(month.from - 3 * dayMs)
  const refundedLater = await world.pays(lot, stays(), { amountFen: 2000 })
  // Paid on the last minute of November, heard of in December; and the same a month later.
  until(month.from + 5 * minute)
  await world.pays(lot, stays(), { amountFen: 777, paidAt: month.from - minute })
  for (let day = 0; day < 30; day += 3) {
    until(month.from + day * dayMs + 10 * hour)
    for (const channel of ['wechatpay', 'alipay'] as const) {
      const session = stays()
      const payment = await world.pays(lot, session, { amountFen: 1500 + day, channel })
      if (day % 9 === 0) await world.refund(lot, payment, 100 + day)
      world.happens(lot, { kind: 'left', session, lane: 2, leftAt: world.clock.now(), owedFen: 0 })
    }
    // The second payment of one debt counts for nothing, and goes back.
    if (day === 6) {
      const session = stays()
      await world.pays(lot, session, { amountFen: 900 })
      await world.tell(lot)
      world.happens(lot, { kind: 'left', session, lane: 2, leftAt: world.clock.now(), owedFen: 0 })
      await world.tell(lot)
      await world.pays(lot, session, { amountFen: 450 })
    }
    await world.tell(lot)
  }
  await world.refund(lot, refundedLater, 2000)
  const shift = world.newId()
  world.happens(lot, { kind: 'shift-opened', shift, booth: 1, by: '李师傅', floatFen: 10_000 })
  world.happens(lot, {
    ...{ kind: 'cash-taken', session: stays(), clearance: world.newId(), paidFen: 800, by: '李师傅', shift, booth: 1 },
    ...{ leaveBy: world.clock.now() + 15 * minute },
  })
  world.happens(lot, {
    ...{
      kind: 'shift-handed-over',
      shift,
      booth: 1,
      by: '李师傅',
      to: '王师傅',
      countedFen: 10_750,
      expectedFen: 10_800,
    },
  })
  // What the channel's bill says it kept.
  const [some] = await world.rows<{ id: Id }>(
    `select id from payment where lot_id = $1 and amount_fen = 1500 limit 1`,
    [lot.lotId],
  )
  await world.post(lot, some!.id, 'fee-taken', 'wechatpay', [
    ['channel-fee', '0', -9],
    ['operator-payable', String(lot.lotId), 2],
    ['channel-clearing', '0', 7],
  ])
  until(month.until + 5 * minute)
  await world.pays(lot, stays(), { amountFen: 333, paidAt: month.until - minute })
  await world.settle([lot])
  Object.assign(sheets, sheetsOf(await deliver('xlsx', 'en')))
})
after(() => world.close())

const fenOf = (cell: unknown) => Math.round(Number(cell) * 100)
/** A table's rows by its heads, and its last line. */
const table = (name: string) => {
  const [head = [], ...lines] = sheets[name] ?? assert.fail(`no table ${name}: ${Object.keys(sheets)}`)
  const rows = lines.map((line) => Object.fromEntries(head.map((key, n) => [String(key), line[n]])))
  return { rows: rows.slice(0, -1), total: rows.at(-1)! }
}

describe('the books of a month', () => {
  test('have a table for each thing, and rows in those that matter here', () => {
    for (const name of [
      'Summary by day',
      'Accounts',
      'Transfers',
      'Payments',
      'Refunds',
      'Fees by the bills',
      'Cash',
      'Checks',
    ])
      assert.ok(table(name).rows.length > 0, name)
    for (const name of [
      'Shares',
      'Shares taken back',
      'Withdrawals',
      'Steps of withdrawals',
      'Discrepancies',
      'Steps of discrepancies',
    ])
      assert.ok(name in sheets, name)
  })

  test('agree with themselves to the fen, across both ends of the month', () => {
    const { rows, total } = table('Checks')
    assert.ok(rows.length >= 10)
    for (const row of rows) assert.equal(row.Difference, 0, String(row.What))
    assert.equal(total.Difference, 0)
    const paid = rows.find(({ What }) => String(What).startsWith('Summary: paid'))!
    const posted = rows.find(({ What }) => String(What).startsWith('Payments'))!
    assert.notEqual(paid['By its own table'], posted['By its own table'], 'the two go by different days, and say so')
  })

  test('have of each account what its statement has', async () => {
    for (const row of table('Accounts').rows) {
      const kinds: Readonly<Record<string, string>> = {
        'operator payable': 'operator-payable',
        'channel clearing': 'channel-clearing',
      }
      const kind = kinds[String(row.Account)]
      if (kind === undefined) continue
      const channel = row.Channel === 'Alipay' ? 'alipay' : 'wechatpay'
      const account = { lot, kind, party: String(row.Party), channel } as Parameters<typeof statementOf>[1]
      const statement = await world.database.of(lot.bucket).transaction((tx) => statementOf(tx, account, month))
      assert.deepEqual(
        [fenOf(row['Opening balance']), fenOf(row['Closing balance'])],
        [Number(statement!.openingFen), Number(statement!.closingFen)],
        kind,
      )
    }
  })

  test('have the sums of the summaries, and of plain SQL', async () => {
    const totals = await summaryTotals(world.database, {
      lots: [lot],
      from: dayOf(month.from),
      until: dayOf(month.until),
    })
    const { total } = table('Summary by day')
    assert.deepEqual(
      [fenOf(total.Paid), fenOf(total.Refunded), fenOf(total.Cash), fenOf(total['Over or short'])],
      [totals.paidFen, totals.refundedFen, totals.cashFen, totals.overShortFen],
    )
    assert.ok(totals.paidFen > 0 && totals.refundedFen > 0 && totals.cashFen === 800 && totals.overShortFen === -50)
    const [sql] = await world.rows<{ came: string; transfers: string }>(
      `select - sum(amount_fen) filter (where kind = 'channel-clearing' and cause in ('payment-paid', 'payment-unapplied')) as came, count(*) as transfers
         from entry where lot_id = $1 and posted_at >= $2 and posted_at < $3`,
      [lot.lotId, new Date(month.from), new Date(month.until)],
    )
    assert.equal(fenOf(table('Payments').total['Came in']), Number(sql!.came))
    assert.equal(table('Transfers').rows.length, Number(sql!.transfers))
    assert.equal(table('Transfers').total.Amount, 0, 'double entry')
  })

  test('the summaries alone have the same sums, by whatever they are told apart', async () => {
    const { total: whole } = table('Summary by day')
    for (const member of ['lane', 'channel', 'product'] as const)
      for (const by of ['day', 'month'] as const) {
        const { sink, bytes } = keeping()
        const whose = { operatorId: String(lot.lotId), lots: [lot], whole: false }
        await deliverSummaries(
          world.database,
          { ...month, by, of: member },
          { whose, form: 'xlsx', language: 'en', at: month.until },
          sink,
        )
        const [[head = [], ...lines] = []] = Object.values(sheetsOf(bytes()))
        assert.ok(lines.length > 1)
        const total = Object.fromEntries(head.map((key, n) => [String(key), lines.at(-1)![n]]))
        for (const figure of ['Payments', 'Paid', 'Refunded', 'Net', 'Entries', 'Exits'])
          assert.equal(total[figure], whole[figure], `${figure} by ${by} and ${member}`)
      }
  })

  test('are the same as CSV in a zip', async () => {
    const bytes = await deliver('zip', 'zh')
    const files = filesInZip(bytes)
    assert.deepEqual(
      Object.keys(files).filter((name) => /^(summary|accounts|transfers|payments|refunds|fees|checks)\.csv$/.test(name))
        .length,
      7,
    )
    const lines = files['payments.csv']!.trimEnd().split('\r\n')
    assert.equal(lines.length, table('Payments').rows.length + 2)
    const came = lines[0]!.split(',').indexOf('收款')
    assert.equal(fenOf(lines.at(-1)!.split(',')[came]), fenOf(table('Payments').total['Came in']))
  })
})
