import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Malformed } from '../malformed.ts'
import { jsonIn, readReply, readUp } from './messages.ts'
import { readOlder } from './older.ts'
import { downTopic, heardTopics, type Spelling, topicRead } from './topics.ts'

const serial = '917e2298-8ddf3e46'
const options = { serial, overseas: false }
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const root = (message: unknown) => jsonIn(Buffer.from(JSON.stringify(message)))
const up = (name: string, payload: unknown) =>
  readUp(name, root({ id: 'm-1', sn: serial, name, version: '1.0', timestamp: 1_784_098_001, payload }), options)

const plate = {
  license: base64('粤B12345'),
  colorType: 1,
  confidence: 95,
  plateid: 301,
  isoffline: 0,
  triggerType: 1,
  timeStamp: { Timeval: { sec: 1_784_098_001, usec: 0 } },
}
const alarm = (told: object = {}, around: object = {}) => ({
  AlarmInfoPlate: { serialno: serial, result: { PlateResult: { ...plate, ...told } }, ...around },
})
const jpeg = Buffer.from('ffd8ffd9', 'hex')

const plates: readonly (readonly [what: string, told: object, expected: object])[] = [
  ['a plate in base64', {}, { kind: 'plate', serial, recordId: '301', plate: '粤B12345', plateText: '粤B12345' }],
  ['no plate', { license: base64('_无_') }, { plate: null, plateText: '_无_' }],
  ['no plate, without words', { license: '' }, { plate: null, plateText: '' }],
  ['a stored record', { isoffline: 1 }, { stored: true }],
  ['where its picture lies', { imagePath: base64('http://o/a.jpg?sign=1#x') }, { imageUrl: 'http://o/a.jpg' }],
  ['no picture anywhere', { imagePath: '' }, { imageUrl: null }],
]
for (const [what, told, expected] of plates)
  test(`a plate result: ${what}`, () => assert.partialDeepStrictEqual(up('ivs_result', alarm(told)), expected))

const pictured: readonly (readonly [where: string, payload: object, roles: readonly string[]])[] = [
  ['in the result', alarm({ full_image_content: base64('f'), small_image_content: base64('s') }), ['full', 'plate']],
  ['beside the alarm', { ...alarm(), full_image_content: base64('f') }, ['full']],
  ['as over HTTP', alarm({ imageFile: base64('f'), imageFragmentFile: base64('s') }), ['full', 'plate']],
  ['nowhere', alarm(), []],
  ['not to be read', alarm({ full_image_content: '***' }), []],
]
for (const [where, payload, roles] of pictured)
  test(`pictures ${where}`, () => {
    const said = up('ivs_result', payload)
    assert.ok(said.kind === 'plate')
    assert.deepEqual(
      said.pictures?.().map(({ role }) => role),
      roles,
    )
  })

test('inputs and serial bytes, wrapped as over HTTP', () => {
  const input = { AlarmGioIn: { serialno: serial, result: { TriggerResult: { source: 1, value: 1 } } } }
  assert.deepEqual(up('gpio_in', input), { kind: 'input', serial, source: 1, on: true })
  const bytes = { SerialData: { serialno: serial, serialChannel: 1, data: jpeg.toString('base64'), dataLen: 4 } }
  assert.deepEqual(up('serial_data', { type: 'serial_data', body: bytes }), {
    kind: 'serial',
    serial,
    port: 1,
    bytes: jpeg,
  })
})

const event = (event_type: number, result?: unknown) => ({ type: 'lanectrl_result', body: { event_type, result } })
const seen = [{ plate_result: { license: base64('粤B12345'), color_type: 1 } }]
const events: readonly (readonly [code: number, expected: object])[] = [
  [
    84,
    {
      kind: 'read',
      trigger: 'turned-back',
      recordId: 'lane-m-1',
      plate: '粤B12345',
      colour: 'blue',
      stored: false,
      reverse: true,
    },
  ],
  [82, { kind: 'read', trigger: 'staying', plate: '粤B12345' }],
  [83, { kind: 'other', what: 'a vehicle passed' }],
  [85, { kind: 'other', what: 'tailgating' }],
  [73, { kind: 'other' }],
  [81, { kind: 'other' }],
  [96, { kind: 'other' }],
  [97, { kind: 'other' }],
  [112, { kind: 'other' }],
  [113, { kind: 'other' }],
  [999, { kind: 'other', what: 'lane event 999' }],
]
for (const [code, expected] of events)
  test(`lane event ${code} is ${JSON.stringify(expected)}`, () =>
    assert.partialDeepStrictEqual(up('lanectrl_result', event(code, seen)), { serial, ...expected }))

test('a lane event says who turned back, and of nobody else which way he goes', () => {
  const staying = up('lanectrl_result', event(82, seen))
  assert.equal('reverse' in staying, false)
})

test('the way over MQTT, where it is set up which one is that of the lane', () => {
  const wayIn = (direction: number, forward?: 'up' | 'down') => {
    const said = readUp('ivs_result', root({ id: 'm-1', payload: alarm({ direction }) }), { ...options, forward })
    return 'reverse' in said ? said.reverse : 'nothing'
  }
  assert.deepEqual([wayIn(3, 'up'), wayIn(3, 'down'), wayIn(3), wayIn(1, 'up')], [false, true, 'nothing', 'nothing'])
})

const malformed: readonly (readonly [name: string, payload: unknown, field: string])[] = [
  ['ivs_result', undefined, 'payload'],
  ['ivs_result', {}, 'payload.AlarmInfoPlate'],
  ['ivs_result', alarm({ license: '粤B12345' }), 'payload.AlarmInfoPlate.result.PlateResult.license'],
  ['ivs_result', alarm({ license: '/w==' }), 'payload.AlarmInfoPlate.result.PlateResult.license'],
  ['ivs_result', alarm({ plateid: undefined }), 'payload.AlarmInfoPlate.result.PlateResult.plateid'],
  ['ivs_result', alarm({ isoffline: 2 }), 'payload.AlarmInfoPlate.result.PlateResult.isoffline'],
  ['gpio_in', {}, 'payload.AlarmGioIn'],
  ['lanectrl_result', event(84), 'payload.body.result'],
  ['lanectrl_result', event(84, []), 'payload.body.result[0]'],
  ['lanectrl_result', { body: {} }, 'payload.body.event_type'],
  ['make_tea', {}, 'topic'],
]
for (const [name, payload, field] of malformed)
  test(`malformed: ${name}: ${field} in ${JSON.stringify(payload)?.slice(0, 80)}`, () =>
    assert.throws(
      () => up(name, payload),
      (error) => error instanceof Malformed && error.fault.field === field,
    ))

test('an answer has the number of its question and a code', () => {
  assert.deepEqual(readReply(root({ id: 'a', code: 200, payload: null })), { kind: 'reply', id: 'a', code: 200 })
  for (const wrong of [{ id: 'a' }, { code: 200 }, { id: 5, code: 200 }])
    assert.throws(() => readReply(root(wrong)), Malformed)
})

test('the older profile: plates as over HTTP, and nothing of other cameras', () => {
  const older = (message: object) => readOlder(root(message), options)
  assert.partialDeepStrictEqual(older(alarm({ license: '粤B12345' })), { kind: 'plate', serial, plate: '粤B12345' })
  assert.equal(older(alarm({}, { serialno: 'another' })), null)
  assert.equal(older({ cmd: 'TriggerImage', msgId: 'a', oss_path: 'b' }), null)
  assert.throws(() => older(alarm({ license: 5 })), Malformed)
})

const name = fc.stringMatching(/^[a-z_]{1,20}$/)
const spelling = fc.constantFrom<Spelling>('device-first', 'serial-first')

test('law: an answer to what was sent down is found in its topic, in either spelling', () => {
  fc.assert(
    fc.property(spelling, name, (one, what) => {
      const topic = `${downTopic(serial, one, what)}/reply`
      assert.deepEqual(topicRead(serial, topic), { spelling: one, name: what, isReply: true })
      assert.equal(topicRead('another', topic), null)
      const asPattern = (pattern: string) => new RegExp(`^${pattern.replaceAll('+', '[^/]+')}$`)
      assert.equal(heardTopics(serial).filter((pattern) => asPattern(pattern).test(topic)).length, 1)
    }),
  )
})

test('law: no topic and no bytes are read otherwise than as what they are, or refused', () => {
  const names = [
    'ivs_result',
    'gpio_in',
    'serial_data',
    'lanectrl_result',
    'barr_gate_status',
    'snapshot',
    'keep_alive',
  ]
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.jsonValue(), fc.string(), (what, payload, topic) => {
      topicRead(serial, topic)
      try {
        assert.equal(typeof up(what, payload).kind, 'string')
      } catch (error) {
        assert.ok(error instanceof Malformed && error.fault.field !== '' && error.fault.rule !== '')
      }
    }),
  )
})
