import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { noOrders } from '../lane-device.ts'
import { dahuaCamera } from './camera.ts'
import { readEvents } from './event.ts'
import { dahuaPush } from './pushed.ts'

const options = { overseas: false, encoding: 'utf-8' } as const
const event = (prefix: string, plate: string) =>
  `${prefix}.EventBaseInfo.Code=TrafficJunction\r\n${prefix}.UTC=1784098001\r\n${prefix}.PTS=7.0\r\n${prefix}.TrafficCar.PlateNumber=${plate}\r\n`

test('several events of one part come in the order of their numbers, whatever firmware calls them', () => {
  const text = `${event('ReturnEvents[1]', '粤B22222')}${event('ReturnEvents[0]', '粤B11111')}`
  const events = readEvents(Buffer.from(text), options)
  assert.deepEqual(
    events.map((one) => one.kind === 'plate' && [one.plate, one.recordId]),
    [
      ['粤B11111', '1784098001/7.0/粤B11111'],
      ['粤B22222', '1784098001/7.0/粤B22222'],
    ],
  )
})

test('an event without a plate is a vehicle, another event is none', () => {
  assert.partialDeepStrictEqual(readEvents(Buffer.from(event('Events[0]', '')), options), [
    { kind: 'plate', plate: null },
  ])
  assert.deepEqual(readEvents(Buffer.from('Events[0].Code=VideoMotion'), options), [
    { kind: 'other', code: 'VideoMotion' },
  ])
})

for (const [what, text] of [
  ['no event', 'a=b'],
  ['a line that is none', 'Events[0].Code=TrafficJunction\nGARBAGE'],
  ['a key twice', 'Events[0].Code=TrafficJunction\nEvents[0].Code=Other'],
  ['a moment that is none', 'Events[0].Code=TrafficJunction\nEvents[0].UTC=now'],
] as const)
  test(`refused in a stream: ${what}`, () => assert.throws(() => readEvents(Buffer.from(text), options)))

const post = (message: object) =>
  dahuaPush().read({
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(message)),
    receivedAt: 5 as Instant,
  })
const info = { DeviceID: 'ITC-01', AccurateTime: '2026-07-15 10:46:41.250', TimeZone: 8 }

test('a post without picture name is known by its moment and plate; what it says is no plate is none', () => {
  const said = post({ Picture: { SnapInfo: info, Plate: { IsExist: false, PlateNumber: '粤B12345' } } })
  const takenAt = Date.parse('2026-07-15T10:46:41.250+08:00')
  assert.ok(said.ok)
  assert.partialDeepStrictEqual(said.value, {
    kind: 'read',
    plate: null,
    takenAt,
    recordId: `${takenAt}/`,
    stored: false,
  })
})

for (const [what, message, field] of [
  ['nobody', { Active: 'keepAlive' }, 'DeviceID'],
  [
    'no moment',
    { Picture: { SnapInfo: { ...info, AccurateTime: '2026-02-31 00:00:00' } } },
    'Picture.SnapInfo.AccurateTime',
  ],
  ['a zone that is none', { Picture: { SnapInfo: { ...info, TimeZone: 'CST' } } }, 'Picture.SnapInfo.TimeZone'],
] as const)
  test(`refused in a post: ${what}`, () => {
    const said = post(message)
    assert.ok(!said.ok)
    assert.equal(said.error.field, field)
  })

test('it is answered with a true result in both spellings, and takes no orders', () => {
  const said = post({ DeviceID: 'ITC-01' })
  assert.ok(said.ok)
  const answer = JSON.parse(dahuaPush().answer(said.value, noOrders).body.toString())
  assert.deepEqual(answer, { Result: true, result: 'true' })
  assert.throws(() => dahuaPush().answer(said.value, { openGate: true }), RangeError)
})

const device = { url: 'http://192.168.1.66', user: 'a', password: 'b', serial: 'c' }
for (const wrong of [{ channel: 0 }, { serial: 'a b' }, { url: 'ftp://a' }, { silentMs: 0 }])
  test(`refused as an option: ${JSON.stringify(wrong)}`, () =>
    assert.throws(() => dahuaCamera({ ...device, ...wrong }), RangeError))
