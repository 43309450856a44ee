import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dayAfter, plateText, timeText, yuanText } from './spelling.ts'

describe('how things are written', () => {
  for (const [fen, text] of [
    [0, '¥0.00'],
    [5, '¥0.05'],
    [123_456, '¥1,234.56'],
    [-300, '-¥3.00'],
    [900_719_925_474_099, '¥9,007,199,254,740.99'],
  ] as const)
    test(`${fen} fen as ${text}`, () => assert.equal(yuanText(fen), text))
  test('an instant as the lot reads it, wherever one sits', () =>
    assert.equal(timeText(Date.parse('2026-11-28T16:00:00Z')), '2026-11-29 00:00:00'))
  test('a plate as it stands on the car, and an unplated pass as it is', () => {
    assert.equal(plateText('粤B12345'), '粤B·12345')
    assert.equal(plateText('7K2M9XP'), '7K2M9XP')
  })
  test('days go on over the ends of months and years', () => {
    assert.equal(dayAfter('2026-12-31', 1), '2027-01-01')
    assert.equal(dayAfter('2028-03-01', -1), '2028-02-29')
  })
})
