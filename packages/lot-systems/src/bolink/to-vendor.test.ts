import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import fc from 'fast-check'
import { rawMember } from '../raw.ts'
import { down, nestedDown } from './down.ts'
import { writeMessage } from './fields.ts'
import { isSigned } from './sign.ts'
import { answerTo, callBody } from './to-vendor.ts'

const key = 'C160955B1479621F'
const about = { unionId: '200159', parkId: '20180427', key, vendorTradeNo: null, plate: null }
const dataOf = (body: string) => JSON.parse(body).data as Record<string, unknown>

const facts = {
  ...{ trade_no: '2019062418561630605288347', order_id: 'liu2019062401_hul-abcapi-2', pay_channel: 1 },
  ...{ pay_time: 1561373813, arrive_money: fen(1), fee: fen(0), account_type: 1, errmsg: '支付成功' },
}
const owed = writeMessage(down.escape_order, {
  ...facts,
  ...{ service_name: 'escape_order', state: 1, total: fen(1), remark: '收到停车费-苏DDDYY2' },
  ...{ park_id: '20180427', union_id: '200159' },
})
const paid = writeMessage(down.outpark, {
  ...facts,
  ...{ service_name: 'outpark', state: 1, pay_type: 'scancode', total: fen(650), car_number: '京A12345' },
})

describe('a call to a vendor’s cloud', () => {
  test('of what was owed is the printed one, byte for byte and with its printed sign', () =>
    assert.equal(
      callBody(owed, { ...about, plate: '苏DDDYY2' }),
      '{"data":{"account_type":1,"arrive_money":0.01,"service_name":"repair","fee":0.0,"errmsg":"支付成功","remark":"收到停车费-苏DDDYY2","pay_time":1561373813,"total":0.01,"car_number":"苏DDDYY2","trade_no":"2019062418561630605288347","pay_channel":1,"pay_type":"repair","state":1,"order_id":"liu2019062401_hul-abcapi-2","park_id":"20180427"},"sign":"27C41CE3F21C0D9B6A17496D7DE76F81"}',
    ))

  test('goes under the vendor’s own number, with ours beside it', () => {
    const { trade_no, out_trade_no, park_id, total } = dataOf(callBody(paid, { ...about, vendorTradeNo: 'V17' }))
    assert.deepEqual([trade_no, out_trade_no, park_id, total], ['V17', facts.trade_no, '20180427', 6.5])
    const paidLater = dataOf(callBody(owed, { ...about, vendorTradeNo: 'V18' }))
    assert.deepEqual(
      [paidLater.service_name, paidLater.trade_no, paidLater.out_trade_no, paidLater.amount, paidLater.receipt_amount],
      ['plat_escape_order', 'V18', facts.trade_no, 0.01, '0.01'],
    )
  })

  test('of a row of a list, what was paid for a card, or a lock says what software that polls is told, flat, with its name and lot', () => {
    const row = writeMessage(nestedDown.blackuser_sync, {
      ...{ resume: '欠费', operate_type: 1, park_id: '20180427', car_number: '苏DDDYY2', create_time: 1561373813 },
      ...{ black_uuid: '71', operator: 'lanepay' },
    })
    const told = `{"data":${row},"service_name":"blackuser_sync"}`
    const { data } = /^\{"data":(?<data>\{.*\}),"sign":"[0-9A-F]{32}"\}$/.exec(callBody(told, about))!.groups!
    assert.equal(data, `${row.slice(0, -1)},"service_name":"blackuser_sync"}`)
    const lock = writeMessage(down.lock_car, {
      ...{ order_id: 'R1', is_locked: 1, lock_key: '0412', service_name: 'lock_car' },
    })
    assert.deepEqual(dataOf(callBody(lock, about)), { ...JSON.parse(lock), park_id: '20180427' })
    const paid = writeMessage(nestedDown.month_pay_sync, {
      ...{ trade_no: '901', card_id: '9', pay_time: 1561373813, amount_receivable: fen(600), amount_pay: fen(600) },
      ...{ pay_type: '微信支付', collector: 'lanepay', car_number: '苏DDDYY2', start_time: 1561373813 },
      ...{ end_time: 1564052213, resume: '', park_id: '20180427' },
    })
    const payment = `{"data":${paid},"service_name":"month_pay_sync"}`
    assert.deepEqual(dataOf(callBody(payment, about)), { ...JSON.parse(paid), service_name: 'month_pay_sync' })
    assert.equal(answerTo(payment, callBody(payment, about), { state: 1 })?.trade_no, '901')
    assert.deepEqual(
      [answerTo(told, callBody(told, about), { state: 1 }), answerTo(lock, callBody(lock, about), { state: 0 })].map(
        (said) => [said?.state, said?.black_uuid ?? said?.order_id, said?.operate_type ?? said?.is_locked],
      ),
      [
        [1, '71', 1],
        [0, 'R1', 1],
      ],
    )
  })

  test('is signed over what stands there, whatever a text says', () =>
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('\u0000')),
        fc.nat(100_000_000),
        (errmsg, yuanCents) => {
          const message = { ...JSON.parse(paid), errmsg, total: yuanCents / 100 }
          const body = callBody(JSON.stringify(message), about)
          const { data, sign } = JSON.parse(body) as { data: Record<string, unknown>; sign: string }
          assert.deepEqual([data.errmsg, data.total], [errmsg, yuanCents / 100])
          assert.ok(isSigned(rawMember(body, 'data')!, key, sign))
        },
      ),
    ))

  test('what no vendor is called with is a mistake of ours', () =>
    assert.throws(() => callBody('{"service_name":"lock_car"}', about), /lock_car/))
})

describe('the answer to it', () => {
  const call = callBody(paid, { ...about, vendorTradeNo: 'V17' })
  const answers: readonly (readonly [what: string, answer: Record<string, unknown>, trade: unknown])[] = [
    ['need not name the payment', { state: 1 }, facts.trade_no],
    ['names it by the number it was told, blanks aside', { state: 0, trade_no: ' V17' }, facts.trade_no],
    ['of another payment is none', { state: 1, trade_no: 'V18' }, undefined],
    ['that does not say whether it is done is none', { errmsg: 'busy' }, undefined],
  ]
  for (const [what, answer, trade] of answers)
    test(what, () => {
      const read = answerTo(paid, call, answer)
      assert.equal(read?.trade_no, trade)
      if (read) assert.equal(read.state, answer.state)
    })

  test('to a coupon names the record that the vendor has, and is to this coupon', () => {
    const ticket = writeMessage(down.deliver_ticket, {
      ...{
        service_name: 'deliver_ticket',
        ticket_id: 'c1',
        ticket_type: 2,
        car_number: '京A1',
        have_order: 0,
        order_id: '',
      },
      ...{ park_id: '1', shop_name: '', limit_day: 1, discount: '', time_range: 1, create_time: 1, remark: '' },
    })
    const [named, bare] = [{ order_id: 'R1', in_time: 5, ticket_id: 'c2' }, {}].map((more) =>
      answerTo(ticket, callBody(ticket, about), { state: 1, ...more }),
    )
    assert.partialDeepStrictEqual(named, {
      ticket_id: 'c1',
      order_id: 'R1',
      in_time: 5,
      have_order: 0,
      car_number: '京A1',
    })
    assert.deepEqual([bare?.order_id, bare?.have_order], ['', 0])
  })
  test('to a question says which vehicle it is about, and is of this question', () => {
    const question = writeMessage(down.query_price, {
      ...{ service_name: 'query_price', park_id: '1', pay_scene: 1, query_order_no: 'Q1', out_channel_id: 'B1' },
    })
    const read = answerTo(question, callBody(question, about), { state: 1, order_id: 'R1', query_order_no: 'Q0' })
    assert.deepEqual([read?.order_id, read?.query_order_no, read?.state], ['R1', 'Q1', 1])
  })
})
