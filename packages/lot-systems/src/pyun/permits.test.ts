import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { mayAskAgain } from '../lot-system.ts'
import type { Renewed } from '../permits.ts'
import { pyunPermits } from './permits.ts'

const settings = { address: 'https://lot.example', parkUuid: 'P-1', appSecret: 'test-secret-A' }
const around = { settings, now: 0, nonce: '', requestId: '1' }
const said = (body: object) => ({ status: 200, headers: {}, body: JSON.stringify(body) })
const { find, tariffs, renew } = pyunPermits
const plate = '粤B12345'
const at = (text: string) => Date.parse(`${text}+08:00`)
/** Of the kind that its description prints. */
const vip = {
  ...{ balance: 0, card_id: '10760', card_no: '100766', charge_desc: '包月车_小型车', charge_price: 20_000 },
  ...{ charge_type: '22', create_time: '20210401090814', expire_time: '20210401235959', mobile: '13800138000' },
  ...{ plate, type: 1 },
}
const found = (vips: unknown) => {
  const read = find.read(said({ result_code: '1001', vips }), { plate })
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

describe('4pyun: permits', () => {
  test('a month card, its list as the JSON text of one', () =>
    assert.deepEqual(found(`${JSON.stringify([vip])}\n`), [
      {
        ...{ permit: '10760', plates: [plate], product: '包月车_小型车', months: 1, price: 20_000, kind: '22' },
        ...{ until: at('2021-04-01T23:59:59'), most: null, phone: '13800138000' },
        names: { type: '1', card_id: '10760', card_no: '100766' },
      },
    ]))

  test('a list itself; a day is its last second; the farthest end; a card without a number goes by its plate', () => {
    const { card_id: _, card_no: __, ...bare } = { ...vip, expire_time: '20210401', renewal_limit_time: '20211231' }
    const [one] = found([bare])
    assert.deepEqual(
      [one!.permit, one!.until, one!.most, one!.names],
      [plate, at('2021-04-01T23:59:59'), at('2021-12-31T23:59:59'), { type: '1' }],
    )
  })

  test('what is sold by time has its months; counts, stored money and days, and what is free, are left out', () => {
    const months = ([0, 1, 2, 3, 4, 5, 6, 7, '1', '6'] as const).map((type) => found([{ ...vip, type }])[0]?.months)
    assert.deepEqual(months, [undefined, 1, undefined, undefined, undefined, 12, 3, 6, 1, 3])
  })

  test('a plate without one has none; what is no list is not read; a failure is asked again', () => {
    assert.deepEqual(find.read(said({ result_code: '1002' }), { plate }), { ok: true, value: [] })
    assert.deepEqual(found(undefined), [])
    for (const [body, again] of [
      [{ result_code: '1001', vips: 'none' }, false],
      [{ result_code: '1001', vips: [1] }, false],
      [{ result_code: '1401' }, false],
      [{ result_code: '1500' }, true],
    ] as const) {
      const read = find.read(said(body), { plate })
      assert.equal(!read.ok && mayAskAgain(read.error), again, JSON.stringify(body))
      assert.equal(read.ok, false)
    }
  })

  test('what kinds cost, of those that are sold by time', () => {
    const row = JSON.stringify([
      { id: '22', name: '测试月租B', vip_type: 1, price: 101 },
      { id: '37', name: '储值车头', vip_type: 2, price: 3 },
    ])
    assert.deepEqual(tariffs!.read(said({ result_code: '1001', row }), null), {
      ok: true,
      value: [{ kind: '22', name: '测试月租B', price: 101 }],
    })
  })

  const renewed: Renewed = {
    ...{ permit: '10760', plate, names: { type: '6', card_id: '10760' }, periods: 1, months: 3, payment: '9' },
    channel: 'wechatpay',
    ...{ amountFen: fen(60_000), paidAt: at('2019-11-05T08:00:00') },
    ...{ from: at('2019-11-01T00:00:00'), to: at('2020-01-31T23:59:59'), until: at('2019-10-31T23:59:59') },
  }
  test('a renewal says from when until when it is, and by how many days it ends later than before', () => {
    const { sign: _, ...body } = JSON.parse(renew.ask(renewed, around).body!) as Record<string, string>
    assert.deepEqual(body, {
      ...{ service: 'service.parking.vip.renewal', version: '1.0', charset: 'UTF-8', park_uuid: 'P-1' },
      ...{ plate, type: '6', card_id: '10760', quantity: '1', value: '92', operator: 'Lanepay' },
      ...{ renewal_start_time: '20191101000000', renewal_end_time: '20200131235959' },
      ...{ pay_serial: '9', pay_time: '20191105080000', pay_value: '60000' },
      ...{ pay_origin: '8', pay_origin_desc: '微信', pay_source: '微信' },
    })
    const late = JSON.parse(renew.ask({ ...renewed, from: at('2019-11-05T00:00:00') }, around).body!)
    assert.equal(late.value, '92', 'also where it begins after a gap')
  })

  test('one that it had is done; of a card that is not there it is a no; whatever failed, or has no end yet, is told again', () => {
    const read = (code: number) => {
      const answer = renew.read(said({ result_code: code }), renewed)
      return answer.ok ? 'done' : mayAskAgain(answer.error) ? 'again' : (answer.error as { because: string }).because
    }
    assert.deepEqual([1001, 1403, 1002, 1401, 1500, 1000].map(read), [
      'done',
      'done',
      'card-unknown',
      'unauthorised',
      'again',
      'again',
    ])
  })
})
