import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import type { Order } from '../channel.ts'
import { zldpayChannel } from './channel.ts'
import { isSortedSigned, sortedSign } from './sign.ts'
import type { PartnerWallet } from './wallet.ts'

const wallet: PartnerWallet = {
  ...{ unionId: '10001', name: '车载钱包', key: 'a key of sixteen' },
  ...{ payUrl: 'https://wallet.example/zldpay/thirdpay.do', noticeUrl: null, book: 'newer' },
}
const channel = zldpayChannel({ walletOf: async (unionId) => (unionId === wallet.unionId ? wallet : null) })
const merchant = { walletUnionId: wallet.unionId }
const anOrder = (told: Partial<Order> = {}): Order => ({
  ...{
    tradeNumber: '10420000042000000000000012345678',
    amountFen: fen(1205),
    description: '停车费',
    plate: '苏DTTTTT',
  },
  ...{ place: 'wallet', createdAt: 0 as Instant, expiresAt: 600_000 as Instant },
  ...{ notifyUrl: 'https://pay.example/notify/zldpay', ...told },
})

describe('the sign of the older book', () => {
  test('is the printed one over the printed members, whatever their order', () => {
    const printed = {
      ...{ union_id: '10001', phone: '13899884433', park_id: '1001', address: '北京上地三街9号', empty_plot: '56' },
      ...{ name: '北京上地三街9号院停车场', lng: '123.994449', rand: '0.20354312785198048' },
      ...{ total_plot: '90', lat: '32.466666' },
    }
    assert.equal(sortedSign(printed, 'NQ0eSXs720170114'), '82A4EA10F60AEE4172AE4F3C774156EB')
  })
  test('holds for what was signed, and for nothing that says something else', () =>
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[a-z_]{1,8}$/).filter((name) => name !== 'sign'),
          fc.string(),
          { minKeys: 1 },
        ),
        fc.string({ minLength: 1 }),
        (members, more) => {
          const said = { ...members, sign: sortedSign(members, wallet.key) }
          const [name] = Object.keys(members) as [string]
          assert.ok(isSortedSigned(said, wallet.key))
          assert.ok(isSortedSigned({ ...said, nothing: '' }, wallet.key))
          assert.ok(!isSortedSigned(said, `${wallet.key}x`))
          assert.ok(!isSortedSigned({ ...said, [name]: `${members[name]}${more}` }, wallet.key))
        },
      ),
    ))
})

describe('where a browser is sent to pay', () => {
  test('money with two decimals, the plate encoded twice, our addresses with the number, all of it signed', async () => {
    const sheet = await channel.create(merchant, anOrder({ returnUrl: 'https://pay.example/p/42' }))
    assert.ok(sheet.ok && sheet.value.kind === 'redirect')
    const url = new URL(sheet.value.url)
    const said: Record<string, string> = Object.fromEntries(url.searchParams)
    assert.equal(`${url.origin}${url.pathname}`, wallet.payUrl)
    assert.match(url.search, /plate_number=%25E8%258B%258FDTTTTT&/)
    const members: Record<string, string> = { ...said, plate_number: decodeURIComponent(said.plate_number!) }
    assert.ok(isSortedSigned(members, wallet.key))
    const { sign: _, rand: __, ...rest } = members
    assert.deepEqual(rest, {
      ...{ trade_no: '10420000042000000000000012345678', money: '12.05', plate_number: '苏DTTTTT' },
      callback_url: 'https://pay.example/notify/zldpay?trade_no=10420000042000000000000012345678',
      cancel_url: 'https://pay.example/p/42?trade_no=10420000042000000000000012345678',
    })
  })
  test('the same order is the same address', async () => {
    assert.deepEqual(await channel.create(merchant, anOrder()), await channel.create(merchant, anOrder()))
  })
  test('a partner whom nobody knows is refused, and an account without one is a mistake of ours', async () => {
    const refused = await channel.create({ walletUnionId: '7' }, anOrder())
    assert.ok(!refused.ok && refused.error.kind === 'refused' && refused.error.code === 'WALLET_UNKNOWN')
    assert.throws(() => channel.accountKey({}), /walletUnionId/)
  })
})

describe('what a wallet calls back', () => {
  const paid = {
    ...{ union_id: '10001', trade_no: anOrder().tradeNumber, money: '12.05', state: '1', pay_time: '1551769925' },
    ...{ user_id: 'u7', wallet_trade_no: 'jd2019030500111', rand: '5' },
  }
  const read = (said: Record<string, string>, told: { key?: string; body?: string } = {}) => {
    const form = new URLSearchParams({ ...said, sign: sortedSign(said, told.key ?? wallet.key) })
    return channel.readNotification({ headers: {}, body: Buffer.from(told.body ?? form.toString()) })
  }
  test('paid: the number, the account, the amount in fen, when and by whom', async () => {
    const heard = await read(paid)
    assert.ok(heard.ok && heard.value.kind === 'payment')
    assert.deepEqual(heard.value.state, {
      state: 'paid',
      paid: {
        ...{ tradeNumber: paid.trade_no, accountKey: '10001', amountFen: 1205, currency: 'CNY' },
        ...{ channelTradeNo: 'jd2019030500111', paidAt: 1_551_769_925_000, payer: 'u7' },
      },
    })
  })
  test('a member that is new to us is signed too, and no other state decides anything', async () => {
    const heard = await read({ ...paid, state: '0', bonus: '积分' })
    assert.ok(heard.ok && heard.value.kind === 'payment')
    assert.deepEqual(heard.value.state, { state: 'pending' })
  })
  const refusals: [string, Record<string, string>, string, { key?: string; body?: string }?][] = [
    ['another key', paid, 'bad-signature', { key: 'somebody else’s key' }],
    ['no sign', paid, 'bad-signature', { body: new URLSearchParams(paid).toString() }],
    ['nobody', { ...paid, union_id: '10002' }, 'unknown-key'],
    ['nothing', {}, 'unknown-key', { body: '' }],
    ['a member twice', paid, 'malformed', { body: 'union_id=10001&union_id=10001' }],
    ['no amount', { ...paid, money: '' }, 'malformed'],
    ['an amount of three decimals', { ...paid, money: '12.055' }, 'malformed'],
    ['a time in milliseconds', { ...paid, pay_time: '1551769925000' }, 'malformed'],
    ['no number of the wallet’s', { ...paid, wallet_trade_no: '' }, 'malformed'],
    ['no number of ours', { ...paid, trade_no: '' }, 'malformed'],
  ]
  const sign = sortedSign(paid, wallet.key)
  const bent = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')
  for (const [what, said] of [
    ['of the sign', { ...paid, sign: bent(sign) }],
    ['of the key', { ...paid, sign: sortedSign(paid, bent(wallet.key)) }],
    ['of the amount', { ...paid, money: bent(paid.money), sign }],
    ['of our number', { ...paid, trade_no: bent(paid.trade_no), sign }],
    ['of the time', { ...paid, pay_time: bent(paid.pay_time), sign }],
  ] as const)
    test(`one byte ${what} is another: bad-signature`, async () => {
      const heard = await read(paid, { body: new URLSearchParams(said).toString() })
      assert.equal(heard.ok || heard.error.kind, 'bad-signature')
    })
  for (const [what, said, kind, told] of refusals)
    test(`${what}: ${kind}`, async () => {
      const heard = await read(said, told)
      assert.ok(!heard.ok)
      assert.equal(heard.error.kind, kind)
    })
  test('is answered by a word', () => {
    assert.equal(channel.replyTo('accepted').body, 'success')
    assert.equal(channel.replyTo('refused').body, 'fail')
  })
})

test('what the protocol has no call for decides nothing: in doubt it stays pending, and no money is said to go back', async () => {
  assert.deepEqual(await channel.query(merchant, anOrder().tradeNumber), { ok: true, value: { state: 'pending' } })
  const refund = {
    tradeNumber: '1',
    refundNumber: '2',
    amountFen: fen(1),
    paymentFen: fen(1),
    reason: '',
    notifyUrl: '',
  }
  for (const answer of [await channel.refund(merchant, refund), await channel.queryRefund(merchant, refund)])
    assert.ok(!answer.ok && answer.error.kind === 'refused' && answer.error.code === 'NO_REFUND_CALL')
})

test('a browser is whoever we said it is, and nobody by its own choice', async () => {
  const url = new URL(channel.identityUrl(merchant, { redirectUri: 'https://pay.example/p/back/zldpay', state: 's1' }))
  assert.deepEqual([url.pathname, url.searchParams.get('state')], ['/p/back/zldpay', 's1'])
  const code = url.searchParams.get('code') ?? ''
  assert.deepEqual(await channel.identify(merchant, code), { ok: true, value: code })
  for (const chosen of ['', 'u1', `${code}0`])
    assert.deepEqual(await channel.identify(merchant, chosen), { ok: false, error: { kind: 'stale-code' } })
})
