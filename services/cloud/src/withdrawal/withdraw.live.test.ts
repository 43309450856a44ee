import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import { bankPayouts } from '@lanepay/channels/bank/payouts.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { Withdrawals as Ability } from '@lanepay/channels/withdrawals.ts'
import { type Database, openDatabase } from '@lanepay/database/database.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import { totpStep } from '@lanepay/domain/totp.ts'
import type { ChannelName, Id, Instant } from '@lanepay/domain/types.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { type BankSimulator, firstCards, startBankSimulator } from '@lanepay/simulator-bank/simulator.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { dayOf } from '../reconciliation/day.ts'
import { askRefund } from '../refund/ask.ts'
import { codeAt, typedSecret } from '../refund/authenticator.testing.ts'
import type { RefundRights } from '../refund/right.ts'
import { type AskWithdrawal, askWithdrawal, setAside } from './ask.ts'
import { automaticWithdrawals } from './automatic.ts'
import { keepCard } from './card.ts'
import { usualTerms } from './decide.ts'
import { sealCard } from './seal.ts'
import { type Withdrawals, withdrawals as withdrawing } from './withdraw.ts'

/*
 * Withdrawals on the real tables and against the real simulators of both channels: each test is another operator with one lot and
 * one account by channel, whose day has been closed.
 */
const second = 1_000
const hour = 3_600_000
const day = 24 * hour
let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const pass = (ms: number) => {
  now = (now + ms) as Instant
}
const newId = idMaker(clock.now, 5)
const houseKey = Buffer.from('a-house-key-of-thirty-two-letters')
const lot = { bucket: 3, lotId: 0 }
const accountOf = (channel: ChannelName) => lot.lotId * 10 + (channel === 'wechatpay' ? 1 : 2)
const codeNow = () => codeAt(now)
const rights: RefundRights = {
  limitFen: fen(10_000_000),
  limitOfOperator: {},
  people: [
    { name: '张经理', operators: 'all', totpSecret: typedSecret },
    { name: '李会计', operators: ['999'], totpSecret: typedSecret },
    { name: '无码', operators: 'all' },
  ],
}
let data: TestDatabase
let sql: pg.Client
let wechatpay: WechatPaySimulator
let alipay: AlipaySimulator
let bank: BankSimulator
/** Fifty who come from outside, each with a connection of its own. */
let clients: Database[]
let real: Record<ChannelName, Channel>
let worker: Withdrawals
/** How the process dies round a call of the channel; null where it does not. */
let dies: 'before-send' | 'after-send' | null

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
      if (dies === 'before-send') throw new Error('killed')
      const answer = await ability.withdraw(merchant, order)
      if (dies === 'after-send') throw new Error('killed')
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
  dies = null
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

const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await sql.query(text, [lot.lotId, ...values])).rows as Row[]
async function newCard(channel: ChannelName, changedAt: number): Promise<void> {
  const sealed = sealCard(houseKey, accountOf(channel), { cardNumber: '6222021234567890128', name: '张三' })
  await sql.query(
    `insert into payout_card (account_id, version, sealed, ending, owner, bank, changed_by, changed_at)
     select $1, coalesce(max(version), 0) + 1, $2, '0128', 'person', '工商银行', '张经理', $3 from payout_card where account_id = $1`,
    [accountOf(channel), sealed, new Date(changedAt)],
  )
}
const feeOf = (amountFen: number) => Math.round(amountFen * 0.006)
/** Paid at the channel and cleared: the operator has it, less the channel's fee. */
async function aPayment(channel: ChannelName, amountFen: number): Promise<Id> {
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
async function dayClosed(channel: ChannelName): Promise<void> {
  const closed = dayOf(now)
  pass(day)
  await sql.query(
    `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, kept_at, closed_at)
     values (0, 0, $1, $2::date, 'trade', $3, 'k', 'closed', $4, $4)`,
    [accountOf(channel), closed, channel, new Date(now)],
  )
}
const ask = (
  channel: ChannelName,
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
const said = (answer: Awaited<ReturnType<typeof ask>>) => (answer.ok ? answer.value.amountFen : answer.error.kind)
const works = async (ms: number, rounds = 8) => {
  for (let n = 0; n < rounds; n++) {
    pass(ms / rounds)
    await worker.round()
  }
}
const balances = async (channel: ChannelName) =>
  Object.fromEntries(
    (
      await rows<{ kind: string; balance_fen: string }>(
        'select kind, balance_fen from account where lot_id = $1 and channel = $2 and balance_fen <> 0',
        channel,
      )
    ).map(({ kind, balance_fen }) => [kind, Number(balance_fen)]),
  )
const statesOf = async (channel: ChannelName) =>
  (
    await sql.query<{ state: string }>('select state from withdrawal where account_id = $1 order by id', [
      accountOf(channel),
    ])
  ).rows.map(({ state }) => state)
const historyOf = async (channel: ChannelName) =>
  (
    await sql.query<{ state: string }>(
      `select s.state from withdrawal_step s join withdrawal w on w.bucket = s.bucket and w.id = s.withdrawal_id
        where w.account_id = $1 order by s.withdrawal_id, s.step`,
      [accountOf(channel)],
    )
  ).rows.map(({ state }) => state)
const alarmsRaised = async () =>
  (await rows<{ kind: string }>('select kind from alarm where lot_id = $1 order by id')).map(({ kind }) => kind)
const heldAt = async (channel: ChannelName): Promise<number> => {
  const merchant = channel === 'wechatpay' ? { subMchid: wechatpay.subMchid ?? '' } : {}
  const balance = await real[channel].withdrawals!.balance(merchant)
  assert.ok(balance.ok, JSON.stringify(balance))
  return balance.value.availableFen
}

describe('what nobody may ask for leaves everything as it was', () => {
  const cases: [string, () => Promise<unknown>, unknown][] = [
    ['no code', () => ask('wechatpay', 'all', { secondFactor: null }).then(said), 'second-factor-needed'],
    [
      'a wrong code',
      () => ask('wechatpay', 'all', { secondFactor: { code: '000000', usedStep: null } }).then(said),
      'second-factor-wrong',
    ],
    [
      'a code that was used',
      () => ask('wechatpay', 'all', { secondFactor: { code: codeNow(), usedStep: totpStep(now) } }).then(said),
      'second-factor-wrong',
    ],
    ['nobody of that name', () => ask('wechatpay', 'all', { by: '王' }).then(said), 'person-unknown'],
    ['a person without an authenticator', () => ask('wechatpay', 'all', { by: '无码' }).then(said), 'no-second-factor'],
    ['a person of another operator', () => ask('wechatpay', 'all', { by: '李会计' }).then(said), 'no-right'],
    ['an account that is not there', () => ask('wechatpay', 'all', { accountId: 7 }).then(said), 'account-not-found'],
    ['more than there is', () => ask('wechatpay', 99_401).then(said), 'more-than-available'],
    [
      'what came in today',
      async () => {
        await aPayment('wechatpay', 100_000)
        return said(await ask('wechatpay', 99_401))
      },
      'more-than-available',
    ],
    [
      'what the channel does not show',
      async () => {
        await sql.query(
          `insert into discrepancy (bucket, lot_id, account_id, day, proof, item, class, owner, ours_fen, about, found_at, state, steps)
           values (3, $1, $2, '2026-11-02', 'trade', 'payment:1', 'not-at-channel', 'platform', 99000, 'x', now(), 'with-a-person', 1)`,
          [lot.lotId, accountOf('wechatpay')],
        )
        return said(await ask('wechatpay', 401))
      },
      'more-than-available',
    ],
    [
      'a day before the closed one that is still open',
      async () => {
        await sql.query(`update bill set day = day - 1 where account_id = $1`, [accountOf('wechatpay')])
        await sql.query(
          `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, due_at)
           values (0, 0, $1, $2::date, 'trade', 'wechatpay', 'k', 'due', now())`,
          [accountOf('wechatpay'), dayOf(now - day)],
        )
        return said(await ask('wechatpay', 'all'))
      },
      'under-floor',
    ],
    [
      'an account that the channel pays out by itself',
      async () => {
        await sql.query(`update channel_account set payout = 'mirrored' where account_id = $1`, [
          accountOf('wechatpay'),
        ])
        return said(await ask('wechatpay', 'all'))
      },
      'not-paid-out-by-us',
    ],
    [
      'to a card of this morning',
      async () => {
        await newCard('wechatpay', now - 3 * hour)
        return said(await ask('wechatpay', 'all'))
      },
      'card-changed',
    ],
  ]
  for (const [what, act, kind] of cases)
    test(what, async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      assert.equal(await act(), kind)
      assert.deepEqual(await statesOf('wechatpay'), [])
      assert.deepEqual(await rows(`select from transfer where lot_id = $1 and cause = 'withdrawal-asked'`), [])
    })

  for (const [balanceFen, expected] of [
    [299, 'under-floor'],
    [300, 'under-floor'],
    [301, 301],
  ] as const)
    test(`of a balance of ${balanceFen} fen: ${expected}`, async () => {
      const amountFen = balanceFen + feeOf(balanceFen)
      assert.equal(amountFen - feeOf(amountFen), balanceFen)
      await aPayment('wechatpay', amountFen)
      await dayClosed('wechatpay')
      assert.equal(said(await ask('wechatpay', 'all')), expected)
    })
})

describe('many at once', () => {
  /** Each of the fifty does it, at the same moment, over its own connection. */
  const all = <T>(act: (client: Database, n: number) => Promise<T>) => Promise.all(clients.map(act))

  test('two that want all of it in one second: one gets it', async () => {
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    const first = ask('wechatpay', 'all', {}, clients[0])
    pass(400)
    const answers = await Promise.all([first, ask('wechatpay', 'all', {}, clients[1])])
    assert.deepEqual(answers.map(said).sort(), [99_400, 'under-floor'])
    assert.deepEqual(await balances('wechatpay'), {
      'channel-clearing': -100_000,
      'channel-fee': 600,
      'withdrawal-in-flight': 99_400,
    })
  })
  for (const [balanceFen, grantedFen] of [
    [299, 0],
    [300, 0],
    [301, 301],
    [602, 602],
  ] as const)
    test(`fifty who want all of it or 3.01, of ${toYuan(fen(balanceFen))}: ${toYuan(fen(grantedFen))} is granted together`, async () => {
      await aPayment('wechatpay', balanceFen + feeOf(balanceFen))
      await dayClosed('wechatpay')
      const answers = await all((client, n) => ask('wechatpay', n % 2 === 0 ? 'all' : 301, {}, client))
      const got = answers.map((answer) => (answer.ok ? answer.value.amountFen : 0))
      assert.equal(
        got.reduce<number>((sum, one) => sum + one, 0),
        grantedFen,
      )
      const held = await balances('wechatpay')
      assert.equal(held['withdrawal-in-flight'] ?? 0, grantedFen)
      assert.equal(held['operator-payable'] ?? 0, balanceFen - grantedFen)
    })
  test('fifty people: as many as the balance has, each its own number', async () => {
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    const answers = await all((client) => ask('wechatpay', 3_000, {}, client))
    const granted = answers.flatMap((answer) => (answer.ok ? [answer.value.withdrawalNumber] : []))
    assert.deepEqual([granted.length, new Set(granted).size], [33, 33])
    for (const answer of answers) if (!answer.ok) assert.equal(answer.error.kind, 'more-than-available')
    assert.equal((await balances('wechatpay'))['withdrawal-in-flight'], 99_000)
  })
  test('refunds race withdrawals for the same money: nobody gets what another has', async () => {
    const payment = await aPayment('alipay', 100_000)
    await dayClosed('alipay')
    const refund = (database: Database) =>
      askRefund(
        { database, clock, newId, rights },
        { lot, payment, amountFen: 3_000, reason: '多收了', by: '张经理', secondFactor: null },
      )
    const answers = await all(async (client, n) =>
      n % 2 === 0 ? (await refund(client)).ok : (await ask('alipay', 3_000, {}, client)).ok,
    )
    assert.equal(answers.filter((granted) => granted).length, 33)
    const held = await balances('alipay')
    assert.equal((held['withdrawal-in-flight'] ?? 0) + (held['refund-in-flight'] ?? 0), 99_000)
    assert.equal(held['operator-payable'], 400)
  })
  test('the limit of a day holds for all who ask on it together', async () => {
    await aPayment('wechatpay', 30_000_000)
    await dayClosed('wechatpay')
    const answers = await all((client) => ask('wechatpay', 900_000, {}, client))
    const granted = answers.filter(({ ok }) => ok).length
    assert.equal(granted, Math.floor(usualTerms.mostPerDayFen / 900_000))
    for (const answer of answers) if (!answer.ok) assert.equal(answer.error.kind, 'over-daily-limit')
  })
  test('the card changes while fifty ask and a worker sends: each goes to the card it was asked for, or nowhere', async () => {
    const one = firstCards[0]
    const other = { ...one, number: '6222021234567890227' }
    bank.control.card(other)
    await sql.query(`update channel_account set payout = 'bank' where account_id = $1`, [accountOf('alipay')])
    await aPayment('alipay', 100_000)
    await dayClosed('alipay')
    const before = bank.control.orders().length
    const early = await Promise.all(clients.slice(0, 10).map((client) => ask('alipay', 1_900, {}, client)))
    const [late] = await Promise.all([
      Promise.all(clients.slice(10).map((client) => ask('alipay', 1_900, {}, client))),
      keepCard(
        { database: clients[7]!, clock, houseKey },
        {
          ...{ accountId: accountOf('alipay'), by: '张经理', why: 'a race' },
          card: { kind: 'card', number: other.number, holder: other.name, owner: 'person', bank: '工商银行' },
        },
      ),
      worker.round(),
    ])
    const answers = [...early, ...late]
    await works(minuteOf(2))
    const states = await statesOf('alipay')
    const granted = answers.filter(({ ok }) => ok).length
    assert.ok(granted >= early.length)
    assert.equal(states.length, granted)
    for (const answer of answers) if (!answer.ok) assert.equal(answer.error.kind, 'card-changed')
    for (const state of states) assert.ok(state === 'paid' || state === 'refused', state)
    // Nobody may ask for the new card yet: whatever has left has gone to the one that was there.
    const orders = bank.control.orders().slice(before)
    assert.equal(orders.length, states.filter((state) => state === 'paid').length)
    for (const order of orders) assert.equal(order.payee.number, one.number)
    assert.equal((await balances('alipay'))['operator-payable'], 99_400 - orders.length * 1_900)
  })
  test('the same cause twice is one withdrawal', async () => {
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    const deps = { database: data.database, clock, newId, terms: usualTerms }
    const asked = { bucket: 3, accountId: accountOf('wechatpay'), kind: 'automatic', amountFen: 'all' } as const
    const both = () => setAside(deps, { ...asked, by: 'automatic', id: newId(), cause: 'automatic:2026-11-02' })
    const [one, other] = await Promise.all([both(), both()])
    assert.ok(one.ok && one.value.feeFen === 0)
    assert.deepEqual(one, other)
    assert.deepEqual(await statesOf('wechatpay'), ['asked'])
  })
})

for (const channel of ['wechatpay', 'alipay'] as const) {
  const fault = (kind: string, more: object = {}) =>
    ((channel === 'wechatpay' ? wechatpay : alipay).control.fault as (fault: object) => void)({
      ...{ kind, times: 1, ...more },
    })
  const name = channel === 'wechatpay' ? 'withdraw' : 'transfer'
  const ready = async () => {
    await aPayment(channel, 100_000)
    await dayClosed(channel)
    const before = await heldAt(channel)
    const asked = await ask(channel, 10_000)
    assert.ok(asked.ok, JSON.stringify(asked))
    const number = parseNumber('withdrawal', asked.value.withdrawalNumber)
    assert.ok(number.ok && number.value.lotId === 0)
    return before
  }
  const whole = { 'channel-clearing': -100_000, 'channel-fee': 600, 'operator-payable': 99_400 }
  const out = { 'channel-clearing': -90_300, 'channel-fee': 600, 'operator-payable': 89_400, 'platform-fee': 300 }

  describe(`withdrawals by ${channel}`, () => {
    test('asked, sent, paid: once at the channel, the fee stays', async () => {
      const before = await ready()
      await works(minuteOf(2))
      assert.deepEqual(await historyOf(channel), ['asked', 'sent', 'paid'])
      assert.deepEqual(await balances(channel), out)
      assert.equal(await heldAt(channel), before - 9_700)
      assert.deepEqual(await alarmsRaised(), [])
    })
    for (const kind of [`error-after-${name}`, 'answer-cut'])
      test(`${kind}: asked about under its number, paid once`, async () => {
        const before = await ready()
        const call = channel === 'wechatpay' ? { call: 'withdraw' } : { method: 'alipay.fund.trans.uni.transfer' }
        fault(kind, kind === 'answer-cut' ? call : {})
        await works(minuteOf(3))
        assert.deepEqual(await statesOf(channel), ['paid'])
        assert.equal(await heldAt(channel), before - 9_700)
      })
    for (const when of ['before-send', 'after-send'] as const)
      test(`the process dies ${when}: the next one finds it, paid once`, async () => {
        const before = await ready()
        dies = when
        await works(second, 1)
        assert.deepEqual(await statesOf(channel), ['sent'])
        assert.equal((await balances(channel))['withdrawal-in-flight'], 10_000)
        dies = null
        await works(minuteOf(3))
        assert.deepEqual(await historyOf(channel), ['asked', 'sent', 'paid'])
        assert.equal(await heldAt(channel), before - 9_700)
      })
    test('what fails goes back whole, and a person is told', async () => {
      const before = await ready()
      fault(`${name}-fails`)
      await works(minuteOf(3))
      assert.deepEqual(await historyOf(channel), ['asked', 'sent', 'refused'])
      assert.deepEqual(await balances(channel), whole)
      assert.equal(await heldAt(channel), before)
      assert.deepEqual(await alarmsRaised(), ['withdrawal-failed'])
    })
    test('what the bank sends back after six days is in the balance again, fee and all, and a person is told', async () => {
      const before = await ready()
      fault(`${name}-returned`, { ms: 6 * day })
      await works(minuteOf(2))
      assert.deepEqual(await balances(channel), out)
      await works(5 * day, 20)
      assert.deepEqual(await statesOf(channel), ['paid'])
      await works(2 * day)
      assert.deepEqual(await historyOf(channel), ['asked', 'sent', 'paid', 'returned'])
      assert.deepEqual(await balances(channel), whole)
      assert.equal(await heldAt(channel), before)
      assert.deepEqual(await alarmsRaised(), ['withdrawal-returned'])
    })
    test('sent back in the last hour of the seventh day: in the balance again; after the eighth nobody asks any more', async () => {
      await ready()
      fault(`${name}-returned`, { ms: 7 * day - minuteOf(1) })
      await works(minuteOf(2))
      await works(8 * day, 30)
      assert.deepEqual(await historyOf(channel), ['asked', 'sent', 'paid', 'returned'])
      fault(`${name}-returned`, { ms: 9 * day })
      assert.ok((await ask(channel, 10_000)).ok)
      await works(minuteOf(2))
      await works(20 * day, 60)
      assert.deepEqual(await statesOf(channel), ['returned', 'paid'])
      assert.deepEqual(await balances(channel), out)
      assert.deepEqual(await alarmsRaised(), ['withdrawal-returned'])
    })
    test('paid and sent back between two questions: both are posted', async () => {
      await ready()
      fault(`${name}-returned`, { ms: hour })
      await works(second, 1)
      assert.deepEqual(await statesOf(channel), ['sent'])
      pass(day)
      await worker.round()
      assert.deepEqual(await historyOf(channel), ['asked', 'sent', 'paid', 'returned'])
      assert.deepEqual(await balances(channel), whole)
    })
    test('a paid one is asked about for a week, and then no more', async () => {
      await ready()
      await works(minuteOf(2))
      const dueAt = () => sql.query('select ask_at from withdrawal where account_id = $1', [accountOf(channel)])
      await works(7 * day, 20)
      assert.notEqual((await dueAt()).rows[0].ask_at, null)
      await works(2 * day)
      assert.equal((await dueAt()).rows[0].ask_at, null)
    })
  })
}

describe('an audit names the withdrawal that broke', () => {
  const of = () => accountOf('wechatpay')
  const breaks: [what: string, about: RegExp, breakIt: string, mendIt: string][] = [
    [
      'paid in its state alone',
      /withdrawal \d+ is paid, its transfers are: withdrawal-asked$/,
      `update withdrawal set state = 'paid', paid_at = now() where account_id = $1`,
      `update withdrawal set state = 'asked', paid_at = null where account_id = $1`,
    ],
    [
      'in flight without being open',
      /operator \d+ has 10000 fen in flight by wechatpay, its open withdrawals are of 0$/,
      `update withdrawal set state = 'refused' where account_id = $1`,
      `update withdrawal set state = 'asked' where account_id = $1`,
    ],
    [
      'more than its parts',
      /withdrawal \d+ is of 10001 fen, its parts are of 10000$/,
      `update withdrawal set amount_fen = 10001 where account_id = $1`,
      `update withdrawal set amount_fen = 10000 where account_id = $1`,
    ],
    [
      'a part that is not what was posted',
      /withdrawal \d+ is asked, its transfers are: withdrawal-asked$/,
      `update withdrawal_part set amount_fen = 10001 where withdrawal_id in (select id from withdrawal where account_id = $1)`,
      `update withdrawal_part set amount_fen = 10000 where withdrawal_id in (select id from withdrawal where account_id = $1)`,
    ],
  ]
  for (const [what, about, breakIt, mendIt] of breaks)
    test(what, async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      assert.equal(said(await ask('wechatpay', 10_000)), 10_000)
      await sql.query(breakIt, [of()])
      const examples = (await audit(data.database)).broken.flatMap((one) => one.examples)
      assert.ok(
        examples.some((example) => about.test(example)),
        JSON.stringify(examples),
      )
      await sql.query(mendIt, [of()])
    })
})

describe('by themselves', () => {
  const automatic = () =>
    automaticWithdrawals({ database: data.database, clock, newId, terms: usualTerms, log: silentLog, hasBank: false })()
  const kept = () =>
    sql
      .query('select kind, cause, amount_fen, fee_fen from withdrawal where account_id = $1 order by id', [
        accountOf('wechatpay'),
      ])
      .then((answer) => answer.rows.map((row) => Object.values(row).join(' ')))
  test('nothing before the day is closed; then everything of it, free, once; the next day the next', async () => {
    await aPayment('wechatpay', 100_000)
    await automatic()
    assert.deepEqual(await kept(), [])
    const first = dayOf(now)
    await dayClosed('wechatpay')
    await aPayment('wechatpay', 50_000)
    await Promise.all([automatic(), automatic()])
    await automatic()
    assert.deepEqual(await kept(), [`automatic automatic:${first} 99400 0`])
    await works(minuteOf(2))
    assert.deepEqual(await statesOf('wechatpay'), ['paid'])
    const next = dayOf(now)
    await dayClosed('wechatpay')
    await automatic()
    assert.deepEqual(await kept(), [`automatic automatic:${first} 99400 0`, `automatic automatic:${next} 49700 0`])
  })
  test('an account that its channel pays out by itself is left alone', async () => {
    await sql.query(`update channel_account set payout = 'mirrored' where account_id = $1`, [accountOf('wechatpay')])
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    await automatic()
    assert.deepEqual(await kept(), [])
  })
})

describe('by a bank, where a demonstration says so', () => {
  const byBank = async (card: { readonly number: string; readonly name: string } = firstCards[0]) => {
    await sql.query(`update channel_account set payout = 'bank' where account_id = $1`, [accountOf('wechatpay')])
    await keepCard(
      { database: data.database, clock: { now: () => (now - 2 * day) as Instant }, houseKey },
      {
        ...{ accountId: accountOf('wechatpay'), by: '张经理', why: 'the first one' },
        card: { kind: 'card', number: card.number, holder: card.name, owner: 'person', bank: '工商银行' },
      },
    )
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    const asked = await ask('wechatpay', 10_000)
    assert.ok(asked.ok, JSON.stringify(asked))
    return asked.value.withdrawalNumber
  }
  const paid = (number: string) =>
    bank.control.orders().flatMap((order) => (order.orderNumber === number ? [order.amountFen] : []))

  test('paid by the bank, to the card, and not by the channel', async () => {
    const before = await heldAt('wechatpay')
    const number = await byBank()
    await works(minuteOf(2))
    assert.deepEqual(await historyOf('wechatpay'), ['asked', 'sent', 'paid'])
    assert.deepEqual(paid(number), [9_700])
    assert.equal(await heldAt('wechatpay'), before + 99_400)
  })
  for (const [what, card] of [
    ['a closed account', firstCards[2]],
    ['a card of somebody else', { ...firstCards[0], name: '王五' }],
    ['a card that no bank knows', { number: '6222021234567890326', name: '张三' }],
  ] as const)
    test(`${what}: the money is back whole, and a person is told`, async () => {
      await byBank(card)
      await works(minuteOf(2))
      assert.deepEqual(await historyOf('wechatpay'), ['asked', 'sent', 'refused'])
      assert.equal((await balances('wechatpay'))['operator-payable'], 99_400)
      assert.deepEqual(await alarmsRaised(), ['withdrawal-failed'])
    })
  test('without a card it is refused before anything is set aside', async () => {
    await sql.query(`update channel_account set payout = 'bank' where account_id = $1`, [accountOf('wechatpay')])
    await aPayment('wechatpay', 100_000)
    await dayClosed('wechatpay')
    assert.equal(said(await ask('wechatpay', 10_000)), 'no-card')
    assert.deepEqual(await statesOf('wechatpay'), [])
  })
  test('sent, not taken, and then the card changes: sent again under its number, to the card it was asked for', async () => {
    const other = { ...firstCards[0], number: '6222021234567890425' }
    bank.control.card({ ...other, closed: false })
    bank.control.fault({ kind: 'answer-5xx', times: 1, call: 'pay' })
    const number = await byBank()
    await works(second, 1)
    assert.deepEqual([await statesOf('wechatpay'), paid(number)], [['sent'], []])
    await keepCard(
      { database: data.database, clock, houseKey },
      {
        ...{ accountId: accountOf('wechatpay'), by: '张经理', why: 'another bank' },
        card: { kind: 'card', number: other.number, holder: other.name, owner: 'person', bank: '建设银行' },
      },
    )
    await works(minuteOf(2))
    assert.deepEqual(await historyOf('wechatpay'), ['asked', 'sent', 'paid'])
    const [order] = bank.control.orders().filter(({ orderNumber }) => orderNumber === number)
    assert.equal(order?.payee.number, firstCards[0].number)
  })
  test('a card that has ended is none; one that was asked for it before goes nowhere', async () => {
    await byBank()
    await keepCard(
      { database: data.database, clock, houseKey },
      { accountId: accountOf('wechatpay'), card: null, by: '张经理', why: 'closed' },
    )
    await works(minuteOf(2))
    assert.deepEqual(await historyOf('wechatpay'), ['asked', 'refused'])
    assert.equal(said(await ask('wechatpay', 10_000)), 'no-card')
  })
})

test('to an account at Alipay, where that is what a person put', async () => {
  alipay.control.personOf({ loginName: 'zhang@example.com', name: '张三' })
  await keepCard(
    { database: data.database, clock: { now: () => (now - 2 * day) as Instant }, houseKey },
    {
      ...{ accountId: accountOf('alipay'), by: '张经理', why: 'no bank any more' },
      card: { kind: 'alipay', alipay: 'zhang@example.com', holder: '张三' },
    },
  )
  await aPayment('alipay', 100_000)
  await dayClosed('alipay')
  const before = await heldAt('alipay')
  assert.equal(said(await ask('alipay', 10_000)), 10_000)
  await works(minuteOf(2))
  assert.deepEqual(await historyOf('alipay'), ['asked', 'sent', 'paid'])
  assert.equal(await heldAt('alipay'), before - 9_700)
})

test('a card that is changed before it is sent: refused, nothing leaves', async () => {
  await aPayment('alipay', 100_000)
  await dayClosed('alipay')
  const before = await heldAt('alipay')
  assert.equal(said(await ask('alipay', 10_000)), 10_000)
  await newCard('alipay', now)
  await works(minuteOf(2))
  assert.deepEqual(await historyOf('alipay'), ['asked', 'refused'])
  assert.equal((await balances('alipay'))['operator-payable'], 99_400)
  assert.equal(await heldAt('alipay'), before)
  assert.deepEqual(await alarmsRaised(), ['withdrawal-failed'])
})

function minuteOf(minutes: number): number {
  return minutes * 60 * second
}
