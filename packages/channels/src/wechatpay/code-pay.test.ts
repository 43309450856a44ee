import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import vendor from 'wechatpay-axios-plugin'
import type { ChannelError } from '../channel.ts'
import type { CodeOrder, CodeState, Reversal } from '../pay-code.ts'
import type { Account } from './account.ts'
import type { ApiRequest, Client, Unanswered } from './client.ts'
import { readMicropay, readOrderquery, readReverse, readV2Time, writeV2Time } from './code-answers.ts'
import { codePayOverV3, codepayRequest, isPayCode, micropayCall } from './code-pay.ts'
import { anOrder, aRefund, at, noon, paidFacts, someSettings } from './fixtures.ts'
import type { Json } from './json.ts'
import { createRequest } from './order.ts'
import { type V2Settings, v2Body } from './v2-client.ts'
import { isV2Notification, readV2Notification, readV2Refund, replyToV2, v2RefundCall } from './v2-refund.ts'
import { readV2Xml, writeV2Xml } from './v2-xml.ts'

const v2: V2Settings = {
  version: 'v2',
  apiV2Key: '192006250b4c09247ec02edce69f6a2d',
  signType: 'HMAC-SHA256',
  refunds: 'v3',
}
const direct: Account = { mode: 'direct', mchid: '1900000001', appid: 'wx1111111111111111' }
const partner: Account = {
  mode: 'partner',
  spMchid: '1900000100',
  spAppid: 'wx8888888888888888',
  subMchid: '1900000109',
  subAppid: undefined,
}
const aScan = (told: Partial<CodeOrder> = {}): CodeOrder => ({
  tradeNumber: anOrder().tradeNumber,
  amountFen: fen(1500),
  description: '停车费 阳光花园 粤B·1**45',
  code: '134567890123456789',
  createdAt: noon,
  expiresAt: at('2026-06-01T12:10:00+08:00'),
  clientIp: '203.0.113.7',
  lotCode: 'L0000007',
  laneCode: 'exit-2',
  ...told,
})
const asked = { account: direct, tradeNumber: aScan().tradeNumber }
const fieldsOf = (xml: string) => {
  const read = readV2Xml(xml)
  assert.ok(read.ok)
  return read.value
}

describe('what is sent', () => {
  const common = {
    nonce_str: 'N1',
    sign_type: 'HMAC-SHA256',
    device_info: 'exit-2',
    body: '停车费 阳光花园 粤B·1**45',
    out_trade_no: aScan().tradeNumber,
    total_fee: '1500',
    fee_type: 'CNY',
    spbill_create_ip: '203.0.113.7',
    time_start: '20260601120000',
    time_expire: '20260601121000',
    auth_code: '134567890123456789',
    scene_info: '{"store_info":{"id":"L0000007"}}',
    profit_sharing: 'N',
  }
  const bodies: [what: string, account: Account, order: CodeOrder, fields: object][] = [
    ['direct', direct, aScan(), { appid: direct.appid, mch_id: direct.mchid, ...common }],
    [
      'partner, to be shared, with a deadline nearer than v2 takes',
      partner,
      aScan({ toShare: true, expiresAt: at('2026-06-01T12:00:45+08:00') }),
      {
        appid: 'wx8888888888888888',
        mch_id: '1900000100',
        sub_mch_id: '1900000109',
        ...common,
        time_expire: '20260601120500',
        profit_sharing: 'Y',
      },
    ],
  ]
  for (const [what, account, order, fields] of bodies)
    test(`micropay, ${what}, with the signature that the vendor's SDK makes`, () => {
      const { sign, ...sent } = fieldsOf(v2Body(v2, micropayCall(account, order), 'N1'))
      assert.deepEqual(sent, fields)
      assert.equal(sign, vendor.Hash.sign('HMAC-SHA256', fields as Record<string, string>, v2.apiV2Key))
    })

  test('codepay of v3', () => {
    const { path, body } = codepayRequest(partner, aScan({ toShare: true }))
    assert.equal(path, '/v3/pay/partner/transactions/codepay')
    assert.deepEqual(JSON.parse(body), {
      sp_appid: 'wx8888888888888888',
      sp_mchid: '1900000100',
      sub_mchid: '1900000109',
      description: '停车费 阳光花园 粤B·1**45',
      out_trade_no: aScan().tradeNumber,
      payer: { auth_code: '134567890123456789' },
      amount: { total: 1500, currency: 'CNY' },
      scene_info: { device_id: 'exit-2', device_ip: '203.0.113.7', store_info: { out_id: 'L0000007' } },
      settle_info: { profit_sharing: true },
    })
  })

  test('an order of the page is kept back for sharing only when it says so', () => {
    const bodyOf = (toShare: boolean | undefined) => {
      const request = createRequest(direct, anOrder(toShare === undefined ? {} : { toShare }))
      assert.ok(request.ok)
      return (JSON.parse(request.value.body) as Json).settle_info
    }
    assert.deepEqual([bodyOf(true), bodyOf(false), bodyOf(undefined)], [{ profit_sharing: true }, undefined, undefined])
  })
})

const codes: [code: string, whose: boolean][] = [
  ['100000000000000000', true],
  ['159999999999999999', true],
  ['099999999999999999', false],
  ['160000000000000000', false],
  ['1345678901234567890', false],
  ['13456789012345678', false],
  ['281234567890123456', false], // Alipay's
  ['13456789012345678x', false],
]
for (const [code, whose] of codes)
  test(`${code} is ${whose ? '' : 'not '}a code of WeChat Pay`, () => assert.equal(isPayCode(code), whose))

const said = <T extends { readonly state: string }>(read: Result<T, ChannelError>): string => {
  if (!read.ok) return read.error.kind === 'refused' && read.error.alarm ? 'refused, alarm' : read.error.kind
  const value = read.value as { state: string; because?: string }
  return value.because ? `declined: ${value.because}` : value.state
}

describe('what the v2 answers mean', () => {
  const paid = {
    return_code: 'SUCCESS',
    result_code: 'SUCCESS',
    out_trade_no: asked.tradeNumber,
    total_fee: '1500',
    transaction_id: '4200002345202606011234567891',
    time_end: '20260601103212',
    openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  }
  const failed = (err_code: string) => ({ return_code: 'SUCCESS', result_code: 'FAIL', err_code, err_code_des: '失败' })

  const micropays: [err_code: string, meaning: string][] = [
    ['USERPAYING', 'pending'],
    ['SYSTEMERROR', 'unclear'],
    ['BANKERROR', 'unclear'],
    ['', 'unclear'],
    ['AUTHCODEEXPIRE', 'declined: stale-code'],
    ['AUTH_CODE_ERROR', 'declined: stale-code'],
    ['AUTH_CODE_INVALID', 'declined: bad-code'],
    ['NOTENOUGH', 'declined: short-of-money'],
    ['NOTSUPORTCARD', 'declined: card-not-accepted'],
    ['BUYER_MISMATCH', 'declined: other-payer'],
    ['TRADE_ERROR', 'declined: refused'],
    ['RULELIMIT', 'declined: refused'],
    ['ORDERCLOSED', 'number-used'],
    ['ORDERREVERSED', 'number-used'],
    ['OUT_TRADE_NO_USED', 'number-used'],
    ['ORDERPAID', 'already-paid'],
    ['INVALID_REQUEST', 'refused, alarm'],
    ['NOAUTH', 'refused, alarm'],
    ['PARAM_ERROR', 'refused, alarm'],
    ['SIGNERROR', 'refused, alarm'],
    ['LACK_PARAMS', 'refused, alarm'],
    ['APPID_MCHID_NOT_MATCH', 'refused, alarm'],
    ['NEXT_YEARS_CODE', 'refused, alarm'],
  ]
  for (const [code, meaning] of micropays)
    test(`micropay ${code || 'without a code'}: ${meaning}`, () =>
      assert.equal(said(readMicropay(asked, failed(code))), meaning))

  test('paid says what was paid, by the order that was asked about', () => {
    assert.deepEqual(readMicropay(asked, paid), {
      ok: true,
      value: {
        state: 'paid',
        paid: {
          tradeNumber: asked.tradeNumber,
          accountKey: '1900000001',
          amountFen: 1500,
          currency: 'CNY',
          channelTradeNo: '4200002345202606011234567891',
          paidAt: at('2026-06-01T10:32:12+08:00'),
          payer: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
        },
      },
    })
    const broken = { out_trade_no: '1', total_fee: '15.00', transaction_id: '', time_end: '2026-06-01' }
    for (const [name, value] of Object.entries(broken))
      assert.equal(said(readMicropay(asked, { ...paid, [name]: value })), 'unclear', name)
    assert.equal(said(readMicropay(asked, { ...paid, return_code: 'FAIL' })), 'unclear', 'both codes or nothing')
  })

  const queries: [fields: Record<string, string>, meaning: string][] = [
    [{ ...paid, trade_state: 'SUCCESS' }, 'paid'],
    [{ ...paid, trade_state: 'REFUND' }, 'paid'],
    [{ ...paid, trade_state: 'USERPAYING' }, 'pending'],
    [{ ...paid, trade_state: 'NOTPAY' }, 'pending'],
    [{ ...paid, trade_state: 'REVOKED' }, 'closed'],
    [{ ...paid, trade_state: 'CLOSED' }, 'closed'],
    [{ ...paid, trade_state: 'PAYERROR' }, 'closed'],
    [{ ...paid, trade_state: 'NEW' }, 'pending'],
    [{ ...paid, trade_state: 'SUCCESS', out_trade_no: '1' }, 'unclear'],
    [failed('ORDERNOTEXIST'), 'unknown-order'],
    [failed('SYSTEMERROR'), 'unclear'],
  ]
  for (const [fields, meaning] of queries)
    test(`orderquery ${fields.trade_state ?? fields.err_code}, number ${fields.out_trade_no}: ${meaning}`, () =>
      assert.equal(said(readOrderquery(asked, fields)), meaning))

  const reversals: [fields: Record<string, string>, meaning: string][] = [
    [{ return_code: 'SUCCESS', result_code: 'SUCCESS', recall: 'N' }, 'reversed'],
    [{ return_code: 'SUCCESS', result_code: 'SUCCESS', recall: 'Y' }, 'not-yet'],
    [{ return_code: 'SUCCESS', result_code: 'SUCCESS' }, 'not-yet'],
    [{ ...failed('SYSTEMERROR'), recall: 'Y' }, 'not-yet'],
    [{ ...failed('USERPAYING'), recall: 'N' }, 'not-yet'],
    [failed('SYSTEMERROR'), 'unclear'],
    [failed('REVERSE_EXPIRE'), 'refused, alarm'],
    [failed('INVALID_TRANSACTIONID'), 'refused, alarm'],
    [failed('INVALID_REQUEST'), 'refused, alarm'],
    [failed('TRADE_ERROR'), 'refused'],
  ]
  for (const [fields, meaning] of reversals)
    test(`reverse ${Object.values(fields).join(' ')}: ${meaning}`, () =>
      assert.equal(said(readReverse(fields)), meaning))

  test('times are in Beijing', () => {
    assert.equal(readV2Time('20260601103212'), at('2026-06-01T10:32:12+08:00'))
    assert.equal(writeV2Time(at('2026-06-01T10:32:12.9+08:00')), '20260601103212')
    for (const text of ['2026060110321', '20261301103212', '2026-06-01103212']) assert.equal(readV2Time(text), null)
  })
})

describe('what v3 answers mean', () => {
  const failure = (status: number, code: string): Result<Json, Unanswered> =>
    err({ kind: 'failure', failure: { status, code, message: '', requestNumber: null } })
  const facts = paidFacts({ trade_type: 'MICROPAY' })
  const pays: [what: string, answer: Result<Json, Unanswered>, meaning: string][] = [
    ['an order that is paid', ok(facts), 'paid'],
    ['an order that is not paid yet', ok({ ...facts, trade_state: 'USERPAYING' }), 'pending'],
    ['202 USERPAYING', ok({ code: 'USERPAYING', message: '' }), 'pending'],
    ['400 AUTH_CODE_EXPIRE', failure(400, 'AUTHCODEEXPIRE'), 'declined: stale-code'],
    ['403 NOT_ENOUGH', failure(403, 'NOT_ENOUGH'), 'declined: short-of-money'],
    ['403 TRADE_ERROR', failure(403, 'TRADE_ERROR'), 'declined: refused'],
    ['403 NO_AUTH', failure(403, 'NO_AUTH'), 'refused, alarm'],
    ['500 BANK_ERROR', failure(500, 'BANK_ERROR'), 'unclear'],
    ['500 NOT_ENOUGH, which may be anything', failure(500, 'NOT_ENOUGH'), 'unclear'],
    ['another order', ok(paidFacts({ out_trade_no: '123456' })), 'unclear'],
  ]
  for (const [what, answer, meaning] of pays)
    test(`pay: ${what}: ${meaning}`, async () => {
      const client: Client = async () => answer
      const state: Result<CodeState, ChannelError> = await codePayOverV3(someSettings(), client).pay({}, aScan())
      assert.equal(said(state), meaning)
    })
  const reversals: [what: string, answer: Result<Json, Unanswered>, meaning: string][] = [
    ['200 with our number', ok({ mchid: '1900000001', out_trade_no: asked.tradeNumber }), 'reversed'],
    ['200 with another number', ok({ out_trade_no: '1' }), 'unclear'],
    ['202 USERPAYING', ok({ code: 'USERPAYING' }), 'not-yet'],
    ['500 SYSTEM_ERROR', failure(500, 'SYSTEM_ERROR'), 'unclear'],
    ['400 INVALID_REQUEST', failure(400, 'INVALID_REQUEST'), 'refused, alarm'],
  ]
  for (const [what, answer, meaning] of reversals)
    test(`reverse: ${what}: ${meaning}`, async () => {
      const requests: ApiRequest[] = []
      const client: Client = async (request) => {
        requests.push(request)
        return answer
      }
      const state: Result<Reversal, ChannelError> = await codePayOverV3(someSettings(), client).reverse(
        {},
        asked.tradeNumber,
      )
      assert.equal(said(state), meaning)
      assert.equal(requests[0]?.path, `/v3/pay/transactions/out-trade-no/${asked.tradeNumber}/reverse`)
      assert.deepEqual(JSON.parse(requests[0]?.body ?? ''), { appid: direct.appid, mchid: direct.mchid })
    })

  test("another wallet's code is declined here, and nothing is sent", async () => {
    const client: Client = async () => assert.fail('nothing is sent')
    const state = await codePayOverV3(someSettings(), client).pay({}, aScan({ code: '281234567890123456' }))
    assert.equal(said(state), 'declined: bad-code')
  })
})

describe('refunds over v2', () => {
  const refund = aRefund()
  test('the call', () => {
    assert.deepEqual(v2RefundCall(direct, refund).fields, {
      out_trade_no: refund.tradeNumber,
      out_refund_no: refund.refundNumber,
      total_fee: '1000',
      refund_fee: '400',
      refund_desc: '重复支付退款',
      notify_url: refund.notifyUrl,
    })
  })
  const yes = {
    return_code: 'SUCCESS',
    result_code: 'SUCCESS',
    out_trade_no: refund.tradeNumber,
    out_refund_no: refund.refundNumber,
  }
  const no = (err_code: string) => ({ return_code: 'SUCCESS', result_code: 'FAIL', err_code })
  const answers: [fields: Record<string, string>, meaning: string][] = [
    [yes, 'pending'],
    [{ ...yes, out_refund_no: '1' }, 'unclear'],
    [no('NOTENOUGH'), 'pending'],
    [no('SYSTEMERROR'), 'unclear'],
    [no('BIZERR_NEED_RETRY'), 'unclear'],
    [no('FREQUENCY_LIMITED'), 'unclear'],
    [no('TRADE_OVERDUE'), 'refused'],
    [no('USER_ACCOUNT_ABNORMAL'), 'refused'],
    [no('ORDERCLOSED'), 'refused, alarm'], // a new number would pay twice
    [no(''), 'unclear'],
  ]
  for (const [fields, meaning] of answers)
    test(`${fields.err_code ?? fields.out_refund_no}: ${meaning}`, () =>
      assert.equal(said(readV2Refund(refund, fields)), meaning))

  const plain = writeV2Xml(
    {
      out_trade_no: refund.tradeNumber,
      out_refund_no: refund.refundNumber,
      refund_id: '503',
      refund_status: 'SUCCESS',
    },
    'root',
  )
  const key = createHash('md5').update(v2.apiV2Key).digest('hex')
  const notice = (told: Record<string, string> = {}) => ({
    headers: {},
    body: Buffer.from(
      writeV2Xml({
        return_code: 'SUCCESS',
        appid: 'wx1111111111111111',
        mch_id: '1900000001',
        nonce_str: 'N1',
        req_info: vendor.Aes.AesEcb.encrypt(plain, key),
        ...told,
      }),
    ),
  })
  const ours = { mchid: '1900000001' }
  test("a notification, sealed by the vendor's SDK, is worth asking about and proves nothing", () => {
    assert.ok(isV2Notification(notice()) && !isV2Notification({ headers: {}, body: Buffer.from('{}') }))
    assert.deepEqual(readV2Notification(v2, ours, notice()), {
      ok: true,
      value: {
        kind: 'refund',
        notificationId: 'v2-503-SUCCESS',
        tradeNumber: refund.tradeNumber,
        refundNumber: refund.refundNumber,
        state: { state: 'pending', code: 'UNSIGNED' },
      },
    })
  })
  const refusals: [what: string, told: Record<string, string>, kind: string][] = [
    ['another merchant', { mch_id: '1900000002' }, 'not-ours'],
    ['sealed with another key', { req_info: vendor.Aes.AesEcb.encrypt(plain, 'f'.repeat(32)) }, 'malformed'],
    ['not sealed', { req_info: 'plain' }, 'malformed'],
    ['without a number', { req_info: vendor.Aes.AesEcb.encrypt(writeV2Xml({}, 'root'), key) }, 'malformed'],
  ]
  for (const [what, told, kind] of refusals)
    test(`${what} is ${kind}`, () => {
      const heard = readV2Notification(v2, ours, notice(told))
      assert.equal(!heard.ok && heard.error.kind, kind)
    })
  test('it is answered in its own manner', () => {
    assert.deepEqual(
      [replyToV2('accepted'), replyToV2('refused').status],
      [
        {
          status: 200,
          contentType: 'text/xml; charset=utf-8',
          body: '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>',
        },
        400,
      ],
    )
  })
})
