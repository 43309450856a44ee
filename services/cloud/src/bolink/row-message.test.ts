import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Id } from '@lanepay/domain/types.ts'
import type { RowSays } from '../vehicle/rows.ts'
import { namesOfAnswer, renewalMessage, rowMessage } from './row-message.ts'

const made_at = 1_531_962_824_000
const about = { parkId: 'test001', id: '501' as Id, now: 1_532_685_547_000, replacesCards: false }
const of = (name: string, key: string, says: RowSays, told: RowSays | null = null) => {
  const said = JSON.stringify(says)
  return rowMessage(
    { ...{ name, key, made_at, said, sent: said }, told: told === null ? null : JSON.stringify(told) },
    about,
  )
}
const times = { from: 1_554_048_000_000, until: 1_556_640_000_000 }

describe('a row in the words of the protocol', () => {
  test('a product, as the description prints it', () => {
    const { body, service, answeredBy } = of('1033', '1033', { kind: 'product', name: '业主月卡', monthFen: 300 })
    assert.equal(
      body,
      '{"data":{"operate_type":1,"price":3.00,"park_id":"test001","update_time":1532685547,"name":"业主月卡","describe":"","create_time":1531962824,"package_id":"1033","period":"月","car_type":"","message_uuid":"501"},"service_name":"month_card_sync"}',
    )
    assert.deepEqual([service, answeredBy], ['month_card_sync', ['row:1033', 'row:1033:1', 'uuid:501']])
  })
  test('a blocked vehicle, by a name of its own', () => {
    const { body } = of('77', '京AKKKK1', { kind: 'blocked', note: '欠费' })
    assert.equal(
      body,
      '{"data":{"resume":"欠费","operate_type":1,"park_id":"test001","car_number":"京AKKKK1","create_time":1531962824,"black_uuid":"77","operator":"lanepay","message_uuid":"501"},"service_name":"blackuser_sync"}',
    )
  })
  test('a free vehicle, to its last second, or without an end', () => {
    const { data } = JSON.parse(of('京A', '京A', { kind: 'free', ...times, note: '' }).body)
    assert.deepEqual([data.b_time, data.e_time, data.end_type], [1_554_048_000, 1_556_639_999, 0])
    const always = JSON.parse(of('京A', '京A', { kind: 'free', from: null, until: null, note: '' }).body).data
    assert.deepEqual([always.b_time, always.e_time, always.end_type], [1_531_962_824, 0, 1])
  })
  test('a card: its plates with commas, its last second, for every lane; one that is longer has its time changed', () => {
    const card: RowSays = { kind: 'card', card: 'A-1', product: '1033', plates: ['京A1', '京A2'], ...times }
    const { data } = JSON.parse(of('9', '9', card).body)
    const { car_number, begin_time, end_time, pid, channel_id, name, tel, operate_type } = data
    assert.deepEqual(
      [car_number, begin_time, end_time, pid, channel_id, name, tel, operate_type],
      ['京A1,京A2', 1_554_048_000, 1_556_639_999, '1033', '', 'A-1', '', 1],
    )
    const longer = JSON.parse(of('9', '9', { ...card, until: times.until + 86_400_000 }, card).body).data
    assert.deepEqual([longer.operate_type, longer.end_time], [4, 1_556_726_399])
  })
  test('a card that is added takes the place of the software’s own of the same plates where the plan says so, and only then', () => {
    const says: RowSays = { kind: 'card', card: 'A-1', product: '1033', plates: ['京A1'], ...times }
    const [said, longer] = [says, { ...says, until: times.until + 86_400_000 }].map((one) => JSON.stringify(one))
    const row = { name: '9', key: '9', made_at, said: said!, sent: said!, told: null }
    const force = (how: { sent?: string; told?: string }, replacesCards: boolean) =>
      JSON.parse(rowMessage({ ...row, ...how }, { ...about, replacesCards }).body).data.force_update
    assert.deepEqual([force({}, true), force({}, false)], [1, undefined])
    assert.equal(force({ sent: longer!, told: said! }, true), undefined, 'what it has of ours is changed, not replaced')
  })
  test('an answer that sends the number of its message back is to that message alone', () => {
    assert.deepEqual(namesOfAnswer('77', { operate_type: 2, message_uuid: '500' }), ['uuid:500'])
    assert.deepEqual(namesOfAnswer('77', { operate_type: 2 }), ['row:77:2'])
  })
  test('what was paid for a card: under the payment’s own number where a driver paid it, else under the message’s', () => {
    const card = { card: '9', plates: ['京A1', '京A2'], ...times, paidAt: 1_554_000_000_000, paidFen: 60_000 }
    const said = (paid: Parameters<typeof renewalMessage>[1]) => {
      const { body, answeredBy } = renewalMessage(about.id, paid, about.parkId)
      const { trade_no, amount_pay, amount_receivable, pay_type, pay_time } = JSON.parse(body).data
      assert.deepEqual([answeredBy, amount_receivable], [[`pay:${trade_no}`], amount_pay])
      return [trade_no, amount_pay, pay_type, pay_time]
    }
    assert.deepEqual(said({ ...card, as: 'cash' }), ['501', '600.00', '现金', 1_554_000_000])
    const byDriver = said({ ...card, as: 'wechatpay', tradeNo: '1007' })
    assert.deepEqual(byDriver, ['1007', '600.00', '微信支付', 1_554_000_000])
  })
  test('one that goes is named by what it was', () => {
    const said = JSON.stringify({ kind: 'blocked', note: '欠费' })
    const gone = rowMessage({ name: '77', key: '京AKKKK1', made_at, said, sent: null, told: said }, about)
    const { data } = JSON.parse(gone.body)
    assert.deepEqual([data.operate_type, data.black_uuid, data.car_number], [3, '77', '京AKKKK1'])
    assert.deepEqual(gone.answeredBy, ['row:77', 'row:77:3', 'uuid:501'])
  })
})
