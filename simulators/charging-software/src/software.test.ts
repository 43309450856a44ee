import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { openStore } from '@lanepay/simulator-wire/store.ts'
import { fieldHabits, goodHabits } from './habits.ts'
import { priceOf } from './price.ts'
import { chargingSoftware, type KeptRecord } from './software.ts'
import { money, signed } from './wire.ts'

const minute = 60_000
const tariff = { hourFen: 500, leaveMinutes: 15 }

describe('its own tariff', () => {
  const stays: readonly (readonly [minutes: number, paid: number, paidAt: number | null, owed: number])[] = [
    [0, 0, null, 500],
    [60, 0, null, 500],
    [61, 0, null, 1000],
    [61, 500, 58, 0],
    [74, 500, 58, 500],
    [200, 5000, 1, 0],
  ]
  for (const [minutes, paid, paidAt, owed] of stays)
    test(`${minutes} minutes, ${paid} fen paid at ${paidAt}: ${owed} fen`, () => {
      const record = {
        orderId: '1',
        plate: '粤B12345',
        enteredAt: 0,
        lane: 'A1',
        paid: new Map(paid > 0 ? [['n', paid]] : []),
        paidAt: paidAt === null ? null : paidAt * minute,
      }
      assert.equal(priceOf(record, tariff, minutes * minute).owedFen, owed)
    })
})

describe('what it prints', () => {
  test('the vendor’s own example, as the vendor signs it', () => {
    const data = { union_id: '200208', park_id: '21835', local_id: '0071cc97102b_1001_qh321_quanhao-atest1' }
    assert.equal(signed(data, 'login', '8403A41ED5EF20BC', goodHabits).sign, 'CB649425CB5548A375099103AB04CC1E')
  })
  test('with the habits of the field it is JSON still, and signed over another text than it sends', () => {
    const { raw, sign } = signed({ total: money(0, fieldHabits) }, 'out_park', 'key', fieldHabits)
    assert.match(raw, /"total" : 0\.0/)
    assert.deepEqual(Object.keys(JSON.parse(raw) as object), [
      'service_name',
      'data_target',
      'total',
      'test_flag',
      '测试',
    ])
    assert.notEqual(sign, createHash('md5').update(`${raw}key=key`).digest('hex').toUpperCase())
  })
})

describe('what it knows of its vehicles', () => {
  beforeEach(() => mock.method(globalThis, 'fetch', async () => Response.json({ state: 1 })))
  afterEach(() => mock.restoreAll())

  test('outlives it, until they have left', async () => {
    const memory = openStore(null, 'charging-software').table<KeptRecord>('record')
    const clock = new SimulatedClock()
    const started = () =>
      chargingSoftware({
        ...{ address: 'http://cloud/bpd', unionId: '1', parkId: '2', key: 'key', localId: 'box' },
        ...{ clock, tariff, memory },
      })
    await started().enter('粤B12345', 'A1')
    clock.advance(61 * minute)
    const again = started()
    again.toExit('粤B12345', 'B1')
    assert.deepEqual(again.standsAt('B1'), { plate: '粤B12345', grossFen: 1000, paidFen: 0, owedFen: 1000 })
    await again.leave('B1')
    assert.equal(again.standsAt('B1'), null)
    assert.equal(started().records.size, 0)
  })
})
