import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import type { Paid } from '../called.ts'
import { mayAskAgain } from '../lot-system.ts'
import { ymiot } from '../ymiot/ymiot.ts'
import { yunmeng } from './yunmeng.ts'

const said = (body: object | string, status = 200) => ({
  ...{ status, headers: {} },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const plate = { plate: '粤B12345', stay: null }
const paid: Paid = {
  ...{ stay: 'S1', plate: '粤B12345', bill: null, payment: '9', channel: 'alipay', amountFen: fen(150) },
  ...{ paidAt: 0, lane: '2' },
}
type Case = readonly [body: object | string, status: number, expected: string | number, again: boolean]
const holds = (system: typeof yunmeng | typeof ymiot, cases: readonly Case[]) => {
  for (const [body, status, expected, again] of cases)
    test(`${status} ${JSON.stringify(body)}: ${expected}`, () => {
      const read = system.quote.read(said(body, status), plate)
      if (read.ok) return assert.equal(read.value.owedFen, expected)
      assert.equal(read.error.kind === 'refused' ? read.error.because : read.error.kind, expected)
      assert.equal(mayAskAgain(read.error), again)
    })
}

describe("Yunmeng's software: what an answer means", () => {
  const done = (Data: object | null) => ({ ResultCode: 200, ResultMsg: '', Data })
  holds(yunmeng, [
    [done({ OrderNo: 'S1', ChargeMoney: 1.5 }), 200, 150, false],
    [done({ OrderNo: 'S1', ChargeMoney: '1.50' }), 200, 150, false],
    [done({ OrderNo: 'S1', ChargeMoney: 1.505 }), 200, 'unreadable', false],
    [done(null), 200, 'no-session', false],
    [{ ResultCode: 500 }, 200, 'offline', true],
    [{ ResultCode: 403 }, 200, 'unauthorised', false],
    ['', 401, 'unauthorised', false],
    ['<html>', 200, 'offline', true],
  ])
  test('a payment that it has had is told; one that it does not want is a person’s', () => {
    const read = (ResultMsg: string) => {
      const answer = yunmeng.paid.read(said({ ResultCode: 400, ResultMsg }), paid)
      return answer.ok ? answer.value.gate : mayAskAgain(answer.error)
    }
    assert.equal(read('支付订单已经再处理中!'), 'silent', 'its gate is not known')
    assert.equal(read('停车订单不存在'), false)
  })
  test('what is asked of it goes in a GET with a body, what is told in a POST', () => {
    const settings = {
      address: 'http://10.0.0.2:8888',
      parkKey: 'P',
      appId: 'a',
      secret: 'a-secret',
      unplatedCardType: '3651',
    }
    const around = { settings, now: 1728559158205, nonce: '836867', requestId: '1' }
    const asked = yunmeng.quote.ask({ lane: '2', pass: null }, around)
    assert.deepEqual(
      [asked.method, asked.path, JSON.parse(asked.body!).Data],
      ['GET', '/Api/V2/OpenApi/GetLaneOrder', { LaneNo: '2' }],
    )
    const told = yunmeng.paid.ask(paid, around)
    assert.deepEqual(
      [told.method, JSON.parse(told.body!).Data.TotalAmountPaid, JSON.parse(told.body!).Data.PaymentMethod],
      ['POST', 1.5, '79007'],
    )
  })
})

describe("Yunmeng's cloud: what an answer means", () => {
  const done = (data: object | null) => ({ code: '1', msg: '', data })
  holds(ymiot, [
    [done({ orderNo: 'S1', totalAmount: '1.50', enterTime: '2026-06-01 10:45:00' }), 200, 150, false],
    [{ ...done({ orderNo: 'S1', totalAmount: 1.5 }), code: 1 }, 200, 150, false],
    [done({ orderNo: 'S1', totalAmount: '' }), 200, 'unreadable', false],
    [done(null), 200, 'no-session', false],
    [{ code: '0', msg: '' }, 200, 'invalid', false],
    ['', 502, 'offline', true],
  ])
  test('a lane goes by its gate’s name, and is asked by its number where they differ', () => {
    const settings = {
      ...{
        address: 'https://ymiot.example',
        parkKey: 'P',
        appid: 'a',
        secret: 'a-secret',
        eventKey: 'aKeyThatNobodyGuesses',
      },
      passways: { 出口车道1: '12' },
    }
    const around = { settings, now: 0, nonce: '1', requestId: '1' }
    const laneOf = (lane: string) => JSON.parse(ymiot.quote.ask({ lane, pass: null }, around).body!).passwayNo
    assert.deepEqual([laneOf('出口车道1'), laneOf('13')], ['12', '13'])
  })
})
