import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import type { ChannelError } from '../channel.ts'
import type { ShareOrder, SharePart } from '../shares.ts'
import { wechatPaySettingsFaults } from './check-settings.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { aNotification, at, noon, pemOf, platform, publicKeyId, someSettings } from './fixtures.ts'
import type { Json } from './json.ts'
import { publicRingKey, type RingKey } from './key-ring.ts'
import type { Keys } from './keys.ts'
import { openNotification, readHeard } from './notification.ts'
import { decryptField } from './oaep.ts'
import { readReturn, readShare } from './share-answers.ts'
import { wechatPayShares } from './shares.ts'

const key = publicRingKey({ id: publicKeyId, pem: pemOf(platform.publicKey) })
const partner = { subMchid: '1900000109' }
const receiver = { kind: 'merchant', account: '1900000200', name: '深圳市某某停车管理有限公司' } as const
const aPart = (told: Partial<SharePart> = {}): SharePart => ({
  receiver: { kind: 'merchant', account: '1900000200' },
  amountFen: fen(200),
  description: '停车费分润',
  ...told,
})
const aShare = (told: Partial<ShareOrder> = {}): ShareOrder => ({
  shareNumber: '40010000007000000000000000123458',
  tradeNumber: '10010000007000000000000000123456',
  channelTradeNo: '4200002345202606011234567891',
  paymentFen: fen(1000),
  parts: [aPart()],
  finish: true,
  ...told,
})

/** The ability over a client that answers this and keeps what it was asked. */
function shares(answer: Result<Json, Unanswered>, told: { key?: RingKey | null; limit?: number; direct?: true } = {}) {
  const asked: ApiRequest[] = []
  const client: Client = async (request) => {
    asked.push(request)
    return answer
  }
  const keys: Keys = {
    verify: async () => ok(undefined),
    refresh: async () => true,
    encryptingKey: (_now: Instant) => (told.key === null ? undefined : key),
  }
  const settings = someSettings({
    mode: told.direct ? 'direct' : 'partner',
    mchid: '1900000100',
    appid: 'wx8888888888888888',
    shares: told.limit === undefined ? {} : { largestBasisPoints: told.limit },
  })
  const ability = wechatPayShares(settings, { client, keys, clock: { now: () => noon } })
  return { ability, asked, body: () => JSON.parse(asked[0]?.body ?? '') as Json }
}
const failure = (status: number, code: string, message = ''): Result<Json, Unanswered> =>
  err({ kind: 'failure', failure: { status, code, message, requestNumber: null } })
const said = (read: Result<unknown, ChannelError>): string => {
  if (read.ok) return typeof read.value === 'object' ? String((read.value as Json).state) : String(read.value)
  return read.error.kind === 'refused'
    ? `${read.error.alarm ? 'alarm' : 'refused'} ${read.error.code}`
    : read.error.kind
}
const answered = (told: Json = {}): Json => ({
  sub_mchid: '1900000109',
  transaction_id: aShare().channelTradeNo,
  out_order_no: aShare().shareNumber,
  order_id: '3008450740201411110007820472',
  state: 'FINISHED',
  receivers: [
    {
      type: 'MERCHANT_ID',
      account: '1900000200',
      amount: 200,
      result: 'SUCCESS',
      finish_time: '2026-06-01T12:05:00+08:00',
    },
  ],
  ...told,
})

describe('what is sent', () => {
  test('a share, in partner and in direct mode', async () => {
    const { ability, body, asked } = shares(ok(answered()))
    assert.equal(said(await ability.share(partner, aShare())), 'finished')
    assert.equal(asked[0]?.path, '/v3/profitsharing/orders')
    assert.equal(asked[0]?.encryptedWith, undefined, 'no name, no key named')
    const expected = {
      appid: 'wx8888888888888888',
      transaction_id: '4200002345202606011234567891',
      out_order_no: '40010000007000000000000000123458',
      receivers: [{ type: 'MERCHANT_ID', account: '1900000200', amount: 200, description: '停车费分润' }],
      unfreeze_unsplit: true,
    }
    assert.deepEqual(body(), { sub_mchid: '1900000109', ...expected })
    const own = shares(ok(answered()), { direct: true })
    await own.ability.share({}, aShare())
    assert.deepEqual(own.body(), expected)
  })

  test('a receiver, with a name that only WeChat Pay reads and the key that was used', async () => {
    const { ability, body, asked } = shares(ok({}))
    assert.equal(said(await ability.addReceiver(partner, receiver, '')), 'added')
    const { name, ...rest } = body()
    assert.deepEqual(rest, {
      sub_mchid: '1900000109',
      appid: 'wx8888888888888888',
      type: 'MERCHANT_ID',
      account: '1900000200',
      relation_type: 'PARTNER',
    })
    assert.deepEqual(decryptField(platform.privateKey, String(name)), ok(receiver.name))
    assert.equal(asked[0]?.encryptedWith, publicKeyId)
  })

  test('we ourselves are a receiver by another relation; a person needs no name', async () => {
    const us = shares(ok({}))
    await us.ability.addReceiver(partner, { ...receiver, account: '1900000100' }, '')
    assert.equal(us.body().relation_type, 'SERVICE_PROVIDER')
    const person = shares(ok({}), { key: null })
    assert.equal(said(await person.ability.addReceiver(partner, { kind: 'person', account: 'oUpF8' }, '')), 'added')
    assert.equal(person.body().type, 'PERSONAL_OPENID')
  })

  test('release, rest, limit and returns', async () => {
    const released = shares(ok(answered({ receivers: [] })))
    await released.ability.release(partner, { ...aShare(), description: '' })
    assert.deepEqual(
      [released.asked[0]?.path, released.body()],
      [
        '/v3/profitsharing/orders/unfreeze',
        {
          sub_mchid: '1900000109',
          transaction_id: '4200002345202606011234567891',
          out_order_no: '40010000007000000000000000123458',
          description: '解冻全部剩余资金',
        },
      ],
    )
    const rest = shares(ok({ transaction_id: aShare().channelTradeNo, unsplit_amount: 800 }))
    assert.deepEqual(await rest.ability.rest(partner, aShare().channelTradeNo), ok(800))
    assert.equal(rest.asked[0]?.path, '/v3/profitsharing/transactions/4200002345202606011234567891/amounts')
    const limit = shares(ok({ sub_mchid: '1900000109', max_ratio: 2000 }))
    assert.deepEqual(await limit.ability.limit(partner, ''), ok(2000))
    assert.equal(limit.asked[0]?.path, '/v3/profitsharing/merchant-configs/1900000109')
    const own = shares(ok({}), { direct: true })
    assert.deepEqual([await own.ability.limit({}, ''), own.asked.length], [ok(3000), 0])
    const back = shares(ok({}))
    const order = { returnNumber: 'R1', shareNumber: 'S1', from: receiver, amountFen: fen(200), description: '' }
    await back.ability.returns?.takeBack(partner, order)
    assert.deepEqual(back.body(), {
      sub_mchid: '1900000109',
      out_order_no: 'S1',
      out_return_no: 'R1',
      return_mchid: '1900000200',
      amount: 200,
      description: '分账回退',
    })
    const asking = shares(ok({}))
    await asking.ability.returns?.query(partner, order)
    await asking.ability.query(partner, aShare())
    assert.deepEqual(
      asking.asked.map(({ path }) => path),
      [
        '/v3/profitsharing/return-orders/R1?out_order_no=S1&sub_mchid=1900000109',
        '/v3/profitsharing/orders/40010000007000000000000000123458?transaction_id=4200002345202606011234567891&sub_mchid=1900000109',
      ],
    )
  })

  const here: [what: string, told: Partial<ShareOrder>, code: string, limit?: number][] = [
    ['a fen over thirty per cent', { parts: [aPart({ amountFen: fen(301) })] }, 'alarm OVER_LIMIT'],
    ['thirty per cent', { parts: [aPart({ amountFen: fen(300) })] }, 'finished'],
    ['more, where the operator lets us', { parts: [aPart({ amountFen: fen(400) })] }, 'finished', 4000],
    ['a receiver twice', { parts: [aPart(), aPart()] }, 'alarm PARTS'],
    ['nobody', { parts: [] }, 'alarm PARTS'],
    ['nothing', { parts: [aPart({ amountFen: fen(0) })] }, 'alarm PARTS'],
    [
      'a name of 215 bytes',
      { parts: [aPart({ receiver: { ...receiver, name: 'x'.repeat(215) } })] },
      'alarm NAME_TOO_LONG',
    ],
  ]
  for (const [what, told, meaning, limit] of here)
    test(`a share of ${what}: ${meaning}`, async () => {
      const { ability, asked } = shares(ok(answered()), limit === undefined ? {} : { limit })
      assert.equal(said(await ability.share(partner, aShare(told))), meaning)
      assert.equal(asked.length, meaning.startsWith('alarm') ? 0 : 1, 'what is refused here is never sent')
    })
  test('what cannot be right is refused here: no name of a merchant, no key, a person who gives back', async () => {
    const { ability, asked } = shares(ok({}), { key: null })
    assert.equal(said(await ability.addReceiver(partner, receiver, '')), 'alarm NO_KEY')
    assert.equal(said(await ability.addReceiver(partner, { ...receiver, name: '' }, '')), 'alarm NAME_MISSING')
    const from = { kind: 'person', account: 'oUpF8' } as const
    const order = { returnNumber: 'R1', shareNumber: 'S1', from, amountFen: fen(1), description: '' }
    assert.ok(ability.returns)
    assert.equal(said(await ability.returns.takeBack(partner, order)), 'alarm NOT_A_MERCHANT')
    assert.equal(asked.length, 0)
  })
})

describe('what the answers mean', () => {
  const part = (told: Json) => answered({ receivers: [{ account: '1900000200', amount: 200, ...told }] })
  const states: [what: string, answer: Json, state: string, parts?: string[]][] = [
    ['everybody got money', answered(), 'finished', ['done']],
    ['work goes on', answered({ state: 'PROCESSING' }), 'pending', ['done']],
    ['over, with a part that is not', part({ result: 'PENDING' }), 'pending', ['pending']],
    ['over, with a result of next year', part({ result: 'NEW' }), 'pending', ['pending']],
    ['a state of next year', answered({ state: 'NEW' }), 'pending', ['done']],
    ['a part that failed', part({ result: 'CLOSED', fail_reason: 'NO_RELATION' }), 'finished', ['failed']],
    ['nobody, as for a release', answered({ receivers: undefined }), 'finished', []],
    ['another share', answered({ out_order_no: '1' }), 'unclear'],
    ['another payment', answered({ transaction_id: '1' }), 'unclear'],
    ['an amount that is none', part({ amount: '2.00', result: 'SUCCESS' }), 'unclear'],
  ]
  for (const [what, answer, state, parts] of states)
    test(`${what}: ${state}`, () => {
      const read = readShare(aShare(), answer)
      assert.equal(said(read), state)
      assert.deepEqual(read.ok ? read.value.parts.map((one) => one.state) : undefined, parts)
    })

  const refusals: [status: number, code: string, message: string, meaning: string][] = [
    [400, 'INVALID_REQUEST', '订单处理中，暂时无法分账，请稍后再试', 'unclear'],
    [400, 'INVALID_REQUEST', '非分账订单不支持分账', 'alarm INVALID_REQUEST'],
    [403, 'NOT_ENOUGH', '', 'refused NOT_ENOUGH'],
    [403, 'NO_AUTH', '', 'alarm NO_AUTH'],
    [403, 'RULE_LIMIT', '', 'refused RULE_LIMIT'],
    [429, 'RATELIMIT_EXCEEDED', '', 'unclear'],
    [500, 'SYSTEM_ERROR', '', 'unclear'],
    [404, 'RESOURCE_NOT_EXISTS', '', 'refused RESOURCE_NOT_EXISTS'],
  ]
  for (const [status, code, message, meaning] of refusals)
    test(`${status} ${code} ${message}: ${meaning}`, async () => {
      const { ability } = shares(failure(status, code, message))
      assert.equal(said(await ability.share(partner, aShare())), meaning)
    })

  test('a share that nobody has heard of is unknown, and worth the same number again', async () => {
    const { ability } = shares(failure(404, 'RESOURCE_NOT_EXISTS'))
    assert.equal(said(await ability.query(partner, aShare())), 'unknown')
  })

  const asked = { returnNumber: 'R1', shareNumber: 'S1' }
  const returns: [answer: Json, meaning: string][] = [
    [{ out_return_no: 'R1', out_order_no: 'S1', result: 'SUCCESS', amount: 200 }, 'done'],
    [{ out_return_no: 'R1', out_order_no: 'S1', result: 'SUCCESS' }, 'unclear'],
    [{ out_return_no: 'R1', out_order_no: 'S1', result: 'PROCESSING' }, 'pending'],
    [{ out_return_no: 'R1', out_order_no: 'S1', result: 'NEW' }, 'pending'],
    [{ out_return_no: 'R1', out_order_no: 'S1', result: 'FAILED', fail_reason: 'BALANCE_NOT_ENOUGH' }, 'failed'],
    [{ out_return_no: 'R2', out_order_no: 'S1', result: 'SUCCESS', amount: 200 }, 'unclear'],
  ]
  for (const [answer, meaning] of returns)
    test(`a return ${answer.result} of ${answer.out_return_no}: ${meaning}`, () =>
      assert.equal(said(readReturn(asked, answer)), meaning))

  const wrong: [what: string, answer: Json][] = [
    ['no amount', { transaction_id: aShare().channelTradeNo }],
    ['another payment', { transaction_id: '1', unsplit_amount: 1 }],
  ]
  for (const [what, answer] of wrong)
    test(`a rest with ${what} is no answer`, async () =>
      assert.equal(said(await shares(ok(answer)).ability.rest(partner, aShare().channelTradeNo)), 'unclear'))
})

describe('the notice to a receiver', () => {
  const plaintext = {
    sp_mchid: '1900000100',
    sub_mchid: '1900000109',
    transaction_id: '4200002345202606011234567891',
    order_id: '3008450740201411110007820472',
    out_order_no: 'S1',
    receiver: { type: 'MERCHANT_ID', account: '1900000100', amount: 200, description: '停车费分润' },
    success_time: '2026-06-01T12:05:00+08:00',
  }
  const hear = async (event: string, told: Json) => {
    const raw = aNotification({ event, plaintext: told })
    const opened = await openNotification(async () => ok(undefined), Buffer.from(someSettings().apiV3Key), raw)
    assert.ok(opened.ok)
    const heard = readHeard({ mode: 'partner', mchid: '1900000100', appid: 'wx8888888888888888' }, opened.value)
    assert.ok(heard.ok && heard.value.kind === 'other')
    return heard.value.share
  }
  test('says what came or went, and nothing that payments or refunds wait for', async () => {
    const facts = {
      shareNumber: 'S1',
      channelShareNo: '3008450740201411110007820472',
      channelTradeNo: '4200002345202606011234567891',
      account: '1900000100',
      amountFen: 200,
      at: at('2026-06-01T12:05:00+08:00'),
    }
    assert.deepEqual(await hear('PROFITSHARING.SUCCESS', plaintext), { way: 'came', ...facts })
    assert.deepEqual(await hear('PROFITSHARING.RETURN', plaintext), { way: 'taken-back', ...facts })
    assert.equal(await hear('PROFITSHARING.SUCCESS', { ...plaintext, sp_mchid: '1' }), undefined, 'of another account')
    assert.equal(await hear('PROFITSHARING.SUCCESS', { ...plaintext, receiver: {} }), undefined, 'without its facts')
    assert.equal(await hear('COUPON.USE', plaintext), undefined, 'of another product')
  })
})

test('whatever is sent adds up to no more than the limit lets us share', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      async (amounts, paid, limit) => {
        const { ability, asked } = shares(ok(answered()), { limit })
        const parts = amounts.map((amount, index) =>
          aPart({ receiver: { kind: 'merchant', account: `19000002${index}` }, amountFen: fen(amount) }),
        )
        await ability.share(partner, aShare({ parts, paymentFen: fen(paid) }))
        const sum = amounts.reduce((total, one) => total + one, 0)
        assert.equal(asked.length, sum * 10_000 <= paid * limit ? 1 : 0)
      },
    ),
  ))

test('a limit is a part of the payment, from one ten-thousandth to all of it', () => {
  const faults = (largestBasisPoints: number) =>
    wechatPaySettingsFaults(someSettings({ shares: { largestBasisPoints } }))
  for (const limit of [1, 3_000, 10_000]) assert.deepEqual(faults(limit), [])
  for (const limit of [0, 10_001, 0.3]) assert.deepEqual(faults(limit), ['shares.largestBasisPoints: 1 to 10000'])
})
