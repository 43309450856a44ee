import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, test } from 'node:test'
import { type AlipayChannel, alipayChannel } from './channel.ts'
import { anAnswer, anOrder, aRefund, noon, paidAnswer, rsa2, someSettings, stranger } from './fixtures.ts'

/* The adapter against answers that no well-behaved gateway gives, or gives once in a year: each signed, unless it says. */

let server: http.Server | null = null
afterEach(async () => {
  if (!server) return
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  server = null
})

type Answer = string | Buffer | Readonly<Record<string, unknown>>
/** What is answered, by the last word of the method: `query`, `refund`, ... */
type Answers = Readonly<Record<string, Answer>>

async function aChannel(answers: Answers): Promise<AlipayChannel> {
  server = http.createServer((request, response) => {
    const method = new URL(request.url ?? '', 'http://gateway').searchParams.get('method') ?? ''
    const answer = answers[method.replace('alipay.trade.', '')] ?? { code: '40002', sub_code: 'isv.invalid-method' }
    const plain = typeof answer === 'string' || Buffer.isBuffer(answer)
    response.writeHead(200, { connection: 'close', trace_id: 't1' }).end(plain ? answer : anAnswer(method, answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`
  return alipayChannel(someSettings({ gateway }), { clock: { now: () => noon } })
}

const { tradeNumber } = anOrder()
const calls = {
  create: (channel: AlipayChannel) => channel.create({}, anOrder()),
  query: (channel: AlipayChannel) => channel.query({}, tradeNumber),
  close: (channel: AlipayChannel) => channel.close({}, tradeNumber),
  cancel: (channel: AlipayChannel) => channel.cancel({}, tradeNumber),
  refund: (channel: AlipayChannel) => channel.refund({}, aRefund()),
  queryRefund: (channel: AlipayChannel) => channel.queryRefund({}, aRefund()),
  identify: (channel: AlipayChannel) => channel.identify({}, 'code'),
}

function word(result: { readonly ok: boolean; readonly value?: unknown; readonly error?: unknown }): string {
  const said = (result.ok ? result.value : result.error) as string | Readonly<Record<string, unknown>>
  if (typeof said === 'string') return said
  return [`${said.state ?? said.kind}${said.alarm ? '!' : ''}`, said.code].filter(Boolean).join(' ')
}

const no = (reason: string, code = '40004') => ({ code, msg: 'Business Failed', sub_code: reason, sub_msg: '…' })
const refundFound = { code: '10000', refund_status: 'REFUND_SUCCESS', refund_amount: '4.00' }
const queryMethod = 'alipay.trade.query'

const table: readonly (readonly [call: keyof typeof calls, answers: Answers, word: string, why: string])[] = [
  ['query', { query: paidAnswer() }, 'paid', 'a yes'],
  ['query', { query: paidAnswer({ code: undefined }) }, 'unclear CODE_MISSING', 'no result is no yes'],
  ['query', { query: paidAnswer({ code: 10000 }) }, 'unclear CODE_MISSING', 'a number is no word of theirs'],
  ['query', { query: paidAnswer({ code: '10003' }) }, 'unclear 10003', 'still at it'],
  [
    'query',
    { query: anAnswer(queryMethod, paidAnswer(), { member: 'error_response' }) },
    'unclear 10000',
    'an error that says yes is no yes',
  ],
  [
    'query',
    { query: anAnswer(queryMethod, no('ACQ.TRADE_NOT_EXIST'), { member: 'error_response' }) },
    'unknown-order',
    'an error is read as one',
  ],
  [
    'query',
    { query: anAnswer('alipay.trade.close', paidAnswer()) },
    'unclear MALFORMED_ANSWER',
    'the answer to another question',
  ],
  [
    'query',
    { query: anAnswer(queryMethod, 'c2VjcmV0') },
    'unclear MALFORMED_ANSWER',
    'encrypted, which we never ask for',
  ],
  ['query', { query: anAnswer(queryMethod, [paidAnswer()]) }, 'unclear MALFORMED_ANSWER', 'a list is no answer'],
  ['query', { query: anAnswer(queryMethod, paidAnswer(), { sign: null }) }, 'unclear UNSIGNED_ANSWER', 'not signed'],
  ['query', { query: anAnswer(queryMethod, paidAnswer(), { sign: '' }) }, 'unclear UNSIGNED_ANSWER', 'not signed'],
  [
    'query',
    { query: anAnswer(queryMethod, paidAnswer(), { sign: rsa2('{}') }) },
    'unclear UNVERIFIED_ANSWER',
    'signed for another text',
  ],
  [
    'query',
    { query: anAnswer(queryMethod, no('ACQ.TRADE_NOT_EXIST'), { key: stranger.privateKey }) },
    'unclear UNVERIFIED_ANSWER',
    'a no is not believed from a stranger either',
  ],
  ['query', { query: Buffer.from([0x7b, 0xd6, 0xd0, 0x7d]) }, 'unclear MALFORMED_ANSWER', 'not in our charset'],
  ['query', { query: '<html>' }, 'unclear MALFORMED_ANSWER', "a proxy's page"],
  ['query', { query: paidAnswer({ out_trade_no: '2' }) }, 'unclear MALFORMED_ANSWER', 'about another order'],
  ['query', { query: no('ACQ.ADDED_NEXT_YEAR') }, 'refused! ACQ.ADDED_NEXT_YEAR', 'looked at'],

  ['create', { create: { code: '10000' } }, 'unclear MALFORMED_ANSWER', 'a yes without a trade'],
  ['create', { create: no('ACQ.BUYER_SELLER_EQUAL') }, 'refused ACQ.BUYER_SELLER_EQUAL', "the driver's own account"],

  ['close', { close: no('ACQ.TRADE_STATUS_ERROR'), query: paidAnswer() }, 'already-paid', 'the driver was faster'],
  [
    'close',
    { close: no('ACQ.REASON_TRADE_STATUS_INVALID'), query: { ...noMoney(), trade_status: 'TRADE_CLOSED' } },
    'closed',
    'it was closed before',
  ],
  [
    'close',
    { close: no('ACQ.TRADE_STATUS_ERROR'), query: { ...noMoney(), trade_status: 'WAIT_BUYER_PAY' } },
    'unclear ACQ.TRADE_STATUS_ERROR',
    'both answers cannot be true',
  ],
  [
    'close',
    { close: no('ACQ.TRADE_STATUS_ERROR'), query: no('isp.unknow-error', '20000') },
    'unclear ACQ.TRADE_STATUS_ERROR',
    'nobody knows',
  ],
  ['close', { close: no('ACQ.ACCESS_FORBIDDEN') }, 'unclear ACQ.ACCESS_FORBIDDEN', 'open still, whatever the reason'],

  ['cancel', { cancel: { code: '10000', out_trade_no: tradeNumber, retry_flag: 'Y' } }, 'unclear RETRY_FLAG', 'again'],
  ['cancel', { cancel: no('AQC.SYSTEM_ERROR') }, 'unclear AQC.SYSTEM_ERROR', 'again'],
  ['cancel', { cancel: no('ACQ.SELLER_BALANCE_NOT_ENOUGH') }, 'unclear ACQ.SELLER_BALANCE_NOT_ENOUGH', 'again'],

  [
    'refund',
    { refund: no('ACQ.TRADE_HAS_CLOSE'), 'fastpay.refund.query': refundFound },
    'done',
    'an earlier answer to this very refund was lost',
  ],
  [
    'refund',
    { refund: no('ACQ.TRADE_STATUS_ERROR'), 'fastpay.refund.query': { code: '10000' } },
    'refused! ACQ.TRADE_STATUS_ERROR',
    'it never happened and cannot',
  ],
  [
    'refund',
    { refund: no('ACQ.TRADE_STATUS_ERROR'), 'fastpay.refund.query': no('isp.unknow-error', '20000') },
    'unclear isp.unknow-error',
    'nobody knows',
  ],
  [
    'refund',
    { refund: { code: '10000', out_trade_no: tradeNumber, fund_change: 'N' }, 'fastpay.refund.query': refundFound },
    'done',
    'a repeat of a finished one',
  ],
  [
    'refund',
    {
      refund: { code: '10000', out_trade_no: tradeNumber, fund_change: 'N' },
      'fastpay.refund.query': { code: '10000' },
    },
    'pending REFUND_NOT_FOUND',
    'a success that moved nothing',
  ],
  ['refund', { refund: no('ACQ.REASON_TRADE_BEEN_FREEZEN') }, 'pending ACQ.REASON_TRADE_BEEN_FREEZEN', 'later'],
  ['refund', { refund: no('ACQ.ADDED_NEXT_YEAR') }, 'unclear ACQ.ADDED_NEXT_YEAR', 'money may have moved'],
  ['refund', { refund: no('', '20000') }, 'unclear 20000', 'nobody knows'],
  ['queryRefund', { 'fastpay.refund.query': no('TRADE_NOT_EXIST') }, 'pending TRADE_NOT_EXIST', 'never accepted'],
  ['queryRefund', { 'fastpay.refund.query': no('ACQ.SYSTEM_ERROR') }, 'unclear ACQ.SYSTEM_ERROR', 'again'],

  [
    'identify',
    { 'alipay.system.oauth.token': { user_id: '2088102534368455' } },
    '2088102534368455',
    'a success without a code',
  ],
  ['identify', { 'alipay.system.oauth.token': { open_id: '0' } }, 'refused! IDENTITY_MISSING', 'the wrong kind'],
  [
    'identify',
    { 'alipay.system.oauth.token': anAnswer('', no('isv.code-invalid', '40002'), { member: 'error_response' }) },
    'stale-code',
    'once more through the authorise page',
  ],
  [
    'identify',
    { 'alipay.system.oauth.token': no('isv.unmatched-app-id', '40002') },
    'refused! isv.unmatched-app-id',
    'the page named another application',
  ],
  ['identify', { 'alipay.system.oauth.token': no('isp.unknow-error', '20000') }, 'unclear isp.unknow-error', 'again'],
]
function noMoney() {
  return { code: '10000', out_trade_no: tradeNumber, total_amount: '10.00', receipt_amount: '0.00' }
}
for (const [call, answers, expected, why] of table)
  test(`${call} that meets ${JSON.stringify(answers).slice(0, 90)} is ${expected}: ${why}`, async () =>
    assert.equal(word(await calls[call](await aChannel(answers))), expected))

test('what is reported carries the number that Alipay finds the call by', async () => {
  const asked = await calls.query(await aChannel({ query: no('ACQ.SYSTEM_ERROR') }))
  assert.ok(!asked.ok && asked.error.kind === 'unclear')
  assert.match(asked.error.message, /trace_id t1/)
})
