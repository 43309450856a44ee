import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import { dayAfter, dayOf } from '@lanepay/cloud/reconciliation/day.ts'
import { codeAt, typedSecret } from '@lanepay/cloud/refund/authenticator.testing.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import pg from 'pg'
import { lanepayOnce } from '../../../e2e/kit/process.ts'

/* `lanepay withdraw`, as a person types it. */

const newId = idMaker(() => systemClock.now(), 5)
let data: TestDatabase
let sql: pg.Client
let home: string
let env: Record<string, string>

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  home = mkdtempSync(join(tmpdir(), 'lanepay-withdraw-'))
  const rights = join(home, 'rights.json')
  const zhang = { name: 'zhang', operators: ['1'], totpSecret: typedSecret }
  writeFileSync(rights, JSON.stringify({ limitYuan: '500.00', people: [zhang] }))
  env = {
    LANEPAY_HOME: home,
    LANEPAY_DATABASE_URL: databaseUrl(data.connection),
    LANEPAY_REFUND_RIGHTS: rights,
  }
  const now = systemClock.now()
  await planned('channel')
  // ¥2000.00 of three days ago, and yesterday is closed.
  const channel = 'wechatpay' as const
  const posting = { lot: { bucket: 3, lotId: 77 }, causeId: newId(), cause: 'payment-paid' as const }
  await data.database.of(3).transaction((tx) =>
    postTransfer(tx, {
      ...{ ...posting, postedAt: now - 3 * 86_400_000 },
      entries: [
        { kind: 'channel-clearing', party: '0', channel, amountFen: -200_000 },
        { kind: 'operator-payable', party: '1', channel, amountFen: 200_000 },
      ],
    }),
  )
  await sql.query(
    `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, kept_at, closed_at)
     values (0, 0, 1, $1::date, 'trade', 'wechatpay', 'k', 'closed', now(), now())`,
    [dayAfter(dayOf(now), -1)],
  )
})
after(async () => {
  rmSync(home, { recursive: true, force: true })
  await sql.end()
  await data.close()
})

/** The lot of the operator as its plan says, which may be silent about who pays its account out. */
const planned = (payout?: 'channel', withdrawals?: NonNullable<LotPlan['operator']['withdrawals']>) =>
  provision(
    data.database,
    {
      ...{ bucket: 3, number: 77, name: '阳光花园', platformFeeBasisPoints: 0 },
      operator: { id: '1', name: '阳光物业', ...(withdrawals ? { withdrawals } : {}) },
      accounts: [
        { id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {}, ...(payout ? { payout } : {}) },
        { id: 2, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
      ],
      lanes: [{ id: 2, name: '出口', direction: 'exit' }],
    },
    systemClock.now(),
  )
/** Runs it, and types this when it asks. */
const typing = (typed: string, args: readonly string[]) => lanepayOnce(args, env, typed)
const codeNow = () => codeAt(Date.now())
const kept = async () => (await sql.query('select kind, amount_fen, fee_fen, state from withdrawal order by id')).rows

describe('lanepay withdraw', () => {
  const cases: [what: string, args: string[], named: RegExp][] = [
    ['nothing', [], /lanepay withdraw BUCKET ACCOUNT AMOUNT --by NAME/],
    ['an option nobody knows', ['3', '1', '10', '--force'], /--force/],
    ['a bucket that is none', ['256', '1', '10', '--by', 'zhang'], /BUCKET: "256" is not 0 to 255/],
    ['an account that is none', ['3', 'x', '10', '--by', 'zhang'], /ACCOUNT: "x" is no number/],
    ['an account that is not here', ['3', '9', '10', '--by', 'zhang'], /ACCOUNT: there is no such account/],
    ['an amount that is none', ['3', '1', '10.001', '--by', 'zhang'], /AMOUNT: "10\.001" is no amount/],
    ['nobody of that name', ['3', '1', '10', '--by', 'li'], /--by: nobody of this name/],
    ['no code', ['3', '1', '10', '--by', 'zhang'], /--by: /],
  ]
  test('bad input is named, and nothing is done', async () => {
    for (const [what, args, named] of cases) {
      const { status, output } = await typing('', ['withdraw', ...args])
      assert.equal(status, 1, what)
      assert.match(output, named, what)
    }
    assert.deepEqual(await kept(), [])
  })
  test('without a file of who may, nobody may', async () => {
    const { LANEPAY_REFUND_RIGHTS: _, ...without } = env
    const { status, output } = await lanepayOnce(['withdraw', '3', '1', '10', '--by', 'zhang'], without)
    assert.deepEqual([status, /Set LANEPAY_REFUND_RIGHTS/.test(output)], [1, true])
  })
  test('the command of the documentation, with the code: the fee is named, and the code is good once', async () => {
    const page = readFileSync(new URL('../../../docs/withdrawals.md', import.meta.url), 'utf8')
    const command = /npm run lanepay -- (withdraw .* --by .*)/.exec(page)?.[1]?.split(' ')
    assert.ok(command)
    const code = codeNow()
    const given = await typing(code, command)
    assert.equal(given.status, 0, given.output)
    assert.match(given.output, /¥1200\.00, of it ¥3\.00 fee and ¥1197\.00 to the bank/)
    assert.ok(parseNumber('withdrawal', /\d{32}/.exec(given.output)?.[0] ?? '').ok)
    const used = (JSON.parse(readFileSync(join(home, 'second-factors.json'), 'utf8')) as Record<string, number>).zhang
    assert.ok(used !== undefined)
    const again = await typing(code, command)
    assert.equal(again.status, 1, again.output)
    assert.deepEqual(await kept(), [{ kind: 'instant', amount_fen: '120000', fee_fen: '300', state: 'asked' }])
  })
  test('without an amount: what there is, and within which limits, the operator’s own before those of the settings', async () => {
    const settings = { LANEPAY_WITHDRAWAL_MOST_FEN: '150000', LANEPAY_WITHDRAWAL_DAY_FEN: '130000' }
    const shown = async () => {
      const { status, output } = await lanepayOnce(['withdraw', '3', '1'], { ...env, ...settings })
      assert.equal(status, 0, output)
      return output.trim().split('\n')
    }
    assert.deepEqual(await shown(), [
      'Available  ¥800.00: what closed days prove',
      'At once    from ¥3.01 to ¥1500.00, of which ¥3.00 is the fee; today ¥100.00 are left of ¥1300.00',
      'To         the card that the channel has',
    ])
    await planned('channel', { floorFen: 5_000, mostPerDayFen: 140_000 })
    assert.match((await shown())[1]!, /from ¥50\.00 to ¥1500\.00, .* ¥200\.00 are left of ¥1400\.00/)
    const { status, output } = await lanepayOnce(
      ['withdraw', '3', '1', '200.01', '--by', 'zhang'],
      { ...env, ...settings },
      codeNow(),
    )
    assert.equal(status, 1)
    assert.match(output, /^Available {2}¥800\.00/)
    await planned('channel', {})
  })
  test('a plan with the simulated bank is taken where channels are simulated, and refused where they are real', async () => {
    const example = JSON.parse(readFileSync(new URL('../../../docs/examples/lot.json', import.meta.url), 'utf8'))
    const file = join(home, 'by-bank.json')
    const accounts = [{ id: 8, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {}, payout: 'bank' }]
    writeFileSync(file, JSON.stringify({ ...example, operator: { id: '8', name: '演示' }, accounts }))
    const real = await lanepayOnce(['lot', file], env)
    assert.equal(real.status, 1)
    assert.match(real.output, /\/accounts\/0\/payout: "bank" is a simulated bank/)
    const payout = async () => (await sql.query('select payout from channel_account where account_id = 8')).rows
    assert.deepEqual(await payout(), [])
    const simulated = await lanepayOnce(['lot', file], { ...env, LANEPAY_CHANNELS: 'simulated' })
    assert.equal(simulated.status, 0, simulated.output)
    assert.deepEqual(await payout(), [{ payout: 'bank' }])
  })
  test('the plan says who pays an account out, and a plan that is silent leaves it so', async () => {
    await planned()
    const { rows } = await sql.query(
      'select account_id, payout from channel_account where account_id < 3 order by account_id',
    )
    assert.deepEqual(rows, [
      { account_id: 1, payout: 'channel' },
      { account_id: 2, payout: 'mirrored' },
    ])
  })
})
