import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { openIdOf } from './account.ts'
import { callByHand, type Form, folder, newNumber, StillClock, sdkOf } from './fixtures.ts'
import { type AlipaySimulator, type FaultKind, startAlipaySimulator } from './simulator.ts'

/* Royalty: who may get a share, how much, when it is there, and how refunds get it back. The clock moves when pushed. */

const clock = new StillClock()
let simulator: AlipaySimulator
let partner: string

before(async () => {
  simulator = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
  partner = simulator.control.personOf({ loginName: 'partner@example.com', name: '张三' }).userId
})
after(() => simulator.close())
afterEach(() => simulator.control.clearFaults())

const said = (method: string, biz: object) => callByHand(simulator.settings, { method, biz, now: clock.now() })
const short = ({ code, sub_code: sub }: Form) => (sub ? `${code} ${sub}` : code)
const fault = (kind: FaultKind, ms?: number) =>
  simulator.control.fault({ kind, times: 1, ...(ms === undefined ? {} : { ms }) })
const seller = () => simulator.settings.sellerId
const balance = () => simulator.control.balance(seller())

const relation = (act: 'bind' | 'unbind', receivers: unknown, told: object = {}) =>
  said(`alipay.trade.royalty.relation.${act}`, { out_request_no: newNumber(), receiver_list: receivers, ...told })
const ofPartner = () => ({ type: 'userId', account: partner })

async function aTrade(told: { yuan?: string; freeze?: boolean } = {}) {
  const biz = {
    out_trade_no: newNumber(),
    total_amount: told.yuan ?? '100.00',
    subject: '停车费',
    buyer_id: simulator.control.identityOf('driver-1'),
    ...(told.freeze ? { extend_params: { royalty_freeze: 'true' } } : {}),
  }
  const { trade_no } = await said('alipay.trade.create', biz)
  simulator.control.pay(biz.out_trade_no)
  return { trade_no: trade_no ?? '', out_trade_no: biz.out_trade_no }
}
const share = (amount: string, told: object = {}) => ({
  trans_in_type: 'userId',
  trans_in: partner,
  amount,
  ...told,
})
const settle = (trade_no: string, parameters: unknown, told: object = {}) =>
  said('alipay.trade.order.settle', {
    out_request_no: newNumber(),
    trade_no,
    royalty_parameters: parameters,
    ...told,
  })
type Detail = { state: string; amount: string; error_code?: string; execute_dt?: string }
const details = async (biz: object) =>
  (await said('alipay.trade.order.settle.query', biz)).royalty_detail_list as unknown as Detail[]

describe('a list of receivers to bind', () => {
  const person = () => simulator.control.personOf({ loginName: 'partner@example.com', name: '张三' })
  const uncertified = () =>
    simulator.control.personOf({ loginName: 'new@example.com', name: '李四', certified: false }).userId
  const rows: [what: string, receivers: () => unknown, expected: string][] = [
    ['by its id', () => [ofPartner()], '10000'],
    ['by its id and right name', () => [{ ...ofPartner(), name: '张三' }], '10000'],
    ['by its login and name', () => [{ type: 'loginName', account: person().loginName, name: '张三' }], '10000'],
    ['by its login alone', () => [{ type: 'loginName', account: 'partner@example.com' }], '40004 INVALID_PARAMETER'],
    ['under another name', () => [{ ...ofPartner(), name: '王五' }], '40004 USERNAME_NOT_MATCH'],
    ['of nobody', () => [], '40004 RECEIVER_LIST_EMPTY'],
    ['that is no list', () => 'nobody', '40004 INVALID_PARAMETER'],
    ['of 21', () => Array.from({ length: 21 }, ofPartner), '40004 RECEIVER_LIST_OVERLOAD'],
    ['of a kind that is none', () => [{ type: 'phone', account: '138' }], '40004 INVALID_RECEIVER_TYPE'],
    ['who does not exist', () => [{ type: 'userId', account: '2088000000000000' }], '40004 USER_NOT_EXIST'],
    [
      "with another application's open_id",
      () => {
        const { operator } = simulator.control
        return [{ type: 'openId', account: openIdUnder(operator.appId) }]
      },
      '40004 OPENID_APPID_NOT_MATCH',
    ],
    [
      'whose real name nobody checked',
      () => [{ type: 'userId', account: uncertified() }],
      '40004 RECEIVER_ACCOUNT_NOT_CERTIFY',
    ],
  ]
  for (const [what, receivers, expected] of rows)
    test(`${what}: ${expected}`, async () => assert.equal(short(await relation('bind', receivers())), expected))

  test('is bound whole or not at all, again without harm, shown and unbound', async () => {
    const other = simulator.control.personOf({ loginName: 'other@example.com', name: '赵六' }).userId
    const mixed = [
      { type: 'userId', account: other },
      { type: 'userId', account: '2088000000000000' },
    ]
    assert.equal(short(await relation('bind', mixed)), '40004 USER_NOT_EXIST')
    const list = async () => {
      const shown = await said('alipay.trade.royalty.relation.batchquery', { out_request_no: newNumber() })
      return (shown.receiver_list as unknown as { account: string }[]).map(({ account }) => account)
    }
    assert.ok(!(await list()).includes(other))
    for (let times = 0; times < 2; times++)
      assert.equal((await relation('bind', [{ type: 'userId', account: other }])).result_code, 'SUCCESS')
    assert.equal((await list()).filter((account) => account === other).length, 1)
    assert.equal((await relation('unbind', [{ type: 'userId', account: other }])).result_code, 'SUCCESS')
    assert.ok(!(await list()).includes(other))
  })
})

/** A known driver's id under an application that is not the caller's. */
function openIdUnder(appId: string): string {
  simulator.control.identityOf('driver-1')
  return openIdOf('driver-1', appId)
}

describe('shares of a trade', () => {
  before(() => relation('bind', [ofPartner()]))

  type Row = [what: string, parameters: () => unknown[] | undefined, told: object, expected: string]
  const rows: Row[] = [
    ['up to the ceiling', () => [share('30.00')], {}, '10000'],
    ['a fen over the ceiling', () => [share('30.01')], {}, '40004 ACQ.ALLOC_AMOUNT_VALIDATE_ERROR'],
    [
      'over the ceiling in two parts',
      () => [share('20.00'), share('10.01')],
      {},
      '40004 ACQ.ALLOC_AMOUNT_VALIDATE_ERROR',
    ],
    ['in percent', () => [share('', { amount: undefined, amount_percentage: 30 })], {}, '10000'],
    [
      'in half percents',
      () => [share('', { amount: undefined, amount_percentage: 1.5 })],
      {},
      '40004 ACQ.INVALID_PARAMETER',
    ],
    ['without an amount', () => [share('', { amount: undefined })], {}, '40004 ACQ.INVALID_PARAMETER'],
    ['with six receivers', () => Array.from({ length: 6 }, () => share('1.00')), {}, '40004 ACQ.INVALID_PARAMETER'],
    [
      'with six receivers, asynchronously',
      () => Array.from({ length: 6 }, () => share('1.00')),
      { royalty_mode: 'async' },
      '10000',
    ],
    ['for nobody', () => undefined, {}, '40004 ACQ.INVALID_PARAMETER'],
    ['to finish only', () => undefined, { extend_params: { royalty_finish: 'true' } }, '10000'],
    [
      'for somebody not bound',
      () => [share('1.00', { trans_in: '2088000000000000' })],
      {},
      '40004 ACQ.ROYALTY_RECEIVER_INVALID',
    ],
    [
      'onto a card',
      () => [share('1.00', { trans_in_type: 'cardAliasNo' })],
      {},
      '40004 ACQ.SETTLE_TO_CARD_NOT_SUPPORT',
    ],
    [
      'from another account',
      () => [share('1.00', { trans_out: '2088000000000000' })],
      {},
      '40004 ACQ.MUST_ALLOC_FROM_ROOT_ACCOUNT',
    ],
    [
      'under a wrong name',
      () => [share('1.00', { trans_in_name: '王五' })],
      {},
      '40004 ACQ.ROYALTY_ACCOUNT_NAME_NOT_MATCH',
    ],
    ['in a mode that is none', () => [share('1.00')], { royalty_mode: 'soon' }, '40004 ACQ.INVALID_PARAMETER'],
  ]
  for (const [what, parameters, told, expected] of rows)
    test(`${what}: ${expected}`, async () => {
      const { trade_no } = await aTrade()
      assert.equal(short(await settle(trade_no, parameters(), told)), expected)
    })

  test('the same number and content is the same sharing, with other content it is refused', async () => {
    const { trade_no } = await aTrade()
    const told = { out_request_no: newNumber() }
    const first = await settle(trade_no, [share('10.00')], told)
    const has = balance()
    const again = await settle(trade_no, [share('10.00')], told)
    assert.deepEqual([again.settle_no, balance()], [first.settle_no, has])
    assert.equal(short(await settle(trade_no, [share('10.01')], told)), '40004 ACQ.DISCORDANT_REPEAT_REQUEST')
  })

  test('nothing is shared of a trade that is not paid, is given back, or is finished', async () => {
    const biz = { total_amount: '10.00', subject: '停车费', buyer_id: simulator.control.identityOf('driver-1') }
    const open = await said('alipay.trade.create', { ...biz, out_trade_no: newNumber() })
    assert.equal(short(await settle(open.trade_no ?? '', [share('1.00')])), '40004 ACQ.TRADE_STATUS_ERROR')
    const back = await aTrade()
    await said('alipay.trade.refund', { ...back, refund_amount: '100.00', out_request_no: 'all' })
    assert.equal(short(await settle(back.trade_no, [share('1.00')])), '40004 ACQ.TRADE_STATUS_ERROR')
    const { trade_no } = await aTrade()
    await settle(trade_no, [share('1.00')], { extend_params: { royalty_finish: 'true' } })
    assert.equal(short(await settle(trade_no, [share('1.00')])), '40004 ACQ.ALREADY_FINISH_ALLOC')
    assert.equal(short(await settle('2026112422001400000000000000', [share('1.00')])), '40004 ACQ.TRADE_NOT_EXIST')
  })

  test('a frozen receipt cannot be spent until it is finished, or thirty days are over', async () => {
    const free = balance()
    const { trade_no } = await aTrade({ freeze: true })
    assert.deepEqual(balance(), { availableFen: free.availableFen, frozenFen: free.frozenFen + 9940 })
    await settle(trade_no, [share('30.00')])
    assert.equal(balance().frozenFen - free.frozenFen, 6940)
    const unsettled = async () => (await said('alipay.trade.order.onsettle.query', { trade_no })).unsettled_amount
    assert.equal(await unsettled(), '0.00', 'the ceiling is reached')
    const part = { extend_params: { royalty_finish: 'true', royalty_finish_amount: '9.40' } }
    await settle(trade_no, undefined, part)
    assert.equal(balance().frozenFen - free.frozenFen, 6000)
    await settle(trade_no, undefined, { extend_params: { royalty_finish: 'true' } })
    assert.deepEqual(balance(), { availableFen: free.availableFen + 6940, frozenFen: free.frozenFen })
  })

  test('asynchronous shares are in process first, then there', async () => {
    const { trade_no } = await aTrade()
    const told = { out_request_no: newNumber(), royalty_mode: 'async' }
    const { settle_no } = await settle(trade_no, [share('10.00')], told)
    assert.deepEqual(
      (await details({ settle_no })).map(({ state }) => state),
      ['PROCESSING'],
    )
    clock.advance(2_000)
    const [done] = await details({ trade_no, out_request_no: told.out_request_no })
    assert.deepEqual([done?.state, done?.amount], ['SUCCESS', '10.00'])
    assert.match(done?.execute_dt ?? '', /^2026-/)
  })

  test('settle-then-fails: in process, then failed, and what was to be shared can be shared again', async () => {
    fault('settle-then-fails', 5_000)
    const { trade_no } = await aTrade()
    const has = balance()
    const { settle_no } = await settle(trade_no, [share('30.00')], { royalty_mode: 'async' })
    assert.equal(short(await settle(trade_no, [share('0.01')])), '40004 ACQ.ALLOC_AMOUNT_VALIDATE_ERROR')
    clock.advance(5_000)
    const [failed] = await details({ settle_no })
    assert.deepEqual([failed?.state, failed?.error_code], ['FAIL', 'ROYALTY_RECEIVER_ACCOUNT_NOT_CERTIFY'])
    assert.deepEqual(balance(), has)
    assert.equal(short(await settle(trade_no, [share('30.00')])), '10000')
  })

  test('settle-waits: in process for ever', async () => {
    fault('settle-waits')
    const { trade_no } = await aTrade()
    const { settle_no } = await settle(trade_no, [share('1.00')], { royalty_mode: 'async' })
    clock.advance(30 * 86_400_000)
    assert.deepEqual(
      (await details({ settle_no })).map(({ state }) => state),
      ['PROCESSING'],
    )
  })

  test('error-after-settle: taken on, and only a query or a repeat tells', async () => {
    fault('error-after-settle')
    const { trade_no } = await aTrade()
    const told = { out_request_no: newNumber() }
    assert.equal(short(await settle(trade_no, [share('10.00')], told)), '40004 ACQ.SYSTEM_ERROR')
    assert.deepEqual(
      (await details({ trade_no, ...told })).map(({ state }) => state),
      ['SUCCESS'],
    )
    assert.equal(short(await settle(trade_no, [share('10.00')], told)), '10000')
  })
})

describe('a refund of a shared trade', () => {
  before(() => relation('bind', [ofPartner()]))
  const refund = (trade: object, amount: string, told: object = {}) =>
    said('alipay.trade.refund', { ...trade, out_request_no: newNumber(), refund_amount: amount, ...told })
  const pull = (amount: string) => ({ refund_royalty_parameters: [{ trans_out: partner, amount }] })

  test('takes the share back in proportion by itself', async () => {
    const trade = await aTrade()
    await settle(trade.trade_no, [share('30.00')])
    const has = balance()
    const told = { out_request_no: newNumber() }
    assert.equal(short(await refund(trade, '50.00', told)), '10000')
    const asked = await said('alipay.trade.fastpay.refund.query', { ...trade, ...told })
    const [back] = asked.refund_royaltys as unknown as Form[]
    assert.deepEqual([back?.trans_out, back?.refund_amount, back?.result_code], [partner, '15.00', 'SUCCESS'])
    assert.equal(
      balance().availableFen - has.availableFen,
      -5000 + 1500 + 30,
      'the fee of that part comes back as well',
    )
  })

  test('takes back what it says, and no more than there is', async () => {
    const trade = await aTrade()
    await settle(trade.trade_no, [share('30.00')])
    assert.equal(short(await refund(trade, '50.00', pull('30.01'))), '40004 ACQ.ALLOC_AMOUNT_VALIDATE_ERROR')
    const stranger = {
      refund_royalty_parameters: [{ trans_out: simulator.control.identityOf('driver-1'), amount: '1.00' }],
    }
    assert.equal(short(await refund(trade, '50.00', stranger)), '40004 ACQ.REFUND_ROYALTY_PAYEE_ACCOUNT_NOT_EXIST')
    const told = { ...pull('30.00'), out_request_no: newNumber() }
    assert.equal(short(await refund(trade, '50.00', told)), '10000')
    assert.equal((await refund(trade, '50.00', told)).fund_change, 'N', 'said again it is the same refund')
  })

  test('told of nobody, takes it back all the same; from whoever has spent it, nothing, and told of that one it is refused', async () => {
    const [said, silent] = [await aTrade(), await aTrade()]
    for (const { trade_no } of [said, silent]) await settle(trade_no, [share('30.00')])
    const has = () => simulator.control.balance(partner).availableFen
    const before = has()
    assert.equal(short(await refund(silent, '50.00', { refund_royalty_parameters: [] })), '10000')
    assert.equal(has(), before - 1500)
    const spentFen = has()
    simulator.control.deposit(partner, -spentFen as Fen)
    assert.equal(short(await refund(said, '50.00', pull('15.00'))), '40004 ACQ.ALLOC_AMOUNT_VALIDATE_ERROR')
    clock.advance(3_000)
    assert.equal(short(await refund(silent, '50.00')), '10000')
    assert.equal(has(), 0)
    simulator.control.deposit(partner, spentFen as Fen)
  })

  test('is refused where the seller has spent the money', async () => {
    const alone = await startAlipaySimulator({ dir: '', port: 0, clock, durable: false })
    const biz = { total_amount: '10.00', subject: '停车费', buyer_id: alone.control.identityOf('driver-1') }
    const say = (method: string, about: object) => callByHand(alone.settings, { method, biz: about, now: clock.now() })
    const out_trade_no = newNumber()
    await say('alipay.trade.create', { ...biz, out_trade_no })
    alone.control.pay(out_trade_no)
    alone.control.deposit(alone.settings.sellerId, -1 as Fen)
    const all = { out_trade_no, out_request_no: 'r', refund_amount: '10.00' }
    assert.equal(short(await say('alipay.trade.refund', all)), '40004 ACQ.SELLER_BALANCE_NOT_ENOUGH')
    alone.control.deposit(alone.settings.sellerId, 1 as Fen)
    assert.equal((await say('alipay.trade.refund', all)).fund_change, 'Y')
    assert.deepEqual(alone.control.balance(alone.settings.sellerId), { availableFen: 0, frozenFen: 0 })
    await alone.close()
  })

  test('whatever is shared and given back, in whatever order, no fen is made or lost', async () => {
    const step = fc.record({ share: fc.boolean(), fen: fc.integer({ min: 1, max: 4_000 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.boolean(), async (steps, freeze) => {
        const { trade_no, out_trade_no } = await aTrade({ freeze })
        const before = balance()
        let [shared, refunded] = [0, 0]
        for (const one of steps) {
          const yuan = toYuan(one.fen as Fen)
          clock.advance(3_000)
          if (one.share) {
            if ((await settle(trade_no, [share(yuan)])).code === '10000') shared += one.fen
            continue
          }
          const told = { out_request_no: newNumber() }
          if ((await refund({ trade_no }, yuan, told)).code !== '10000') continue
          refunded += one.fen
          const asked = await said('alipay.trade.fastpay.refund.query', { trade_no, ...told })
          const back = (asked.refund_royaltys ?? []) as unknown as Form[]
          shared -= back.reduce((sum, { refund_amount: amount }) => sum + Math.round(Number(amount) * 100), 0)
        }
        assert.ok(shared >= 0 && shared <= 3_000 && refunded <= 10_000)
        const kept = 10_000 - refunded
        const feeBack = 60 - Math.floor((kept * 6 + 500) / 1000)
        const moved = (of: typeof before) => of.availableFen + of.frozenFen
        assert.equal(moved(balance()) - moved(before), -refunded - shared + feeBack, out_trade_no)
        if (!freeze) assert.equal(balance().frozenFen, before.frozenFen)
      }),
      { numRuns: 25 },
    )
  })
})

test('relations, shares and what is frozen are still there after a restart', async (t) => {
  const options = { dir: folder(t), port: 0, clock }
  const first = await startAlipaySimulator(options)
  const call = (one: AlipaySimulator, method: string, biz: object) =>
    callByHand(one.settings, { method, biz, now: clock.now() })
  const person = first.control.personOf({ loginName: 'partner@example.com', name: '张三' })
  const receiver_list = [{ type: 'userId', account: person.userId }]
  await call(first, 'alipay.trade.royalty.relation.bind', { out_request_no: 'b1', receiver_list })
  const biz = {
    out_trade_no: newNumber(),
    total_amount: '100.00',
    subject: '停车费',
    buyer_id: first.control.identityOf('driver-1'),
    extend_params: { royalty_freeze: 'true' },
  }
  const { trade_no } = await call(first, 'alipay.trade.create', biz)
  first.control.pay(biz.out_trade_no)
  const asked = { trade_no, out_request_no: 's1', royalty_parameters: [share('10.00', { trans_in: person.userId })] }
  const { settle_no } = await call(first, 'alipay.trade.order.settle', asked)
  const has = first.control.balance(first.settings.sellerId)
  await first.close()
  const second = await startAlipaySimulator(options)
  t.after(() => second.close())
  assert.deepEqual(second.control.balance(second.settings.sellerId), has)
  assert.equal((await call(second, 'alipay.trade.order.settle', asked)).settle_no, settle_no)
  assert.equal((await call(second, 'alipay.trade.order.settle', { ...asked, out_request_no: 's2' })).code, '10000')
})

test('the independent client: bind, share, query', async (t) => {
  const live = await startAlipaySimulator({
    dir: '',
    durable: false,
    port: 0,
    clock: { now: () => Date.now() as never },
  })
  t.after(() => live.close())
  const sdk = sdkOf(live.settings)
  const exec = (method: string, bizContent: object) => sdk.exec(method, { bizContent }, { validateSign: true })
  const { userId } = live.control.personOf({ loginName: 'partner@example.com', name: '张三' })
  const receiver_list = [{ type: 'userId', account: userId, name: '张三' }]
  const bound = await exec('alipay.trade.royalty.relation.bind', { out_request_no: 'b1', receiver_list })
  assert.equal(bound.resultCode, 'SUCCESS', JSON.stringify(bound))
  const out_trade_no = newNumber()
  const created = await exec('alipay.trade.create', {
    out_trade_no,
    total_amount: '10.00',
    subject: '停车费',
    buyer_id: live.control.identityOf('driver-1'),
  })
  live.control.pay(out_trade_no)
  const settled = await exec('alipay.trade.order.settle', {
    out_request_no: 's1',
    trade_no: created.tradeNo,
    royalty_parameters: [share('3.00', { trans_in: userId })],
  })
  const asked = await exec('alipay.trade.order.settle.query', { settle_no: settled.settleNo })
  assert.equal(asked.royaltyDetailList[0].state, 'SUCCESS', JSON.stringify(asked))
})
