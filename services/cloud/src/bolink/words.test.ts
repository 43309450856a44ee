import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { up } from '@lanepay/lot-systems/bolink/up.ts'
import { plateColourOf, plateOfRecord } from './words.ts'

describe('the colour of a plate, as software writes it', () => {
  const table: readonly (readonly [said: unknown, colour: string])[] = [
    [0, 'blue'],
    ['4', 'green'],
    ['5.0', 'yellow-green'],
    ['蓝', 'blue'],
    ['黄色', 'yellow'],
    ['黄绿牌', 'yellow-green'],
    ['', 'unknown'],
    [9, 'unknown'],
    ['紫', 'unknown'],
    [undefined, 'unknown'],
  ]
  for (const [said, colour] of table)
    test(`${JSON.stringify(said)} is ${colour}, and the entry is taken`, () => {
      const entry = { car_number: '粤B12345', in_time: 1, order_id: 'R1', license_color: said }
      // What nobody reads may be anything.
      const read = readMessage(up.in_park, { ...entry, empty_plot: '20.5', car_cost_type: '临时', uid: { id: 1 } })
      assert.ok(read.ok)
      assert.equal(plateColourOf(read.value.license_color), colour)
    })
})

describe('the plate of a record', () => {
  test('of vehicles that were not read each has its own, and the same one each time', () => {
    const marks = ['', ' ', '无', '无牌', '无牌车', '无车牌', '未识别']
    const plates = marks.flatMap((mark) => [plateOfRecord(mark, 'R1'), plateOfRecord(mark, 'R2')])
    assert.deepEqual([...new Set(plates)], [plateOfRecord('', 'R1'), plateOfRecord('', 'R2')])
    assert.match(plates[0]!, /^无[0-9A-F]{6}$/)
  })
  test('any other is as it is', () => {
    for (const plate of ['粤B12345', '无A1234', 'WJ粤0001B']) assert.equal(plateOfRecord(plate, 'R1'), plate)
  })
})
