import assert from 'node:assert/strict'
import { test } from 'node:test'
import { darknessAt } from './daylight.ts'

test('it is light by day and dark by night, by the clock on the wall in China', () => {
  const table: [string, number][] = [
    ['00:00', 1],
    ['05:00', 1],
    ['06:00', 0.5],
    ['07:00', 0],
    ['12:00', 0],
    ['18:00', 0],
    ['19:00', 0.5],
    ['20:00', 1],
    ['23:59', 1],
  ]
  for (const [time, dark] of table) assert.equal(darknessAt(Date.parse(`2026-01-05T${time}:00+08:00`)), dark, time)
})
