import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countdown, plateParts, stayed, wallTime, when, yuan } from './shown.ts'

const at = (wall: string) => Date.parse(`${wall}+08:00`)

test('money is shown in yuan with both decimals', () => {
  for (const [fen, text] of [
    [0, '0.00'],
    [5, '0.05'],
    [1550, '15.50'],
    [-1550, '-15.50'],
    [1234567, '12345.67'],
  ] as const)
    assert.equal(yuan(fen), text)
})

test('times are those of the lot, wherever this machine is', () => {
  assert.deepEqual(wallTime(Date.UTC(2026, 0, 31, 16, 5)), ['2026-02-01', '00:05'])
  assert.equal(when(at('2026-03-14T08:05:00'), at('2026-03-14T23:59:00')), '08:05')
  assert.equal(when(at('2026-03-13T23:59:00'), at('2026-03-14T00:01:00')), '03-13 23:59')
})

const stays: [from: string, to: string, days: number, hours: number, minutes: number][] = [
  ['2026-03-14T08:00:00', '2026-03-14T08:00:59', 0, 0, 0],
  ['2026-03-14T08:00:00', '2026-03-14T11:12:00', 0, 3, 12],
  ['2026-03-14T08:00:00', '2026-03-16T09:01:00', 2, 1, 1],
  ['2026-03-14T08:00:00', '2026-03-14T07:00:00', 0, 0, 0],
]
for (const [from, to, days, hours, minutes] of stays)
  test(`from ${from} to ${to}: ${days} d ${hours} h ${minutes} min`, () =>
    assert.deepEqual(stayed(at(from), at(to)), { days, hours, minutes }))

test('a countdown never goes below zero and shows hours when there are any', () => {
  assert.equal(countdown(754_000), '12:34')
  assert.equal(countdown(3_600_000), '1:00:00')
  assert.equal(countdown(400), '00:01')
  assert.equal(countdown(-5_000), '00:00')
})

test('a plate is parted where the dot is on the metal', () => {
  assert.deepEqual(plateParts('粤B12345'), ['粤B', '12345'])
  assert.deepEqual(plateParts('粤BD12345'), ['粤B', 'D12345'])
  assert.deepEqual(plateParts('使014578'), ['使014578'])
  assert.deepEqual(plateParts('3KM7W9X'), ['3KM7W9X'])
})
