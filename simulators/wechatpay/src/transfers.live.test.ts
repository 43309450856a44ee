import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { BillLine } from '@lanepay/channels/bills.ts'
import type { CashChangeOrder } from '@lanepay/channels/cash-change.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import {
  call,
  callsOf,
  folder,
  type Heard,
  type Json,
  type Merchant,
  merchant,
  newNumber,
  plaintextOf,
  type Said,
  StillClock,
  until,
} from './fixtures.ts'
import { type FaultKind, startWechatPaySimulator, type WechatPaySimulator } from './simulator.ts'

/* Money for a driver's wallet, as the adapter, a caller by hand and the wallet see it. The clock moves only when it is pushed. */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const clock = new StillClock()
const driver = 'driver-1'
const value = <T>(result: Result<T, unknown>): T => {
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}
const refusal = ({ status, body }: Said) => `${status}${body.code ? ` ${body.code}` : ''}`

let simulator: WechatPaySimulator
let shop: Merchant
before(async () => {
  shop = await merchant()
  simulator = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
})
after(async () => {
  shop.close()
  await simulator.close()
})
afterEach(async () => {
  // Whatever a test left on its way: nobody else is to hear of it.
  const isStill = () =>
    simulator.control.notifications().every(({ state, dueAt }) => state !== 'waiting' || dueAt > clock.now())
  await until(isStill, 'all that is due has left')
  simulator.control.clearFaults()
  shop.heard.length = 0
})

async function earn(yuan: number, at = simulator): Promise<void> {
  const number = newNumber()
  const said = await callsOf(at, clock).create({ out_trade_no: number, amount: { total: yuan * 100, currency: 'CNY' } })
  assert.equal(said.status, 200, said.text)
  at.control.pay(number)
}
const lanepay = (at = simulator) => {
  const channel = wechatPayChannel(at.settings, { clock })
  assert.ok(channel.cashChange)
  return { channel, cashChange: channel.cashChange }
}
const change = (changes: Partial<CashChangeOrder> = {}): CashChangeOrder => ({
  changeNumber: newNumber(),
  amountFen: fen(350),
  payee: simulator.control.openidOf(driver),
  remark: '停车找零 阳光花园',
  notifyUrl: shop.url,
  ...changes,
})
const balance = (at = simulator) => at.control.balanceOf(at.settings.mchid).availableFen
const got = (number: string, user = driver) =>
  simulator.control.takenBy(user).filter(({ transferNumber }) => transferNumber === number)
const wallet = async (params: unknown, user = driver): Promise<Json> => {
  const answer = await fetch(`${simulator.url}/wallet/take`, { method: 'POST', body: JSON.stringify({ params, user }) })
  return (await answer.json()) as Json
}

/** Given, and at the driver's: what the page hands to the wallet. */
async function atTheDriver(order: CashChangeOrder) {
  const { cashChange } = lanepay()
  value(await cashChange.give({}, order))
  clock.advance(second)
  const waits = value(await cashChange.give({}, order))
  assert.ok(waits.state === 'to-take' && waits.sheet, JSON.stringify(waits))
  return waits.sheet.params
}
/** What the adapter hears of the next notification. */
async function heard() {
  await until(() => shop.heard.length > 0, 'a notification of a transfer')
  const { headers, body } = shop.heard.shift()!
  return lanepay().channel.readNotification({ headers, body: Buffer.from(body) })
}
const expectHeard = async (changeNumber: string) => {
  const read = value(await heard())
  assert.ok(read.kind === 'other')
  assert.deepEqual([read.event, read.cashChange], ['MCHTRANSFER.BILL.FINISHED', { changeNumber }])
}

test('given, taken, heard of and asked about: the wallet has it once, and the account has it no more', async () => {
  await earn(10)
  const had = balance()
  const { cashChange } = lanepay()
  const order = change()
  assert.equal(value(await cashChange.query({}, order.changeNumber)).state, 'unknown')
  const params = await atTheDriver(order)
  assert.equal(balance(), had - 350, 'set aside from the start')
  assert.deepEqual(value(await cashChange.query({}, order.changeNumber)), { state: 'to-take', sheet: null })
  assert.deepEqual(await wallet(params), { result: 'ok' })
  await expectHeard(order.changeNumber)
  const taken = value(await cashChange.query({}, order.changeNumber))
  assert.ok(taken.state === 'taken')
  const at = Math.floor(clock.now() / second) * second
  assert.deepEqual([taken.amountFen, taken.takenAt], [350, at])
  assert.deepEqual(got(order.changeNumber), [{ transferNumber: order.changeNumber, amountFen: 350, at: clock.now() }])
  assert.equal((await wallet(params)).result, 'fail', 'the same package a second time')
  assert.equal(got(order.changeNumber).length, 1)
  assert.equal(balance(), had - 350)
  assert.equal(value(await cashChange.give({}, order)).state, 'pending', 'asked again, a query is needed')
})

type Course = { kind: FaultKind | null; steps: [afterMs: number, state: string][]; code?: string }
const courses: Course[] = [
  {
    kind: null,
    steps: [
      [0, 'pending'],
      [second, 'to-take'],
      [day - second - 1, 'to-take'],
      [1, 'returned'],
    ],
    code: 'OVERDUE_CLOSE',
  },
  { kind: 'transfer-at-once', steps: [[0, 'to-take']] },
  {
    kind: 'transfer-slow',
    steps: [
      [0, 'pending'],
      [hour - 1, 'pending'],
      [1, 'to-take'],
    ],
  },
  {
    kind: 'transfer-fails',
    steps: [
      [0, 'pending'],
      [second, 'failed'],
    ],
    code: 'REAL_NAME_CHECK_FAIL',
  },
]
for (const { kind, steps, code } of courses)
  test(`${kind ?? 'nobody takes it'}: ${steps.map(([, state]) => state).join(', then ')}`, async () => {
    await earn(10)
    const had = balance()
    const { cashChange } = lanepay()
    const order = change()
    if (kind) simulator.control.fault({ kind, times: 1 })
    const given = value(await cashChange.give({}, order))
    assert.equal(given.state, steps[0]?.[1])
    assert.equal(given.state === 'to-take', given.state === 'to-take' && given.sheet !== null)
    for (const [afterMs, state] of steps) {
      clock.advance(afterMs)
      const now = value(await cashChange.query({}, order.changeNumber))
      assert.equal(now.state, state)
      const isBack = now.state === 'returned' || now.state === 'failed'
      assert.equal(balance(), had - (isBack ? 0 : 350))
      if (isBack) {
        assert.equal(now.code, code)
        await expectHeard(order.changeNumber)
      }
    }
    assert.deepEqual(got(order.changeNumber), [])
  })

const unclear: [kind: FaultKind, state: string][] = [
  ['error-after-transfer', 'pending'],
  ['answer-cut', 'pending'],
  ['answer-wrong-signature', 'pending'],
  ['answer-5xx', 'unknown'],
  ['system-error', 'unknown'],
  ['frequency-limited', 'unknown'],
]
for (const [kind, state] of unclear)
  test(`${kind}: unclear, asked: ${state}, and the same number is given once`, async () => {
    await earn(10)
    const had = balance()
    const { cashChange } = lanepay()
    const order = change()
    simulator.control.fault({ kind, times: 1 })
    const said = await cashChange.give({}, order)
    assert.equal(!said.ok && said.error.kind, 'unclear')
    assert.equal(value(await cashChange.query({}, order.changeNumber)).state, state)
    await wallet(await atTheDriver(order))
    assert.equal(balance(), had - 350)
    assert.equal(got(order.changeNumber).length, 1)
  })

describe('taken back', () => {
  test('before the driver takes it: it is the account’s again', async () => {
    await earn(10)
    const had = balance()
    const { cashChange } = lanepay()
    const order = change()
    const params = await atTheDriver(order)
    assert.equal(value(await cashChange.takeBack({}, order.changeNumber)).state, 'pending')
    assert.equal((await wallet(params)).result, 'fail', 'nobody takes it any more')
    assert.equal(value(await cashChange.takeBack({}, order.changeNumber)).state, 'pending', 'asked again')
    clock.advance(second)
    const back = value(await cashChange.query({}, order.changeNumber))
    assert.ok(back.state === 'returned' && back.code === 'CANCELLED')
    await expectHeard(order.changeNumber)
    assert.equal(balance(), had)
    assert.deepEqual(value(await cashChange.takeBack({}, order.changeNumber)), back, 'and once it is over')
    assert.deepEqual(value(await cashChange.give({}, order)), back, 'nor is it given again')
  })

  test('after the driver has taken it: taken', async () => {
    await earn(10)
    const order = change()
    await wallet(await atTheDriver(order))
    assert.equal(value(await lanepay().cashChange.takeBack({}, order.changeNumber)).state, 'taken')
    assert.equal(got(order.changeNumber).length, 1)
  })

  test('what was never given: refused', async () => {
    const said = await lanepay().cashChange.takeBack({}, newNumber())
    assert.equal(!said.ok && said.error.kind === 'refused' && said.error.code, 'NOT_FOUND')
  })

  const unclearBack: FaultKind[] = ['error-after-cancel-transfer', 'answer-cut', 'answer-5xx']
  for (const kind of unclearBack)
    test(`${kind}: unclear, and asked for again it comes back once`, async () => {
      await earn(10)
      const had = balance()
      const { cashChange } = lanepay()
      const order = change()
      await atTheDriver(order)
      simulator.control.fault({ kind, times: 1 })
      const said = await cashChange.takeBack({}, order.changeNumber)
      assert.equal(!said.ok && said.error.kind, 'unclear')
      assert.equal(value(await cashChange.takeBack({}, order.changeNumber)).state, 'pending')
      clock.advance(second)
      assert.equal(value(await cashChange.query({}, order.changeNumber)).state, 'returned')
      assert.equal(balance(), had)
    })

  test('cancel-transfer-slow: pending until it is over', async () => {
    await earn(10)
    const { cashChange } = lanepay()
    const order = change()
    await atTheDriver(order)
    simulator.control.fault({ kind: 'cancel-transfer-slow', times: 1 })
    assert.equal(value(await cashChange.takeBack({}, order.changeNumber)).state, 'pending')
    clock.advance(hour - 1)
    assert.equal(value(await cashChange.query({}, order.changeNumber)).state, 'pending')
    clock.advance(1)
    assert.equal(value(await cashChange.query({}, order.changeNumber)).state, 'returned')
  })
})

describe('at the wallet', () => {
  const wrong: [what: string, changed: (params: Json) => Json, user: string, reason: string][] = [
    ['somebody else', (params) => params, 'driver-2', 'not-the-receiver'],
    ['another merchant', (params) => ({ ...params, mchId: '1' }), driver, 'wrong-account'],
    ['another appid', (params) => ({ ...params, appId: 'wx1' }), driver, 'wrong-account'],
    ['a package nobody has', (params) => ({ ...params, package: 'x' }), driver, 'no-such-package'],
  ]
  for (const [what, changed, user, reason] of wrong)
    test(`${what}: fail, and it still waits`, async () => {
      await earn(10)
      const order = change()
      const params = await atTheDriver(order)
      const said = await wallet(changed(params), user)
      assert.deepEqual([said.result, said.reason], ['fail', reason])
      assert.equal(value(await lanepay().cashChange.query({}, order.changeNumber)).state, 'to-take')
    })

  test('a day later: fail', async () => {
    await earn(10)
    const order = change()
    const params = await atTheDriver(order)
    clock.advance(day)
    assert.equal((await wallet(params)).result, 'fail')
    assert.deepEqual(got(order.changeNumber), [])
  })

  test('transfer-lingers: it is on its way, and confirmed once more it comes once', async () => {
    await earn(10)
    const { cashChange } = lanepay()
    const order = change()
    const params = await atTheDriver(order)
    simulator.control.fault({ kind: 'transfer-lingers', times: 1 })
    assert.deepEqual(await wallet(params), { result: 'ok' })
    assert.equal(value(await cashChange.query({}, order.changeNumber)).state, 'to-take')
    assert.deepEqual(
      value(await cashChange.give({}, order)),
      { state: 'to-take', sheet: null },
      'the page has its sheet',
    )
    assert.deepEqual(got(order.changeNumber), [])
    assert.deepEqual(await wallet(params), { result: 'ok' })
    assert.equal(value(await cashChange.query({}, order.changeNumber)).state, 'taken')
    clock.advance(minute)
    assert.equal(got(order.changeNumber).length, 1)
  })

  test('transfer-lingers: left alone, it arrives', async () => {
    await earn(10)
    const order = change()
    const params = await atTheDriver(order)
    simulator.control.fault({ kind: 'transfer-lingers', times: 1 })
    await wallet(params)
    clock.advance(minute)
    assert.equal(value(await lanepay().cashChange.query({}, order.changeNumber)).state, 'taken')
  })

  test('error-after-take: the page hears fail, the wallet has it', async () => {
    await earn(10)
    const order = change()
    const params = await atTheDriver(order)
    simulator.control.fault({ kind: 'error-after-take', times: 1 })
    assert.equal((await wallet(params)).result, 'fail')
    assert.equal(value(await lanepay().cashChange.query({}, order.changeNumber)).state, 'taken')
  })

  test('without a phone, once it is there', async () => {
    await earn(10)
    const order = change()
    assert.throws(() => simulator.control.takeTransfer(order.changeNumber), RangeError)
    await atTheDriver(order)
    assert.equal(simulator.control.takeTransfer(order.changeNumber).step.state, 'SUCCESS')
    assert.throws(() => simulator.control.takeTransfer(order.changeNumber), RangeError)
  })
})

describe('notifications', () => {
  /** Taken, and what is told of it befallen by this. */
  const finished = async (kind?: FaultKind) => {
    await earn(10)
    const order = change()
    await atTheDriver(order)
    if (kind) simulator.control.fault({ kind, times: 1 })
    simulator.control.takeTransfer(order.changeNumber)
    return order.changeNumber
  }
  /** What stands in it, whoever signed it. */
  const amountIn = (one: Heard): unknown => {
    try {
      return plaintextOf(simulator.settings, one).transfer_amount
    } catch {
      return 'sealed'
    }
  }
  test('notify-lose: a query still says it', async () => {
    const number = await finished('notify-lose')
    const about = simulator.control.notifications().filter(({ tradeNumber }) => tradeNumber === number)
    assert.deepEqual(
      about.map(({ state }) => state),
      ['lost'],
    )
    assert.equal(value(await lanepay().cashChange.query({}, number)).state, 'taken')
  })
  test('not accepted, it comes again up the usual ladder', async () => {
    shop.say.status = 500
    const number = await finished()
    await expectHeard(number)
    await until(
      () => simulator.control.notifications().some((one) => one.tradeNumber === number && one.attempts === 1),
      'the first attempt is noted',
    )
    shop.say.status = 200
    clock.advance(15 * second)
    await expectHeard(number)
  })
  for (const [kind, reason, told] of [
    ['notify-forge', 'bad-signature', 1],
    ['notify-tamper', 'malformed', 'sealed'],
  ] as const)
    test(`${kind}: not believed, the right one is`, async () => {
      const number = await finished(kind)
      await until(() => shop.heard.length === 2, 'both')
      assert.deepEqual(shop.heard.map(amountIn), [told, 350])
      const first = await heard()
      assert.equal(!first.ok && first.error.kind, reason)
      await expectHeard(number)
    })
})

describe('what is refused', () => {
  const path = '/v3/fund-app/mch-transfer/transfer-bills'
  const body = (changes: Json = {}): Json => ({
    appid: simulator.settings.appid,
    out_bill_no: newNumber(),
    transfer_scene_id: '1011',
    openid: simulator.control.openidOf(driver),
    transfer_amount: 100,
    transfer_remark: '停车找零',
    transfer_scene_report_infos: [{ info_type: '赔付原因', info_content: '停车找零' }],
    ...changes,
  })
  const post = (changes: Json = {}) => callsOf(simulator, clock).post(path, body(changes))
  before(() => earn(1_000))
  const report = (...types: string[]) => types.map((info_type) => ({ info_type, info_content: '找零' }))
  const rows: [what: string, changes: Json, answer: string][] = [
    ['nothing', {}, '200'],
    ['a word for the receiver', { user_recv_perception: '商家赔付' }, '200'],
    ['the least', { transfer_amount: 10 }, '200'],
    ['the most', { transfer_amount: 20_000 }, '200'],
    ['less than the least', { transfer_amount: 9 }, '400 INVALID_REQUEST'],
    ['more than the most', { transfer_amount: 20_001 }, '400 INVALID_REQUEST'],
    ['yuan', { transfer_amount: 1.5 }, '400 PARAM_ERROR'],
    ['an amount of nothing', { transfer_amount: 0 }, '400 PARAM_ERROR'],
    ['a number with a dash', { out_bill_no: '12-34' }, '400 PARAM_ERROR'],
    ['a number of 33 characters', { out_bill_no: '1'.repeat(33) }, '400 PARAM_ERROR'],
    ['no remark', { transfer_remark: '' }, '400 PARAM_ERROR'],
    ['a remark of 33 characters', { transfer_remark: 'x'.repeat(33) }, '400 PARAM_ERROR'],
    ['another appid', { appid: 'wx1' }, '400 INVALID_REQUEST'],
    ['an openid nobody has', { openid: 'o1' }, '400 INVALID_REQUEST'],
    ['a scene that was not granted', { transfer_scene_id: '1005' }, '400 INVALID_REQUEST'],
    ['no scene', { transfer_scene_id: undefined }, '400 PARAM_ERROR'],
    ['no report', { transfer_scene_report_infos: undefined }, '400 PARAM_ERROR'],
    ['an empty list of reports', { transfer_scene_report_infos: [] }, '400 PARAM_ERROR'],
    ['a report of another scene', { transfer_scene_report_infos: report('活动名称') }, '400 INVALID_REQUEST'],
    ['a report too many', { transfer_scene_report_infos: report('赔付原因', '活动名称') }, '400 INVALID_REQUEST'],
    [
      'a report of 33 characters',
      { transfer_scene_report_infos: [{ info_type: '赔付原因', info_content: '零'.repeat(33) }] },
      '400 PARAM_ERROR',
    ],
    ['a word of another scene', { user_recv_perception: '现金奖励' }, '400 INVALID_REQUEST'],
    ['a name in the clear', { user_name: '张三' }, '400 PARAM_ERROR'],
    ['an address with a query', { notify_url: 'https://a.example.com/n?a=1' }, '400 PARAM_ERROR'],
    ['a field nobody knows', { user_phone: '1' }, '400 PARAM_ERROR'],
  ]
  for (const [what, changes, answer] of rows)
    test(`${what}: ${answer}`, async () => assert.equal(refusal(await post(changes)), answer))

  test('the same number: with the same content as the first time, with another not', async () => {
    const out_bill_no = newNumber()
    const first = await post({ out_bill_no })
    assert.deepEqual((await post({ out_bill_no })).body, first.body)
    assert.equal(refusal(await post({ out_bill_no, transfer_amount: 101 })), '400 INVALID_REQUEST')
  })
  test('an unknown number', async () => {
    const calls = callsOf(simulator, clock)
    assert.equal(refusal(await calls.get(`${path}/out-bill-no/${newNumber()}`)), '404 NOT_FOUND')
    assert.equal(refusal(await calls.get(`${path}/transfer-bill-no/${newNumber()}`)), '404 NOT_FOUND')
    assert.equal(refusal(await calls.post(`${path}/out-bill-no/${newNumber()}/cancel`, '')), '404 NOT_FOUND')
  })
  test('a query of more than it takes', async () => {
    const said = await callsOf(simulator, clock).get(`${path}/out-bill-no/${newNumber()}?mchid=1`)
    assert.equal(refusal(said), '400 PARAM_ERROR')
  })
  test('a cancel with content; and without one, with or without a content type, it is taken on', async () => {
    const numbers = [newNumber(), newNumber()]
    for (const out_bill_no of numbers) await post({ out_bill_no })
    const cancel = (number: string) => `${path}/out-bill-no/${number}/cancel`
    const calls = callsOf(simulator, clock)
    assert.equal(refusal(await calls.post(cancel(numbers[0]!), { reason: '1' })), '400 PARAM_ERROR')
    assert.equal(refusal(await calls.post(cancel(numbers[0]!), '')), '200')
    const bare = {
      method: 'POST',
      path: cancel(numbers[1]!),
      now: clock.now(),
      headers: { 'content-type': null },
    } as const
    assert.equal(refusal(await call(simulator, bare)), '200')
  })
  test('by both numbers it is the same, and after 30 days it is unknown', async () => {
    const out_bill_no = newNumber()
    const { body: given } = await post({ out_bill_no })
    const calls = callsOf(simulator, clock)
    const byOurs = await calls.get(`${path}/out-bill-no/${out_bill_no}`)
    const byTheirs = await calls.get(`${path}/transfer-bill-no/${given.transfer_bill_no}`)
    assert.deepEqual([byOurs.status, byOurs.body], [200, byTheirs.body])
    clock.advance(30 * day)
    assert.equal(refusal(await calls.get(`${path}/out-bill-no/${out_bill_no}`)), '404 NOT_FOUND')
  })
  test('more than the account has; and transfer-not-enough', async () => {
    const poor = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false })
    const { cashChange } = lanepay(poor)
    const order = change({ payee: poor.control.openidOf(driver) })
    const short = async () => {
      const said = await cashChange.give({}, order)
      return !said.ok && said.error.kind === 'refused' && said.error.alarm && said.error.code
    }
    assert.equal(await short(), 'NOT_ENOUGH')
    await earn(10, poor)
    poor.control.fault({ kind: 'transfer-not-enough', times: 1 })
    assert.equal(await short(), 'NOT_ENOUGH')
    assert.equal(value(await cashChange.give({}, order)).state, 'pending', 'filled, the same number is given')
    await poor.close()
  })
  test('other words under a number that waits: not given twice, and the driver may still take it', async () => {
    await earn(10)
    const order = change()
    await atTheDriver(order)
    const again = value(await lanepay().cashChange.give({}, { ...order, remark: '找零' }))
    assert.deepEqual(again, { state: 'to-take', sheet: null })
  })
  test('a service provider has no such product', async () => {
    const partner = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
    const calls = callsOf(partner, clock)
    assert.equal(refusal(await calls.post(path, body({ appid: partner.settings.appid }))), '403 NO_AUTH')
    assert.equal(refusal(await calls.get(`${path}/out-bill-no/1`)), '403 NO_AUTH')
    assert.equal(wechatPayChannel(partner.settings, { clock }).cashChange, undefined)
    await partner.close()
  })
})

test('its fund-flow bill: out when it is taken on, in when nobody took it, under the name that was told', async (t) => {
  const dir = folder(t)
  const start = () => startWechatPaySimulator({ dir, port: 0, clock })
  const first = await start()
  await earn(10, first)
  const had = balance(first)
  const give = async (at: WechatPaySimulator) => {
    const order = change({ payee: at.control.openidOf(driver) })
    value(await lanepay(at).cashChange.give({}, order))
    return order.changeNumber
  }
  const usual = await give(first)
  first.control.setTransferBusiness('转账')
  const told = await give(first)
  await first.close()
  const hoursOn = (hours: number) => clock.advance(hours * hour)
  hoursOn(48)
  const later = await start()
  t.after(() => later.close())
  assert.equal(value(await lanepay(later).cashChange.query({}, usual)).state, 'returned', 'overdue while nobody ran')
  const { bills } = lanepay(later).channel
  assert.ok(bills)
  const movements = async (hoursAgo: number) => {
    const on = new Date(clock.now() - hoursAgo * hour + 8 * hour).toISOString().slice(0, 10)
    const lines: BillLine[] = []
    value(await bills.read({}, { kind: 'fund-flow', day: on }, (some) => void lines.push(...some)))
    return lines.flatMap((line) =>
      line.kind === 'flow' && (line.ourNumber === usual || line.ourNumber === told)
        ? [[line.ourNumber, line.business, line.way, line.amountFen]]
        : [],
    )
  }
  assert.deepEqual(await movements(48), [
    [usual, '商家转账', 'out', 350],
    [told, '转账', 'out', 350],
  ])
  assert.deepEqual(await movements(24), [
    [usual, '商家转账', 'in', 350],
    [told, '转账', 'in', 350],
  ])
  assert.equal(balance(later), had)
})
