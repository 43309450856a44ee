import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { codeAt, typedSecret } from '@lanepay/cloud/refund/authenticator.testing.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { lanepayOnce } from '../../../e2e/kit/process.ts'

/* `lanepay refund`, `lanepay statement` and `lanepay audit`, as a person types them. */

const lot = { bucket: 3, lotId: 77 }
const newId = idMaker(() => systemClock.now(), 5)
let data: TestDatabase
let sql: pg.Client
let home: string
let env: Record<string, string>
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  home = mkdtempSync(join(tmpdir(), 'lanepay-money-'))
  const rights = join(home, 'rights.json')
  writeFileSync(
    rights,
    JSON.stringify({
      limitYuan: '5.00',
      people: [{ name: '张经理', operators: ['1'], totpSecret: typedSecret }],
    }),
  )
  env = {
    LANEPAY_HOME: home,
    LANEPAY_DATABASE_URL: databaseUrl(data.connection),
    LANEPAY_REFUND_RIGHTS: rights,
  }
  await provision(
    data.database,
    {
      ...{ bucket: lot.bucket, number: lot.lotId, name: '阳光花园', platformFeeBasisPoints: 100 },
      operator: { id: '1', name: '阳光物业' },
      accounts: [{ id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} }],
      lanes: [{ id: 2, name: '出口', direction: 'exit' }],
    },
    systemClock.now(),
  )
})
after(async () => {
  rmSync(home, { recursive: true, force: true })
  await sql.end()
  await data.close()
})

/** A payment of 15.50 that was cleared just now; answers its number. */
async function aPayment(): Promise<{ id: Id; number: string }> {
  const [session, id, at] = [newId(), newId(), new Date(systemClock.now())]
  const number = numberOf('trade', lot, id)
  await sql.query(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen) values (3, 77, $1, '粤B12345', false, 'blue', 'inside', $2, 0)`,
    [session, at],
  )
  await sql.query(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
     values (3, 77, $1, $2, '粤B12345', 'wechatpay:o', 'wechatpay', 1, '1900000001', 1, 1550, 9, 15, 0, 15, 'pending', $3, $3)`,
    [id, session, at],
  )
  const clear = clearing({ database: data.database, clock: systemClock, newId, gateSeconds: 60, onCommand: () => {} })
  const facts = { tradeNumber: number, accountKey: '1900000001', amountFen: fen(1550), currency: 'CNY' }
  await clear({
    number: { kind: 'trade', ...lot, id },
    facts: { ...facts, channelTradeNo: `42-${id}`, paidAt: systemClock.now(), payer: null },
  })
  return { id, number }
}
const say = (...args: string[]) => lanepayOnce(args, env)
const refund = (number: string, amount: string, ...more: string[]) =>
  say('refund', number, amount, '--by', '张经理', '--reason', '多收了', ...more)
/** The same, and this typed when it asks. */
const refundTyping = (typed: string, number: string, amount: string) =>
  lanepayOnce(['refund', number, amount, '--by', '张经理', '--reason', '多收了'], env, typed)
const codeNow = () => codeAt(Date.now())
const refundsOf = async (id: Id) =>
  (await sql.query('select amount_fen, asked_by, second_factor from refund where payment_id = $1 order by id', [id]))
    .rows

describe('lanepay refund', () => {
  test('up to the limit: the number is told, the row is there for the worker', async () => {
    const { id, number } = await aPayment()
    const { status, output } = await refund(number, '5.00')
    assert.equal(status, 0, output)
    assert.match(output, /^\d{32} {2}¥5\.00; a worker sends it now/)
    assert.ok(parseNumber('refund', output.slice(0, 32)).ok)
    assert.deepEqual(await refundsOf(id), [{ amount_fen: 500, asked_by: '张经理', second_factor: false }])
  })
  test('over the limit it asks for the code; without one, or with one that was used, nothing is done', async () => {
    const { id, number } = await aPayment()
    const none = await refund(number, '5.01')
    assert.equal(none.status, 1)
    assert.match(none.output, /over ¥5\.00 for one payment the code .*\nCode: .*the code is six digits/s)
    const code = codeNow()
    const given = await refundTyping(code, number, '5.01')
    assert.equal(given.status, 0, given.output)
    const again = await refundTyping(code, number, '1.00')
    assert.equal(again.status, 1)
    assert.match(again.output, /this code was used/)
    assert.deepEqual(await refundsOf(id), [{ amount_fen: 501, asked_by: '张经理', second_factor: true }])
  })
  const cases: [string, (number: string) => Promise<{ status: number | null; output: string }>, RegExp][] = [
    ['nothing', () => say('refund'), /lanepay refund TRADENUMBER AMOUNT --by NAME --reason TEXT/],
    ['an option nobody knows', (number) => refund(number, '1', '--force'), /--force/],
    ['a number that is none', () => refund('123', '1'), /TRADENUMBER: "123" is no number of a payment/],
    [
      'another payment’s number with a wrong digit',
      (n) => refund(`${n.slice(0, 31)}${(Number(n[31]) + 1) % 10}`, '1'),
      /TRADENUMBER/,
    ],
    ['a payment that is not here', () => refund(numberOf('trade', lot, newId()), '1'), /there is no such payment here/],
    ['an amount in words', (number) => refund(number, 'much'), /AMOUNT: "much" is no amount/],
    ['an amount of half a fen', (number) => refund(number, '0.005'), /AMOUNT: "0.005" is no amount/],
    ['0', (number) => refund(number, '0'), /AMOUNT: more than 0/],
    ['more than was paid', (number) => refund(number, '15.51'), /AMOUNT: of this payment ¥15\.50 are left/],
    ['nobody of that name', (n) => say('refund', n, '1', '--by', 'x', '--reason', 'y'), /--by: nobody of this name/],
    ['no reason', (n) => say('refund', n, '1', '--by', '张经理', '--reason', ' '), /--reason: 1 to 80/],
  ]
  test('bad input is named, and nothing is done', async () => {
    const { id, number } = await aPayment()
    for (const [what, act, named] of cases) {
      const { status, output } = await act(number)
      assert.equal(status, 1, what)
      assert.match(output, named, what)
    }
    assert.deepEqual(await refundsOf(id), [])
  })
  test('without a file of who may, nobody may', async () => {
    const { LANEPAY_REFUND_RIGHTS: _, ...without } = env
    const { number } = await aPayment()
    const { status, output } = await lanepayOnce(['refund', number, '1', '--by', '张经理', '--reason', 'y'], without)
    assert.equal(status, 1)
    assert.match(output, /Set LANEPAY_REFUND_RIGHTS/)
  })
})

describe('lanepay statement', () => {
  test('of the operator, today, as text and as CSV: it adds up, and says what each line is about', async () => {
    const { number } = await aPayment()
    const asked = await refund(number, '2.00')
    const { status, output } = await say('statement', '77', 'operator-payable')
    assert.equal(status, 0, output)
    assert.match(output, new RegExp(`payment-paid +payment ${number} +15\\.26 `))
    assert.match(output, new RegExp(`refund-asked +refund ${asked.output.slice(0, 32)} of ${number} +-1\\.99 `))
    const { output: csv } = await say('statement', '77', 'operator-payable', '--csv')
    const rows = csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(','))
    const fenOf = (text = '') => Math.round(Number(text) * 100)
    const [opening, closing] = [rows[0]!, rows.at(-1)!]
    assert.deepEqual([opening[1], closing[1]], ['opening balance', 'closing balance'])
    assert.equal(fenOf(opening[4]) + rows.slice(1, -1).reduce((sum, row) => sum + fenOf(row[3]), 0), fenOf(closing[4]))
    const [held] = (await sql.query(`select balance_fen from account where lot_id = 77 and kind = 'operator-payable'`))
      .rows
    assert.equal(fenOf(closing[4]), Number(held.balance_fen))
  })
  const cases: [string[], RegExp][] = [
    [[], /lanepay statement LOTNUMBER ACCOUNT/],
    [['77'], /ACCOUNT: one of channel-clearing, /],
    [['77', 'money'], /ACCOUNT: one of channel-clearing, /],
    [['78', 'operator-payable'], /LOTNUMBER: a lot that is open here/],
    [['77', 'cash-drawer'], /no account cash-drawer of 0 by cash/],
    [['77', 'operator-payable', '--channel', 'cash'], /--channel: one of wechatpay, alipay/],
    [['77', 'operator-payable', '--channel', 'alipay'], /no account operator-payable of 1 by alipay/],
    [['77', 'operator-payable', '--from', '2026-02-30'], /--from: a day like/],
    [['77', 'operator-payable', '--from', '2026-02-03', '--until', '2026-02-03'], /--until: a day after --from/],
    [['77', 'operator-payable', '--party', 'x'], /--party: a number/],
  ]
  test('bad input is named', async () => {
    for (const [args, named] of cases) {
      const { status, output } = await say('statement', ...args)
      assert.equal(status, 1, args.join(' '))
      assert.match(output, named)
    }
  })
})

describe('lanepay audit', () => {
  test('everything the first time, then what has changed; a broken row is named with what to do, and ends with 1', async () => {
    const { id } = await aPayment()
    const first = await say('audit')
    assert.deepEqual([first.status, /0 broken, in all there is/.test(first.output)], [0, true], first.output)
    const next = await say('audit')
    assert.match(next.output, /0 broken, in what has changed since the last audit/)
    await sql.query('update payment set refunded_fen = 1 where id = $1', [id])
    const broken = await say('audit')
    assert.equal(broken.status, 1)
    assert.match(
      broken.output,
      /BROKEN 1x: refunds never .*\n {2}lot 77: payment \d+ of 1550 fen: 1 noted as refunded.*\n {2}-> compare/,
    )
    await sql.query('update payment set refunded_fen = 0 where id = $1', [id])
    const all = await say('audit', '--all')
    assert.match(all.output, /0 broken, in all there is/)
    assert.match((await say('audit', '--quick')).output, /lanepay audit \[--all\]/)
  })
})
