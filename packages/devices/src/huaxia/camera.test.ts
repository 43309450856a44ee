import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { type LaneRead, type LaneSays, noOrders } from '../lane-device.ts'
import { type HuaxiaOptions, huaxiaCamera } from './camera.ts'
import { formIn, pictureIn } from './form.ts'

const usual = {
  type: 'online',
  plate_num: '粤B12345',
  plate_val: 'true',
  plate_color: '蓝色',
  confidence: '97',
  start_time: '1779350000',
  cam_id: '100200041313',
  triger_type: 'video',
}
const written = (fields: Readonly<Record<string, string | null>>): Buffer =>
  Buffer.from(
    Object.entries({ ...usual, ...fields })
      .flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
      .join('&'),
  )
const read = (body: Buffer, options: HuaxiaOptions = {}, contentType = 'application/x-www-form-urlencoded') =>
  huaxiaCamera(options).read({ contentType, body, receivedAt: 0 as Instant })
const readIn = (fields: Readonly<Record<string, string | null>> = {}, options: HuaxiaOptions = {}): LaneRead => {
  const said = read(written(fields), options)
  assert.ok(said.ok && said.value.kind === 'read', JSON.stringify(said))
  return said.value
}

test('a plate', () => {
  const { pictures, ...rest } = readIn()
  assert.deepEqual(rest, {
    kind: 'read',
    serial: '100200041313',
    recordId: '100200041313/1779350000/粤B12345',
    plate: '粤B12345',
    plateText: '粤B12345',
    colour: 'blue',
    confidence: 97,
    takenAt: 1_779_350_000_000,
    stored: false,
    trigger: 'video',
  })
  assert.deepEqual(pictures?.(), [])
})

const fields: readonly (readonly [what: string, told: Record<string, string | null>, read: Partial<LaneRead>])[] = [
  ['a stored record', { type: 'offline' }, { stored: true }],
  ['the older name of the plate', { plate_num: null, car_plate: '粤B12345' }, { plate: '粤B12345' as never }],
  ['a plate that the camera does not believe', { plate_val: 'false' }, { plate: null, plateText: '粤B12345' }],
  ['no plate', { plate_num: '无牌车' }, { plate: null, plateText: '无牌车' }],
  ['an empty plate', { plate_num: '' }, { plate: null, recordId: '100200041313/1779350000/' }],
  ['I and O in a serial', { plate_num: '粤B1O3I5' }, { plate: '粤B10315' as never }],
  ['yellow-green', { plate_color: '黄绿' }, { colour: 'yellow-green' }],
  ['yellow-green, written out', { plate_color: '黄绿色' }, { colour: 'yellow-green' }],
  ['no colour', { plate_color: '未知' }, { colour: 'unknown' }],
  ['a loop', { triger_type: 'hwtriger' }, { trigger: 'loop' }],
  ['software', { triger_type: 'swtriger' }, { trigger: 'software' }],
  ['a trigger nobody knows', { triger_type: 'x' }, { trigger: 'unknown' }],
  ['a confidence that is none', { confidence: '101' }, { confidence: null }],
  ['percent-encoding', { plate_num: encodeURIComponent('粤B12345') }, { plate: '粤B12345' as never }],
  ['a percent sign that encodes nothing', { car_logo: '100%' }, { plate: '粤B12345' as never }],
  ['an equals sign in a value', { car_logo: 'a=b' }, { plate: '粤B12345' as never }],
]
for (const [what, told, expected] of fields)
  test(`a post with ${what}`, () => assert.partialDeepStrictEqual(readIn(told), expected))

test('a Hong Kong car is plated where the lot asks for it', () => {
  assert.equal(readIn({ plate_num: 'AB1234' }).plate, null)
  assert.equal(readIn({ plate_num: 'AB1234' }, { overseasPlates: true }).plate, 'AB1234')
})

test('the content type says nothing', () => assert.ok(read(written({}), {}, 'text/plain').ok))

test('a heartbeat in both spellings is a poll that takes orders only where the lot says so', () => {
  for (const type of ['heartbeat', 'HeartBeat'])
    for (const heartbeatsTakeOrders of [true, false])
      assert.deepEqual(read(Buffer.from(`type=${type}&cam_id=1`), { heartbeatsTakeOrders }), {
        ok: true,
        value: { kind: 'poll', serial: '1', takesOrders: heartbeatsTakeOrders },
      })
  const said = read(Buffer.from('type=heartbeat&cam_id=1'))
  assert.ok(said.ok && said.value.kind === 'poll' && !said.value.takesOrders)
})

const refused: readonly (readonly [what: string, body: Buffer, field: string])[] = [
  ['nothing', Buffer.alloc(0), 'type'],
  ['no form', Buffer.from('{"type":"online"}'), 'body'],
  ['a name without value', Buffer.from('type&cam_id=1'), 'body'],
  ['no UTF-8', Buffer.from([0x61, 0x3d, 0xd4, 0xc1]), 'body'],
  ['a type nobody knows', written({ type: 'Online' }), 'type'],
  ['a camera without id', written({ cam_id: null }), 'cam_id'],
  ['an id with spaces', written({ cam_id: 'a b' }), 'cam_id'],
  ['a plate message without plate', written({ plate_num: null }), 'car_plate'],
  ['no moment', written({ start_time: null }), 'start_time'],
  ['a moment that is none', written({ start_time: '1e9' }), 'start_time'],
  ['a field twice', Buffer.concat([written({}), Buffer.from('&type=offline')]), 'type'],
  ['half a character, percent-encoded', written({ plate_num: '%E7%B2' }), 'plate_num'],
]
for (const [what, body, field] of refused)
  test(`refused: ${what}`, () => {
    const said = read(body)
    assert.ok(!said.ok)
    assert.deepEqual([said.error.code, said.error.field], ['malformed', field])
  })

test('law: pictures come back byte for byte from the alphabet of the camera', () =>
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '.')
      const pictures = readIn({ picture: text, closeup_pic: text }).pictures?.() ?? []
      assert.deepEqual(
        pictures.map(({ role, jpeg }) => [role, [...jpeg]]),
        [
          ['full', [...bytes]],
          ['plate', [...bytes]],
        ],
      )
    }),
  ))

test('a picture that is none spoils nothing but the pictures', () => {
  assert.deepEqual(readIn({ picture: '***' }).pictures?.(), [])
  assert.throws(() => pictureIn(formIn(Buffer.from('picture=***')), 'picture'))
})

const answer = (orders: Parameters<ReturnType<typeof huaxiaCamera>['answer']>[1], options: HuaxiaOptions = {}) =>
  JSON.parse(huaxiaCamera(options).answer(readIn(), orders).body.toString('utf8'))

test('no orders: received, and no more', () => assert.deepEqual(answer(noOrders), { error_num: 0, error_str: '' }))

test('an order to open names the output', () => {
  assert.deepEqual(answer({ openGate: true }).gpio_data, [{ action: 'on', ionum: 'io1' }])
  assert.deepEqual(answer({ openGate: true }, { gate: { output: 2 } }).gpio_data, [{ action: 'on', ionum: 'io2' }])
})

test('frames for the board in their order, in the encoding asked for', () => {
  const [one, two, ...others] = answer({ openGate: false, show: ['一'], say: '请通行' }).rs485_data
  assert.deepEqual(others, [])
  assert.match(one.data, /^AA55016400290/)
  assert.match(two.data, /^AA55026400220/)
  assert.equal(one.encodetype, 'hex2string')
  const [inBase64] = answer({ openGate: false, say: '请通行' }, { serialEncoding: 'base64' }).rs485_data
  assert.equal(inBase64.encodetype, 'base64')
  assert.match(Buffer.from(inBase64.data, 'base64').toString('hex'), /^aa5501640022/)
})

test('without a board nothing goes to the line', () =>
  assert.equal(answer({ openGate: false, show: ['一'] }, { display: null }).rs485_data, undefined))

const poll = (takesOrders: boolean): LaneSays => ({ kind: 'poll', serial: '1', takesOrders })
test('orders where the camera would not honour them are our mistake', () => {
  const camera = huaxiaCamera()
  const stored: LaneSays = { ...readIn(), stored: true }
  assert.throws(() => camera.answer(poll(false), { openGate: true }), RangeError)
  assert.throws(() => camera.answer(poll(false), { openGate: false, show: [] }), RangeError)
  assert.throws(() => camera.answer(stored, { openGate: true }), RangeError)
  assert.ok(camera.answer(poll(true), { openGate: true }).body.includes('gpio_data'))
  assert.ok(camera.answer(stored, { openGate: false, keptStored: { recordId: 'x', more: true } }))
})
