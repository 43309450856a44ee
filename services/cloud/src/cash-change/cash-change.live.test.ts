import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { CashChangeState, CashChange as Gives } from '@lanepay/channels/cash-change.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import fc from 'fast-check'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { cashChanges } from './cash-change.ts'

/*
 * Cash change on the real tables, by a channel that keeps its contract (packages/channels/src/cash-change.ts) and does what it is told to
 * do wrong. The real adapter at the real simulator gives change in e2e/bolink-scenes.
 */
const hour = 3_600_000
let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const pass = (ms: number) => {
  now = (now + ms) as Instant
}
const newId = idMaker(clock.now, 5)
const lot = { bucket: 3, lotId: 100 }
let data: TestDatabase
let sql: pg.Client

type Bill = {
  state: 'waits' | 'taken' | 'overdue'
  readonly payee: string
  readonly amountFen: number
  givenAt: number
}
/** What the channel has, by our number; and what becomes of the next ask: done, done and not said, not done, refused. */
const bills = new Map<string, Bill>()
const next: { give: 'well' | 'lost' | 'unclear' | 'refused' | 'short-of-money'; query: 'well' | 'unclear' } = {
  give: 'well',
  query: 'well',
}
const unclear = err({ kind: 'unclear', code: 'TIMEOUT', message: 'no answer' } as const)
const stateOf = (bill: Bill): CashChangeState => {
  switch (bill.state) {
    case 'waits':
      return { state: 'to-take', sheet: null }
    case 'taken':
      return { state: 'taken', channelNo: '13', amountFen: fen(bill.amountFen), takenAt: now }
    case 'overdue':
      return { state: 'returned', code: 'OVERDUE_CLOSE', message: 'not taken in a day' }
  }
}
const gives: Gives = {
  async give(_, { changeNumber, amountFen, payee }) {
    const how = next.give
    next.give = 'well'
    if (how === 'unclear') return unclear
    const held = bills.get(changeNumber)
    if ((how === 'refused' || how === 'short-of-money') && held) return ok(stateOf(held))
    if (how === 'refused' || how === 'short-of-money')
      return err({ kind: 'refused', code: how, message: 'no', alarm: how === 'short-of-money' })
    const known = bills.get(changeNumber)
    if (known && (known.payee !== payee || known.amountFen !== amountFen))
      return err({ kind: 'number-used', code: 'X' })
    const bill = known ?? { state: 'waits' as const, payee, amountFen, givenAt: now }
    bills.set(changeNumber, bill)
    if (how === 'lost') return unclear
    const params = { mchId: '1', appId: 'wx', package: changeNumber }
    return ok(
      bill.state === 'waits' ? { state: 'to-take', sheet: { kind: 'wechatpay-transfer', params } } : stateOf(bill),
    )
  },
  async query(_, changeNumber) {
    if (next.query === 'unclear') return unclear
    const bill = bills.get(changeNumber)
    return ok(bill ? stateOf(bill) : { state: 'unknown' })
  },
  async takeBack(_, changeNumber) {
    const bill = bills.get(changeNumber)!
    if (bill.state === 'waits') bill.state = 'overdue'
    return ok({ state: 'pending' })
  },
}
const channels = { wechatpay: { cashChange: gives } as Partial<Channel> as Channel }

const make = (able: Partial<Record<'wechatpay', Channel>> = channels) =>
  cashChanges({
    ...{ database: data.database, clock, log: silentLog, newId, channels: able },
    ...{ houseKey: Buffer.from('a-house-key-of-thirty-two-letters'), publicUrl: 'https://pay.example' },
    accounts: channelAccounts(data.database, 0),
    alarms: makeAlarms({ database: data.database, clock, log: silentLog, newId }),
  })
let changes: ReturnType<typeof make>

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
})
after(async () => {
  await sql.end()
  await data.close()
})
/** Each test is of a lot of its own, whose operator has 30 yuan at the channel. */
const aLot = async (haveFen = 3_000) => {
  lot.lotId += 1
  bills.clear()
  // What another test left open is not asked about any more: rounds look at every lot.
  await sql.query(`update cash_change set ask_at = 'infinity' where ended_at is null`)
  Object.assign(next, { give: 'well', query: 'well' })
  const accounts = [{ id: lot.lotId, channel: 'wechatpay' as const, channelFeeBasisPoints: 60, merchant: {} }]
  await provision(
    data.database,
    {
      ...{ bucket: lot.bucket, number: lot.lotId, name: '阳光花园', platformFeeBasisPoints: 0, accounts },
      operator: { id: String(lot.lotId), name: '阳光物业' },
      lanes: [{ id: 2, name: '出口', direction: 'exit' }],
    },
    now,
  )
  await data.database.of(lot.bucket).transaction((tx) =>
    postTransfer(tx, {
      ...{ lot, causeId: newId(), cause: 'payment-paid', postedAt: now },
      entries: [
        { kind: 'channel-clearing', party: '0', channel: 'wechatpay', amountFen: -haveFen },
        { kind: 'operator-payable', party: String(lot.lotId), channel: 'wechatpay', amountFen: haveFen },
      ],
    }),
  )
  changes = make()
}
beforeEach(() => aLot())

let asked = 0
const offer = (amountFen: number, told: { askedAs?: string; dayUpToFen?: number } = {}, by = changes) =>
  by.offer(lot, {
    ...{
      askedAs: told.askedAs ?? `1000000000000000${++asked}`,
      askedBy: 'vendor 200265',
      operatorId: String(lot.lotId),
    },
    ...{ amountFen: fen(amountFen), lastsHours: 24, notifyUrl: null, dayUpToFen: told.dayUpToFen ?? 100_000 },
  })
const linked = async (amountFen: number) => {
  const offered = await offer(amountFen)
  assert.ok(offered.ok, JSON.stringify(offered))
  return offered.value.url.split('/g/')[1]!
}
const take = async (token: string, payee: string) => {
  const which = await changes.ofLink(token)
  assert.ok(which)
  const taking = await changes.take(which, payee)
  return taking.ok ? { sheet: taking.value.sheet !== null, state: taking.value.row.state } : taking.error
}
const balances = async () =>
  Object.fromEntries(
    (
      await sql.query<{ kind: string; fen: string }>(
        'select kind::text, balance_fen as fen from account where lot_id = $1 and balance_fen <> 0 order by kind',
        [lot.lotId],
      )
    ).rows.map((row) => [row.kind, Number(row.fen)]),
  )
const states = async () =>
  (
    await sql.query<{ state: string }>('select state from cash_change where lot_id = $1 order by id', [lot.lotId])
  ).rows.map(({ state }) => state)
const alarmsOfLot = async () =>
  (await sql.query<{ kind: string }>('select kind from alarm where lot_id = $1 order by kind', [lot.lotId])).rows.map(
    ({ kind }) => kind,
  )
const rounds = async (count: number, apartMs: number) => {
  for (let n = 0; n < count; n++) {
    pass(apartMs)
    await changes.round()
  }
}
/** What the driver does in his wallet. */
const takesInWallet = () => {
  for (const bill of bills.values()) if (bill.state === 'waits') bill.state = 'taken'
}
const offered = { 'channel-clearing': -3_000, 'operator-payable': 2_500, 'change-in-flight': 500 }
const taken = { 'channel-clearing': -2_500, 'operator-payable': 2_500 }
const untouched = { 'channel-clearing': -3_000, 'operator-payable': 3_000 }

describe('an offer', () => {
  test('sets its money aside, and asked for again is the same link and no more money', async () => {
    const [one, again] = [await offer(500, { askedAs: 'N1' }), await offer(500, { askedAs: 'N1' })]
    assert.deepEqual(one, again)
    assert.deepEqual(await balances(), offered)
  })
  const refusals: [string, () => Promise<unknown>, string][] = [
    ['of more than the operator has at the channel', () => offer(3_001), 'not-enough-held'],
    ['of more than the lot may in a day', () => offer(600, { dayUpToFen: 500 }), 'over-the-day'],
    ['by a lot whose channel gives none', () => offer(500, {}, make({})), 'not-possible'],
  ]
  for (const [what, ask, error] of refusals)
    test(`${what} is refused, and nothing is left of it`, async () => {
      assert.deepEqual(await ask(), err(error))
      assert.deepEqual([await balances(), await states()], [untouched, []])
    })
  test('under a number that has another amount, or is over, is refused', async () => {
    await offer(500, { askedAs: 'N2' })
    assert.deepEqual(await offer(501, { askedAs: 'N2' }), err('number-used'))
    await rounds(1, 25 * hour)
    assert.deepEqual(await offer(500, { askedAs: 'N2' }), err('number-used'))
    assert.deepEqual(await balances(), untouched)
  })
  test('what was given back counts for no day', async () => {
    await offer(500, { dayUpToFen: 500 })
    await sql.query(`update cash_change set expires_at = $2, ask_at = $2 where lot_id = $1`, [lot.lotId, new Date(now)])
    await rounds(1, 0)
    assert.equal((await offer(500, { dayUpToFen: 500 })).ok, true)
  })
  test('many at once never take what is not there, nor more than the day', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => offer(400, { dayUpToFen: 2_000 })))
    assert.equal(all.filter((one) => one.ok).length, 5)
    assert.deepEqual(await balances(), { ...untouched, 'operator-payable': 1_000, 'change-in-flight': 2_000 })
  })
})

describe('taking it', () => {
  test('a driver begins, his wallet asks him, he takes it', async () => {
    const token = await linked(500)
    assert.deepEqual(await take(token, 'one'), { sheet: true, state: 'sent' })
    assert.deepEqual(await balances(), offered)
    takesInWallet()
    await rounds(1, 3_000)
    assert.deepEqual([await balances(), await states()], [taken, ['taken']])
  })
  test('he may close the sheet and have it once more; another driver may not have it', async () => {
    const token = await linked(500)
    await take(token, 'one')
    assert.equal(await take(token, 'two'), 'anothers')
    assert.deepEqual(await take(token, 'one'), { sheet: true, state: 'sent' })
    assert.equal(bills.size, 1)
  })
  test('of two at the same moment one has it', async () => {
    const token = await linked(500)
    const both = await Promise.all([take(token, 'one'), take(token, 'two')])
    assert.deepEqual(both.filter((one) => one === 'anothers').length, 1)
    assert.equal(bills.size, 1)
  })
  test('nobody comes in time: the operator has it again, and the link is over', async () => {
    const token = await linked(500)
    await rounds(1, 24 * hour)
    assert.deepEqual([await balances(), await states()], [untouched, ['returned']])
    assert.equal(await take(token, 'one'), 'over')
  })
  test('begun and not taken: it is asked back, and is the operator’s when the channel says so', async () => {
    await take(await linked(500), 'one')
    await rounds(4, 12 * hour)
    assert.deepEqual([await balances(), await states()], [untouched, ['returned']])
  })
  test('an unclear answer is asked about, and what never arrived is given under the same number', async () => {
    for (const how of ['lost', 'unclear'] as const) {
      await aLot()
      next.give = how
      const token = await linked(500)
      assert.deepEqual(await take(token, 'one'), { sheet: false, state: 'giving' })
      next.query = 'unclear'
      await rounds(2, 60_000)
      assert.deepEqual(await states(), ['giving'])
      next.query = 'well'
      await rounds(2, 60_000)
      assert.deepEqual([await states(), bills.size], [['sent'], 1])
      takesInWallet()
      await rounds(1, 600_000)
      assert.deepEqual(await balances(), taken)
    }
  })
  test('what never arrived in time is the operator’s; of what is long forgotten a person hears, and nobody decides', async () => {
    next.give = 'unclear'
    await take(await linked(500), 'one')
    next.query = 'unclear'
    await rounds(1, 25 * hour)
    next.query = 'well'
    await rounds(1, hour)
    assert.deepEqual([await balances(), await states(), bills.size], [untouched, ['returned'], 0])
    next.give = 'unclear'
    await take(await linked(500), 'one')
    next.query = 'unclear'
    await rounds(1, 21 * 24 * hour)
    next.query = 'well'
    await rounds(2, hour)
    assert.deepEqual([await balances(), await alarmsOfLot()], [offered, ['change-disputed']])
  })
  test('refused: the operator has it again; where it is the account that cannot, a person hears of it', async () => {
    next.give = 'refused'
    assert.deepEqual(await take(await linked(500), 'one'), { sheet: false, state: 'failed' })
    assert.deepEqual([await balances(), await alarmsOfLot()], [untouched, []])
    next.give = 'short-of-money'
    await take(await linked(500), 'one')
    assert.deepEqual([await balances(), await alarmsOfLot()], [untouched, ['change-not-given']])
  })
  test('refused the second time, while the first ask came through after all: it is what the channel has', async () => {
    next.give = 'lost'
    const token = await linked(500)
    await take(token, 'one')
    next.give = 'refused'
    assert.deepEqual(await take(token, 'one'), { sheet: false, state: 'sent' })
    assert.deepEqual(await balances(), offered)
  })
  test('the channel says it doubles, and says another amount: once in the books, and a person’s', async () => {
    await take(await linked(500), 'one')
    const [[number, bill]] = [...bills] as [[string, Bill]]
    bills.set(number, { ...bill, state: 'taken', amountFen: 600 })
    await changes.heardOf(number)
    assert.deepEqual([await states(), await alarmsOfLot()], [['sent'], ['change-disputed']])
    bills.set(number, { ...bill, state: 'taken' })
    await Promise.all([changes.heardOf(number), changes.heardOf(number), changes.heardOf(number)])
    assert.deepEqual([await balances(), await states()], [taken, ['taken']])
    bills.set(number, { ...bill, state: 'overdue' })
    await changes.heardOf(number)
    assert.deepEqual(await balances(), taken, 'what is over stays over')
  })
  for (const token of ['', 'x', 'IjEi.AAAA', `${'a'.repeat(80)}.${'b'.repeat(43)}`])
    test(`a link that is not ours leads nowhere: ${token.slice(0, 12) || 'nothing'}`, async () => {
      assert.equal(await changes.ofLink(token), null)
    })
})

test('whatever happens and however often, every fen is the driver’s or the operator’s, and once', async () => {
  type Step = readonly [
    what: 'offer' | 'take' | 'wallet' | 'overdue' | 'round' | 'day' | 'notice',
    who: number,
    how: number,
  ]
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom('offer', 'take', 'wallet', 'overdue', 'round', 'day', 'notice'),
    fc.nat(3),
    fc.nat(4),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await aLot()
      const tokens: string[] = []
      for (const [what, who, how] of steps) {
        const token = tokens[who]
        if (what === 'offer') {
          const made = await offer(400 + who * 300)
          if (made.ok) tokens.push(made.value.url.split('/g/')[1]!)
        } else if (what === 'take' && token) {
          next.give = (['well', 'lost', 'unclear', 'refused', 'well'] as const)[how]!
          await take(token, `driver ${how % 2}`)
        } else if (what === 'wallet') takesInWallet()
        else if (what === 'overdue')
          for (const bill of bills.values()) if (bill.state === 'waits') bill.state = 'overdue'
        if (what === 'notice') for (const number of bills.keys()) await changes.heardOf(number)
        if (what === 'round') await rounds(1, 5_000)
        if (what === 'day') await rounds(1, 24 * hour)
      }
      next.give = 'well'
      await rounds(6, 24 * hour)
      const left = await balances()
      const givenFen = [...bills.values()].reduce((sum, bill) => sum + (bill.state === 'taken' ? bill.amountFen : 0), 0)
      assert.equal(left['change-in-flight'], undefined)
      assert.equal(left['operator-payable'] ?? 0, 3_000 - givenFen)
    }),
    { numRuns: 30 },
  )
  const { broken } = await audit(data.database)
  assert.deepEqual(
    broken.filter(({ invariant }) => invariant.includes('change')),
    [],
  )
})
