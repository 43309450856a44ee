import assert from 'node:assert/strict'
import { test } from 'node:test'
import { priceSteps } from '@lanepay/domain/tariff/tariff.ts'
import { at, careful, tariffOf } from './kit.fixtures.ts'
import { tablePicture } from './picture.ts'
import { tableCsv, tableText } from './table.ts'

const hour = 3600
const tariff = tariffOf(careful)
const steps = priceSteps(tariff, { enteredAt: at('2026-03-04T10:00') }, 3 * hour)

test('the price by length as people read it', () => {
  assert.deepEqual(tableText(tariff, steps, 'zh-CN').split('\n'), [
    '停车时长       金额',
    '不超过 15 分   免费',
    '不超过 1 小时  ¥5.00',
    '不超过 2 小时  ¥8.00',
    '不超过 3 小时  ¥11.00',
  ])
  assert.equal(tableText(tariff, steps, 'en').split('\n')[1], 'up to 15 min    free')
})

test('units that count once complete end before a whole minute; a list that ends has no price', () => {
  const down = tariffOf({
    ...careful,
    plans: { p: { bands: [{ steps: [{ to: 60, every: 30, fen: 200, round: 'down' }] }] } },
  })
  const list = priceSteps(down, { enteredAt: at('2026-03-04T10:00') }, 2 * hour)
  assert.deepEqual(tableText(down, list, 'en').split('\n').slice(1), [
    'under 30 min    free',
    'under 1 h       ¥2.00',
    'up to 1 h       ¥4.00',
    'up to 2 h       beyond the list',
  ])
  assert.equal(tableCsv(list).split('\n').at(-1), '7200,120,')
})

test('for spreadsheets: seconds, minutes, fen', () =>
  assert.deepEqual(tableCsv(steps).split('\n'), [
    'up_to_seconds,up_to_minutes,price_fen',
    '900,15,0',
    '3600,60,500',
    '7200,120,800',
    '10800,180,1100',
  ]))

test('as a picture: one step for each price, from no time to the longest, within its frame', () => {
  const picture = tablePicture(tariff, steps, 'A & B <1>', 'en')
  assert.match(picture, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="900" height="480"/)
  assert.ok(picture.includes('<title>A &amp; B &lt;1&gt;</title>'))
  const [, line = ''] = /<path d="([^"]+)" fill="none"/.exec(picture) ?? []
  // 90 to 876 are three hours, 424 to 44 are 11 yuan.
  assert.equal(line, 'M90 424H155.5V251.3H352V147.6H614V44H876')
  const opened = [...picture.matchAll(/<(\w+)\b(?:[^>]*[^/>])?>/g)].map(([, name]) => name)
  const closed = [...picture.matchAll(/<\/(\w+)>/g)].map(([, name]) => name)
  assert.deepEqual(opened.sort(), closed.sort())
})
