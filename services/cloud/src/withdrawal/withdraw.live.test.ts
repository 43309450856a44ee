import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Database } from '@lanepay/database/database.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen, toYuan } from '@lanepay/domain/money.ts'
import { parseNumber } from '@lanepay/domain/numbers.ts'
import { totpStep } from '@lanepay/domain/totp.ts'
import { firstCards } from '@lanepay/simulator-bank/simulator.ts'
import { audit } from '../audit/audit.ts'
import { dayOf } from '../reconciliation/day.ts'
import { askRefund } from '../refund/ask.ts'
import { setAside } from './ask.ts'
import { automaticWithdrawals } from './automatic.ts'
import { keepCard } from './card.ts'
import { usualTerms } from './decide.ts'
import {
  accountOf,
  alarmsRaised,
  alipay,
  aPayment,
  ask,
  balances,
  bank,
  clients,
  clock,
  codeNow,
  data,
  day,
  dayClosed,
  feeOf,
  heldAt,
  historyOf,
  hour,
  houseKey,
  lot,
  minuteOf,
  newCard,
  newId,
  now,
  oneForEachTest,
  pass,
  process,
  rights,
  rows,
  said,
  second,
  sql,
  statesOf,
  wechatpay,
  worker,
  works,
} from './withdrawal.testing.ts'

/* Asking, many at once, what becomes of a withdrawal by each channel, what an audit names, and those by themselves. */
oneForEachTest()

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
      'what the channel keeps back to be shared',
      async () => {
        await sql.query(
          `update payment set share_rule = 1, share_at = now() where lot_id = $1 and channel = 'wechatpay'`,
          [lot.lotId],
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
        process.dies = when
        await works(second, 1)
        assert.deepEqual(await statesOf(channel), ['sent'])
        assert.equal((await balances(channel))['withdrawal-in-flight'], 10_000)
        process.dies = null
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
