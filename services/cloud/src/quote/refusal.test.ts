import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import { refusals } from '@lanepay/lot-link/messages.ts'
import type { Paid } from '@lanepay/lot-systems/called.ts'
import { daoer } from '@lanepay/lot-systems/daoer/daoer.ts'
import { hikvision } from '@lanepay/lot-systems/hikvision/hikvision.ts'
import { jieshun } from '@lanepay/lot-systems/jieshun/jieshun.ts'
import { keytop } from '@lanepay/lot-systems/keytop/keytop.ts'
import { isUnusable, type LotError, noWord } from '@lanepay/lot-systems/lot-system.ts'
import { pyun } from '@lanepay/lot-systems/pyun/pyun.ts'
import { ymiot } from '@lanepay/lot-systems/ymiot/ymiot.ts'
import { yunmeng } from '@lanepay/lot-systems/yunmeng/yunmeng.ts'
import { refusalOf } from './refusal.ts'

const said = (body: unknown, status = 200) => ({ status, headers: {}, body: JSON.stringify(body) })
const plate = { plate: '粤B12345', stay: null }
const lane = { lane: 'B1', pass: null }
const paid: Paid = {
  ...{ stay: 'R1', plate: '粤B12345', bill: 'O1', payment: '1', channel: 'wechatpay', paidAt: 0, lane: 'B1' },
  amountFen: fen(500),
}
const item = (retcode: string) => ({ resultCode: 0, dataItems: [{ attributes: { retcode } }] })
const { quote: ofPyun } = pyun
const { quote: ofDaoer } = daoer
const { quote: ofKeytop } = keytop

/** The errors of lot-devices.md 6.5, in its order: what a vendor says, what it is, and what the driver is told. */
type Row = readonly [
  canonical: string,
  what: string,
  answer: Result<unknown, LotError>,
  because: string,
  code: string,
  told?: string,
]
const rows: readonly Row[] = [
  [
    'notFound',
    '4pyun 1002',
    ofPyun.read(said({ result_code: 1002, message: '未找到' }), plate),
    'no-session',
    'no-session',
    '未找到',
  ],
  [
    'notFound',
    'Daoer 6003',
    ofDaoer.read(said({ code: 6003, msg: '无入场记录' }), plate),
    'no-session',
    'no-session',
    '无入场记录',
  ],
  [
    'notFound',
    'Hikvision, nothing',
    hikvision.quote.read(said({ code: '0', data: null }), plate),
    'no-session',
    'no-session',
  ],
  [
    'notFound',
    'KeyTop 1',
    ofKeytop.read(said({ resCode: '1', resMsg: '无此车' }), plate),
    'no-session',
    'no-session',
    '无此车',
  ],
  [
    'permitHolder',
    '4pyun 1003',
    ofPyun.read(said({ result_code: 1003, message: '月卡车辆无需缴费' }), lane),
    'permit-holder',
    'permit-holder',
    '月卡车辆无需缴费',
  ],
  ['permitHolder', 'JieShun 5', jieshun.quote.read(said(item('5')), plate), 'permit-holder', 'permit-holder'],
  [
    'noVehicleAtLane',
    '4pyun 1500',
    ofPyun.read(said({ result_code: 1500, message: '地感无车' }), lane),
    'lane-empty',
    'lane-empty',
    '地感无车',
  ],
  ['noVehicleAtLane', 'JieShun 2', jieshun.quote.read(said(item('2')), lane), 'lane-empty', 'lane-empty'],
  [
    'quoteStale',
    'Hikvision 0x02e13661',
    hikvision.paid.read(said({ code: '0x02e13661' }), paid),
    'quote-stale',
    'quote-expired',
  ],
  ['quoteStale', 'KeyTop 2102', keytop.paid.read(said({ resCode: '2102' }), paid), 'quote-stale', 'quote-expired'],
  ['unauthorised', '4pyun 1401', ofPyun.read(said({ result_code: 1401 }), lane), 'unauthorised', 'lot-unclear'],
  ['unauthorised', 'KeyTop 1001', ofKeytop.read(said({ resCode: '1001' }), lane), 'unauthorised', 'lot-unclear'],
  ['unauthorised', 'KeyTop 1101', ofKeytop.read(said({ resCode: '1101' }), lane), 'unauthorised', 'lot-unclear'],
  ['unauthorised', 'KeyTop 1102', ofKeytop.read(said({ resCode: '1102' }), lane), 'unauthorised', 'lot-unclear'],
  ['unauthorised', 'Daoer 401', ofDaoer.read(said({ code: 401 }), lane), 'unauthorised', 'lot-unclear'],
  [
    'unauthorised',
    'Yunmeng in the lot, 403',
    yunmeng.quote.read(said({ ResultCode: 403 }), lane),
    'unauthorised',
    'lot-unclear',
  ],
  ['unauthorised', 'HTTP 401', ymiot.quote.read(said('', 401), lane), 'unauthorised', 'lot-unclear'],
  ['invalid', '4pyun 400', ofPyun.read(said({ result_code: 400 }), lane), 'invalid', 'lot-unclear'],
  [
    'invalid',
    'KeyTop 1201',
    ofKeytop.read(said({ resCode: '1201', resMsg: '参数' }), lane),
    'invalid',
    'lot-unclear',
    '参数',
  ],
  ['invalid', 'Daoer 402', ofDaoer.read(said({ code: 402 }), lane), 'invalid', 'lot-unclear'],
  [
    'invalid',
    'a code that nobody knows',
    ymiot.quote.read(said({ code: '7', msg: '请找岗亭' }), lane),
    'invalid',
    'lot-unclear',
    '请找岗亭',
  ],
  ['tooOften', 'KeyTop -1', ofKeytop.read(said({ resCode: '-1' }), lane), 'busy', 'busy'],
  ['unavailable', 'Daoer 6001', ofDaoer.read(said({ code: 6001 }), lane), 'offline', 'lot-offline'],
  ['unavailable', 'Daoer 6004', ofDaoer.read(said({ code: 6004 }), lane), 'busy', 'busy'],
  ['unavailable', '4pyun 500', ofPyun.read(said({ result_code: 500 }), lane), 'offline', 'lot-offline'],
  ['unavailable', 'KeyTop 2001', ofKeytop.read(said({ resCode: '2001' }), lane), 'offline', 'lot-offline'],
  ['unavailable', "a proxy's page", ofDaoer.read(said('', 404), plate), 'offline', 'lot-offline'],
  ['uncertain', 'no answer in time', { ok: false, error: { kind: 'offline' } }, 'offline', 'lot-offline'],
  ['uncertain', 'nobody there', { ok: false, error: { kind: 'offline', absent: true } }, 'offline', 'lot-absent'],
  ['unsupported', 'no word for it', { ok: false, error: noWord }, 'unsupported', 'unsupported'],
  [
    'unreadable',
    'a price that is none',
    ofDaoer.read(said({ code: 200, data: { recordNo: 'R1', paidFee: '5.00' } }), lane),
    'unreadable',
    'lot-unclear',
  ],
  [
    'unreadable',
    '4pyun, a price in yuan',
    ofPyun.read(said({ result_code: 1001, parking_serial: '7', pay_value: '5.00' }), lane),
    'unreadable',
    'lot-unclear',
  ],
]
/** What is put again by itself; and what an operator is told of. */
const again = ['tooOften', 'unavailable', 'uncertain']
const alarms = ['unauthorised', 'invalid', 'unreadable']

describe("what a driver is told of a lot's no", () => {
  for (const [canonical, what, answer, because, code, told] of rows)
    test(`${canonical}: ${what} is ${because}, told as ${code}`, () => {
      assert.ok(!answer.ok)
      const { error } = answer
      assert.equal(error.kind === 'offline' ? error.kind : error.because, because)
      const refusal = refusalOf(error, false)
      assert.equal(refusal.code, code)
      assert.equal(refusal.said, told)
      assert.equal(refusal.again ?? false, again.includes(canonical))
      assert.equal(isUnusable(error), alarms.includes(canonical))
    })

  test('nothing due and a payment that was taken already are no refusals at all', () => {
    const due = ofPyun.read(said({ result_code: 1001, parking_serial: '7', pay_value: 0 }), lane)
    assert.ok(due.ok && due.value.owedFen === 0)
    const permit = ofPyun.read(said({ result_code: 1003 }), { ...plate, stay: '7' })
    assert.ok(permit.ok && permit.value.owedFen === 0, 'whose stay is known has a price, which is nothing')
    for (const done of [pyun.paid.read(said({ result_code: 1403 }), paid), daoer.paid.read(said({ code: 6006 }), paid)])
      assert.deepEqual(done, { ok: true, value: { gate: 'silent' } })
  })

  test('each reason that a lot may give has its own word, in a lane and by plate', () => {
    const of = (because: string, inLane: boolean) => refusalOf({ kind: 'refused', because }, inLane).code
    for (const because of refusals.filter((one) => one !== 'no-picture'))
      assert.notEqual(of(because, true), 'lot-unclear', because)
    assert.deepEqual([of('no-session', false), of('no-session', true)], ['no-session', 'no-session-in-lane'])
    assert.equal(of('a word of a newer lot', true), 'lot-unclear')
  })
})
