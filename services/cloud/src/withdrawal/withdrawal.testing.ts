import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach } from 'node:test'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import { bankPayouts } from '@lanepay/channels/bank/payouts.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { Withdrawals as Ability } from '@lanepay/channels/withdrawals.ts'
import { type Database, openDatabase } from '@lanepay/database/database.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { BilledChannel, Id, Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { type BankSimulator, startBankSimulator } from '@lanepay/simulator-bank/simulator.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { dayOf } from '../reconciliation/day.ts'
import { codeAt, typedSecret } from '../refund/authenticator.testing.ts'
import type { RefundRights } from '../refund/right.ts'
import { type AskWithdrawal, askWithdrawal } from './ask.ts'
import { usualTerms } from './decide.ts'
import { sealCard } from './seal.ts'
import { type Withdrawals, withdrawals as withdrawing } from './withdraw.ts'
/*
 * Withdrawals on the real tables and against the real simulators of both channels and of a bank: each test is another operator with one
 * lot and one account by channel.
 */
export const second = 1_000
export const hour = 3_600_000
export const day = 24 * hour
export let now = Date.UTC(2026, 10, 2, 4) as Instant
export const clock = { now: () => now }
export const pass = (ms: number) => {
  now = (now + ms) as Instant
}
export const newId = idMaker(clock.now, 5)
export const houseKey = Buffer.from('a-house-key-of-thirty-two-letters')
export const lot = { bucket: 3, lotId: 0 }
export const accountOf = (channel: BilledChannel) => lot.lotId * 10 + (channel === 'wechatpay' ? 1 : 2)
export const codeNow = () => codeAt(now)
export const rights: RefundRights = {
  limitFen: fen(10_000_000),
  limitOfOperator: {},
  people: [
    { name: '张经理', operators: 'all', totpSecret: typedSecret },
    { name: '李会计', operators: ['999'], totpSecret: typedSecret },
    { name: '无码', operators: 'all' },
  ],
}
export let data: TestDatabase
export let sql: pg.Client
export let wechatpay: WechatPaySimulator
export let alipay: AlipaySimulator
export let bank: BankSimulator
/** Fifty who come from outside, each with a connection of its own. */
export let clients: Database[]
export let real: Record<BilledChannel, Channel>
export let worker: Withdrawals
/** How the process dies round a call of the channel; null where it does not. */
export const process: { dies: 'before-send' | 'after-send' | null } = { dies: null }

export const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await sql.query(text, [lot.lotId, ...values])).rows as Row[]
export async function newCard(channel: BilledChannel, changedAt: number): Promise<void> {
  const sealed = sealCard(houseKey, accountOf(channel), { cardNumber: '6222021234567890128', name: '张三' })
  await sql.query(
    `insert into payout_card (account_id, version, sealed, ending, owner, bank, changed_by, changed_at)
     select $1, coalesce(max(version), 0) + 1, $2, '0128', 'person', '工商银行', '张经理', $3 from payout_card where account_id = $1`,
    [accountOf(channel), sealed, new Date(changedAt)],
  )
}
export const feeOf = (amountFen: number) => Math.round(amountFen * 0.006)
/** Paid at the channel and cleared: the operator has it, less the channel's fee. */
export async function aPayment(channel: BilledChannel, amountFen: number): Promise<Id> {
  const [session, id] = [newId(), newId()]
  const tradeNumber = numberOf('trade', lot, id)
  const merchant = channel === 'wechatpay' ? { subMchid: wechatpay.subMchid ?? '' } : {}
  await rows(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen)
     values (3, $1, $2, '粤B12345', false, 'blue', 'inside', $3, 0)`,
    ...[session, new Date(now)],
  )
  await rows(
    `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                          channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at)
     values (3, $1, $2, $3, '粤B12345', 'wechatpay:o', $4, $5, $6, $1::int4, $8, $9, 0, 0, 15, 'pending', $7, $7)`,
    ...[session, channel, accountOf(channel), real[channel].accountKey(merchant), new Date(now), amountFen].toSpliced(
      0,
      0,
      id,
    ),
    feeOf(amountFen),
  )
  const made = await real[channel].create(merchant, {
    ...{ tradeNumber, amountFen: fen(amountFen), description: '停车费', place: 'wallet', createdAt: now },
    payer: channel === 'wechatpay' ? wechatpay.control.openidOf('driver') : alipay.control.identityOf('driver'),
    ...{ expiresAt: (now + 5 * 60 * second) as Instant, notifyUrl: `http://127.0.0.1:9/notify/${channel}` },
  })
  assert.ok(made.ok, JSON.stringify(made))
  if (channel === 'wechatpay') wechatpay.control.pay(tradeNumber)
  else alipay.control.pay(tradeNumber)
  const state = await real[channel].query(merchant, tradeNumber)
  assert.ok(state.ok && state.value.state === 'paid', JSON.stringify(state))
  const clear = clearing({ database: data.database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  await clear({ number: { kind: 'trade', ...lot, id }, facts: state.value.paid })
  return id
}
/** The night passes, and the day before it is closed for this account. */
export async function dayClosed(channel: BilledChannel): Promise<void> {
  const closed = dayOf(now)
  pass(day)
  await sql.query(
    `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, kept_at, closed_at)
     values (0, 0, $1, $2::date, 'trade', $3, 'k', 'closed', $4, $4)`,
    [accountOf(channel), closed, channel, new Date(now)],
  )
}
export const ask = (
  channel: BilledChannel,
  amountFen: number | 'all',
  told: Partial<AskWithdrawal> = {},
  database = data.database,
) =>
  askWithdrawal(
    { database, clock, newId, rights, terms: usualTerms },
    {
      ...{ bucket: 3, accountId: accountOf(channel), amountFen, by: '张经理' },
      ...{ secondFactor: { code: codeNow(), usedStep: null }, ...told },
    },
  )
export const said = (answer: Awaited<ReturnType<typeof ask>>) =>
  answer.ok ? answer.value.amountFen : answer.error.kind
export const works = async (ms: number, rounds = 8) => {
  for (let n = 0; n < rounds; n++) {
    pass(ms / rounds)
    await worker.round()
  }
}
export const balances = async (channel: BilledChannel) =>
  Object.fromEntries(
    (
      await rows<{ kind: string; balance_fen: string }>(
        'select kind, balance_fen from account where lot_id = $1 and channel = $2 and balance_fen <> 0',
        channel,
      )
    ).map(({ kind, balance_fen }) => [kind, Number(balance_fen)]),
  )
export const statesOf = async (channel: BilledChannel) =>
  (
    await sql.query<{ state: string }>('select state from withdrawal where account_id = $1 order by id', [
      accountOf(channel),
    ])
  ).rows.map(({ state }) => state)
export const historyOf = async (channel: BilledChannel) =>
  (
    await sql.query<{ state: string }>(
      `select s.state from withdrawal_step s join withdrawal w on w.bucket = s.bucket and w.id = s.withdrawal_id
        where w.account_id = $1 order by s.withdrawal_id, s.step`,
      [accountOf(channel)],
    )
  ).rows.map(({ state }) => state)
export const alarmsRaised = async () =>
  (await rows<{ kind: string }>('select kind from alarm where lot_id = $1 order by id')).map(({ kind }) => kind)
export const heldAt = async (channel: BilledChannel): Promise<number> => {
  const merchant = channel === 'wechatpay' ? { subMchid: wechatpay.subMchid ?? '' } : {}
  const balance = await real[channel].withdrawals!.balance(merchant)
  assert.ok(balance.ok, JSON.stringify(balance))
  return balance.value.availableFen
}
export const minuteOf = (minutes: number): number => minutes * 60 * second

/** The house, and an operator, a lot and its accounts for each test of the file that calls this; what a test leaves must pass the audit. */
export function oneForEachTest(): void {
  before(async () => {
    data = await testDatabase()
    sql = new pg.Client(data.connection)
    await sql.connect()
    wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
    alipay = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false, verify: 'certificate' })
    real = {
      wechatpay: wechatPayChannel(wechatpay.settings, { clock, onKeyEvent: () => {} }),
      alipay: alipayChannel(alipay.settings, { clock, onKeyEvent: () => {} }),
    }
    const dying = (channel: Channel): Channel => {
      const ability = channel.withdrawals
      assert.ok(ability)
      const withdraw: Ability['withdraw'] = async (merchant, order) => {
        if (process.dies === 'before-send') throw new Error('killed')
        const answer = await ability.withdraw(merchant, order)
        if (process.dies === 'after-send') throw new Error('killed')
        return answer
      }
      return { ...channel, withdrawals: { balance: ability.balance, query: ability.query, withdraw } }
    }
    const { database } = data
    bank = await startBankSimulator({ dir: '', port: 0, clock, durable: false })
    clients = Array.from({ length: 50 }, () => openDatabase({ connection: data.connection, poolSize: 1 }))
    worker = withdrawing({
      ...{ database, clock, log: silentLog, accounts: channelAccounts(database, 0), houseKey },
      bank: bankPayouts(bank.settings, { clock }),
      channels: { wechatpay: dying(real.wechatpay), alipay: dying(real.alipay) },
      alarms: makeAlarms({ database, clock, log: silentLog, newId }),
    })
  })
  after(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await bank.close()
    await wechatpay.close()
    await alipay.close()
    await sql.end()
    await data.close()
  })
  beforeEach(async () => {
    lot.lotId += 1
    process.dies = null
    const merchant = { subMchid: wechatpay.subMchid ?? '' }
    await provision(
      data.database,
      {
        ...{ bucket: lot.bucket, number: lot.lotId, name: '阳光花园', platformFeeBasisPoints: 0 },
        operator: { id: String(lot.lotId), name: '阳光物业' },
        accounts: [
          { id: accountOf('wechatpay'), channel: 'wechatpay', channelFeeBasisPoints: 60, merchant },
          { id: accountOf('alipay'), channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
        ],
        lanes: [{ id: 2, name: '出口', direction: 'exit' }],
      },
      now,
    )
    await sql.query(`update channel_account set payout = 'channel' where operator_id = $1`, [lot.lotId])
    await newCard('alipay', now - 2 * day)
  })
  afterEach(async () => {
    wechatpay.control.clearFaults()
    alipay.control.clearFaults()
    bank.control.clearFaults()
    assert.deepEqual((await audit(data.database)).broken, [])
    // The next test's faults are its own: nothing of this one is sent any more.
    await sql.query(`update withdrawal set ask_at = '2100-01-01' where ask_at is not null`)
  })
}
