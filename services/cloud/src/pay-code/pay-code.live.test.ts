import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { ok } from '@lanepay/domain/result.ts'
import type { BilledChannel, Id, Instant, Plate } from '@lanepay/domain/types.ts'
import type { Ask } from '@lanepay/lot-link/messages.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import { type AlipaySimulator, startAlipaySimulator } from '@lanepay/simulator-alipay/simulator.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { dispatcher } from '../command/dispatch.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { queryRound } from '../payment/query-worker.ts'
import { settling } from '../payment/settle.ts'
import { quoting } from '../quote/quote.ts'
import { refunds as makeRefunds, type Refunds } from '../refund/refund.ts'
import { rulesInForce } from '../share/in-force.ts'
import { type PayCodes, payCodes } from './pay-code.ts'

/*
 * The attendant scans: the real tables, the real simulators of both channels, which check what we sign and go wrong on purpose.
 * Time stands unless it is pushed; a round of the worker runs every five seconds of it.
 */
const second = 1_000
let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const newId = idMaker(clock.now, 5)
const lot = { bucket: 3, lotId: 0 }
const owedFen = 1_550
let data: TestDatabase
let sql: pg.Client
let wechatpay: WechatPaySimulator
let alipay: AlipaySimulator
let codes: PayCodes
let round: () => Promise<void>
let refunds: Refunds
/** What the lot says of the vehicle in lane 2. */
let session: Id

const lots: LotSystem = {
  abilitiesOf: async () => ['quotes-by-lane'],
  quote: async () =>
    ok({
      ...{ session, plate: '粤B12345', pass: false, lane: 2, occupancy: '77', enteredAt: now - 3_600_000 },
      ...{ quotedAt: now, expiresAt: now + 300_000, priceFen: owedFen, paidFen: 0, owedFen, leaveMinutes: 15 },
      lines: [{ kind: 'unit', text: { 'zh-CN': '停车', en: 'Parking' }, amountFen: owedFen }],
    }),
  admitUnplated: async () => assert.fail('nobody is let in here'),
  picture: async () => assert.fail('nobody looks at pictures here'),
  status: async () => assert.fail('nobody asks how the lot is'),
  isOnline: () => true,
}
/** Where a process ends: at a call to the channel, before it went out or before its answer was heard. */
type Death = `${'before' | 'after'} ${'pay' | 'reverse'}`
let died: Promise<void>
/** What each call to the channel waits for before it goes out. */
let goesOut = (): Promise<void> => Promise.resolve()
/** As a process has it; another one knows nothing but the tables. */
function start(ends: Death | null = null): void {
  const { database } = data
  let dies = () => {}
  died = new Promise((resolve) => {
    dies = resolve
  })
  const mortal = (channel: Channel): Channel => {
    const payCode = channel.payCode!
    const until =
      <A extends unknown[], R>(name: 'pay' | 'reverse', call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await goesOut()
        if (ends === `after ${name}`) await call(...args)
        if (ends?.endsWith(name)) {
          dies()
          return new Promise<R>(() => {})
        }
        return call(...args)
      }
    return {
      ...channel,
      payCode: { ...payCode, pay: until('pay', payCode.pay), reverse: until('reverse', payCode.reverse) },
    }
  }
  const channels: Record<BilledChannel, Channel> = {
    wechatpay: mortal(wechatPayChannel(wechatpay.settings, { clock, onKeyEvent: () => {} })),
    alipay: mortal(alipayChannel(alipay.settings, { clock, onKeyEvent: () => {} })),
  }
  const alarms = makeAlarms({ database, clock, log: silentLog, newId })
  const accounts = channelAccounts(database)
  const clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  const settle = settling({ database, channels, accounts, clear, alarms })
  const dispatch = dispatcher({ database, clock, log: silentLog, newId, gateSeconds: 60, alarms, tell: () => {} })
  const askQuote = quoting({ database, clock, newId, lots, dispatch, gateWaitMs: 10 })
  const shareRules = rulesInForce(database)
  codes = payCodes({ database, clock, newId, channels, accounts, settle, askQuote, shareRules, alarms })
  round = queryRound({ database, clock, log: silentLog, settle, payCodes: codes })
  refunds = makeRefunds({
    ...{ database, clock, log: silentLog, channels, accounts, alarms },
    publicUrl: 'http://127.0.0.1:9',
  })
}

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
  alipay = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  start()
})
after(async () => {
  await wechatpay.close()
  await alipay.close()
  await sql.end()
  await data.close()
})
beforeEach(async () => {
  lot.lotId += 1
  session = newId()
  await provision(data.database, aLotPlan(lot), now)
})
afterEach(async () => {
  goesOut = () => Promise.resolve()
  wechatpay.control.clearFaults()
  alipay.control.clearFaults()
  assert.deepEqual((await audit(data.database)).broken, [])
})

const rows = async <Row>(text: string): Promise<Row[]> => (await sql.query(text, [lot.lotId])).rows as Row[]
const ask = (id: string, code?: string, over: Partial<Ask> = {}): Ask => ({
  ...{ id, kind: 'pay-code', plate: '粤B12345' as Plate, lane: 2, by: '张师傅' },
  ...(code === undefined ? {} : { code }),
  ...over,
})
/** Five seconds at a time, with what the worker does then. */
async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    now = (now + 5 * second) as Instant
    await round()
  }
}
const paymentsNow = async () =>
  (await rows<{ state: string }>('select state from payment where lot_id = $1 order by id')).map(({ state }) => state)
const clearances = async () => (await rows('select id from clearance where lot_id = $1')).length
const kept = (): Promise<string> =>
  rows<{ text: string }>(
    `select coalesce(string_agg(t::text, ' '), '') as text from (
       select to_jsonb(p) as t from payment p where lot_id = $1 union all select to_jsonb(s) from code_scan s where lot_id = $1
     ) as all_of_it`,
  ).then(([row]) => row!.text)

/** Money that the channel took for the lot's orders, less what it gave back; of an order it never heard of it has none. */
async function heldFen(channel: BilledChannel): Promise<number> {
  const made = await rows<{ id: string }>('select id from payment where lot_id = $1')
  return made
    .map(({ id }) => numberOf('trade', lot, id as Id))
    .reduce((sum, number) => sum + (channel === 'wechatpay' ? heldByWechatPay(number) : heldByAlipay(number)), 0)
}
function heldByWechatPay(number: string): number {
  const order = orNone(() => wechatpay.control.order(number))
  return order && order.paidAt !== null && order.state !== 'REVOKED' ? order.amountFen - order.refundedFen : 0
}
function heldByAlipay(number: string): number {
  const trade = orNone(() => alipay.control.trade(number))
  return trade && trade.paidAt !== null ? trade.totalFen - trade.refundedFen : 0
}
function orNone<T>(look: () => T): T | null {
  try {
    return look()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

for (const channel of ['wechatpay', 'alipay'] as const) {
  const simulator = () => (channel === 'wechatpay' ? wechatpay : alipay)
  const fault = (kind: string, more: object = {}) => simulator().control.fault({ kind, times: 1, ...more } as never)
  const shown = (driver = 'driver-1') => simulator().control.payCodeOf(driver)

  describe(`${channel}: the driver's wallet is scanned`, () => {
    test('paid at once: the books, one clearance, and the code is kept nowhere', async () => {
      const code = shown()
      assert.deepEqual(await codes.scan(lot, ask('a', code)), { id: 'a', state: 'paid', paidFen: owedFen })
      assert.deepEqual([await paymentsNow(), await clearances(), await heldFen(channel)], [['paid'], 1, owedFen])
      assert.ok(!(await kept()).includes(code))
    })

    test('the same scan again, and many times at once: one order', async () => {
      const code = shown()
      const answers = await Promise.all([1, 2, 3].map(() => codes.scan(lot, ask('a', code))))
      assert.ok(answers.some(({ state }) => state === 'paid'))
      assert.deepEqual(await codes.scan(lot, ask('a', code)), { id: 'a', state: 'paid', paidFen: owedFen })
      assert.deepEqual(await codes.scan(lot, ask('a')), { id: 'a', state: 'paid', paidFen: owedFen })
      assert.deepEqual([await paymentsNow(), await clearances()], [['paid'], 1])
    })

    const waits: [what: string, faults: [string, object?][], seconds: number, said: string, held: number][] = [
      ['asked for the password, and types it', [['pay-waits-then-paid', { ms: 12 * second }]], 15, 'paid', owedFen],
      ['types it in the last second', [['pay-waits-then-paid', { ms: 29 * second }]], 30, 'paid', owedFen],
      ['gives up', [['pay-waits-then-fails', { ms: 8 * second }]], 40, 'declined', 0],
      ['never answers: taken back after 30 s', [['pay-waits']], 30, 'declined', 0],
      ['types it too late: it is taken back', [['pay-waits-then-paid', { ms: 31 * second }]], 60, 'declined', 0],
      [
        'never answers, and the taking back has to be said again',
        [['pay-waits'], [channel === 'wechatpay' ? 'reverse-again' : 'cancel-again']],
        45,
        'declined',
        0,
      ],
      ['the answer is lost on its way', [['answer-cut']], 5, 'paid', owedFen],
    ]
    for (const [what, faults, seconds, said, held] of waits)
      test(`${what}: ${said}`, async () => {
        for (const [kind, more] of faults) fault(kind, more)
        const first = await codes.scan(lot, ask('a', shown()))
        assert.equal(first.state, 'waiting')
        assert.equal(await clearances(), 0, 'the gate waits for certainty')
        await pass(seconds)
        const { state } = await codes.scan(lot, ask('a'))
        assert.deepEqual([state, await heldFen(channel), await clearances()], [said, held, said === 'paid' ? 1 : 0])
      })

    test('the channel took it and said SYSTEM_ERROR: asked, and paid', async () => {
      fault(channel === 'wechatpay' ? 'error-after-code-pay' : 'answer-20000')
      assert.equal((await codes.scan(lot, ask('a', shown()))).state, 'waiting')
      await pass(5)
      assert.deepEqual([await paymentsNow(), await heldFen(channel)], [['paid'], owedFen])
    })

    test('a driver without money is told so, and shows another wallet', async () => {
      fault('pay-no-money')
      const no = { id: 'a', state: 'declined', because: 'short-of-money' } as const
      assert.deepEqual(await codes.scan(lot, ask('a', shown())), no)
      assert.deepEqual(await codes.scan(lot, ask('a')), no)
      assert.equal((await codes.scan(lot, ask('b', shown('driver-2')))).state, 'paid')
      assert.deepEqual([await paymentsNow(), await heldFen(channel)], [['closed', 'paid'], owedFen])
    })

    test('a code that was used: another one is shown', async () => {
      const code = shown()
      assert.equal((await codes.scan(lot, ask('a', code))).state, 'paid')
      session = newId()
      const again = await codes.scan(lot, ask('b', code))
      assert.deepEqual([again.state, await clearances()], ['declined', 1])
    })

    test('two attendants scan two wallets for one stay: one counts, the other goes back by itself', async () => {
      const both = Promise.withResolvers<void>()
      let out = 0
      goesOut = () => {
        out += 1
        if (out === 2) both.resolve()
        return both.promise
      }
      const answers = await Promise.all([
        codes.scan(lot, ask('a', shown('driver-1'))),
        codes.scan(lot, ask('b', shown('driver-2'))),
      ])
      const words = (all: typeof answers) => all.map(({ state, because }) => because ?? state)
      assert.deepEqual(words(answers).sort(), ['paid', 'paid-otherwise'])
      for (let n = 0; n < 4; n++) {
        now = (now + 10 * second) as Instant
        await refunds.round()
      }
      assert.deepEqual([await clearances(), await heldFen(channel)], [1, owedFen])
      const later = await Promise.all([codes.scan(lot, ask('a')), codes.scan(lot, ask('b'))])
      assert.deepEqual(words(later), words(answers), 'asked again when the money is back, each is told the same')
    })

    const kills: [what: string, at: Death, faults: string[], seconds: number, said: string, held: number][] = [
      ['before the order goes out', 'before pay', [], 120, 'declined', 0],
      ['while the order is out, and it is paid', 'after pay', [], 5, 'paid', owedFen],
      ['while the driver is asked for the password', 'after pay', ['pay-waits'], 35, 'declined', 0],
      ['before the order is taken back', 'before reverse', ['pay-waits'], 45, 'declined', 0],
      ['while it is taken back', 'after reverse', ['pay-waits'], 45, 'declined', 0],
    ]
    for (const [what, at, faults, seconds, said, held] of kills)
      test(`killed ${what}: the next process goes on from the row, ${said}`, async () => {
        for (const kind of faults) fault(kind)
        start(at)
        const scanned = codes.scan(lot, ask('a', shown()))
        if (at.endsWith('reverse')) {
          await scanned
          await pass(25)
          now = (now + 5 * second) as Instant
        }
        await Promise.race([at.endsWith('reverse') ? round() : scanned, died])
        start()
        assert.equal((await codes.scan(lot, ask('a'))).state, 'waiting')
        await pass(seconds)
        const { state } = await codes.scan(lot, ask('a'))
        assert.deepEqual([state, await heldFen(channel), await clearances()], [said, held, said === 'paid' ? 1 : 0])
      })
  })
}

describe('what is no scan', () => {
  const table: [what: string, asked: Ask, because: string][] = [
    ['a code of neither wallet', ask('a', '9912345678901234'), 'code-unknown'],
    ['a scan nobody made', ask('a'), 'scan-unknown'],
    [
      'another vehicle than the lot says',
      ask('a', '134567890123456789', { plate: '粤B99999' as Plate }),
      'vehicle-changed',
    ],
  ]
  for (const [what, asked, because] of table)
    test(`${what}: ${because}, and nothing is made`, async () => {
      assert.deepEqual(await codes.scan(lot, asked), { id: 'a', state: 'refused', because })
      assert.deepEqual(await paymentsNow(), [])
    })
})
