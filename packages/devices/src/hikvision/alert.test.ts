import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Malformed } from '../malformed.ts'
import { type PlateAlert, readAlert, serialOf } from './alert.ts'
import { anAlert } from './fixtures.ts'
import { readBarrierState } from './gate.ts'

const read = (xml: string, overseas = false) => readAlert(Buffer.from(xml), { overseas })
const plateOf = (...alert: Parameters<typeof anAlert>): PlateAlert => {
  const read = readAlert(Buffer.from(anAlert(...alert)), { overseas: false })
  assert.ok(read.kind === 'plate')
  return read
}

const plates: readonly (readonly [written: string, plate: string | null])[] = [
  ['粤B12345', '粤B12345'],
  ['粤B·1O3I5', '粤B10315'],
  ['unknown', null],
  ['', null],
  ['38AAP084', null],
  ['无A123456', null],
]
for (const [licensePlate, plate] of plates)
  test(`the plate in ${licensePlate || 'nothing'}`, () => {
    const alert = plateOf({}, { licensePlate })
    assert.deepEqual([alert.plate, alert.plateText], [plate, licensePlate])
  })

test('a Hong Kong car is plated where the lot asks for it', () => {
  const overseas = read(anAlert({}, { licensePlate: 'AB1234' }), true)
  assert.ok(overseas.kind === 'plate' && overseas.plate === 'AB1234')
  assert.equal(plateOf({}, { licensePlate: 'AB1234' }).plate, null)
})

const fields: readonly (readonly [what: string, alert: Parameters<typeof anAlert>, read: Partial<PlateAlert>])[] = [
  ['a colour in capitals', [{}, { plateColor: 'Yellow' }], { colour: 'yellow' }],
  ['a colour nobody knows', [{}, { plateColor: 'pink' }], { colour: 'unknown' }],
  ['a decimal confidence', [{}, { confidenceLevel: '97.6' }], { confidence: 98 }],
  ['a confidence that is none', [{}, { confidenceLevel: '101' }], { confidence: null }],
  ['a stored record', [{ isDataRetransmission: 'true' }], { stored: true }],
  ['no word about storing', [{ isDataRetransmission: '' }], { stored: false }],
  ['a loop', [{}, { detectType: '1' }], { trigger: 'loop' }],
  ['video', [{}, { detectType: '2' }], { trigger: 'video' }],
  ['no word about why', [{}, { detectType: '' }], { trigger: 'unknown' }],
  ['a zone', [{ dateTime: '2026-05-21T09:10:06+01:00' }], { takenAt: Date.parse('2026-05-21T08:10:06Z') as never }],
  ['no zone', [{ dateTime: '2026-05-21T16:10:06' }], { takenAt: Date.parse('2026-05-21T08:10:06Z') as never }],
  [
    'milliseconds',
    [{ dateTime: '2026-05-21T16:10:06.973+08:00' }],
    { takenAt: Date.parse('2026-05-21T08:10:06Z') as never },
  ],
  ['no moment', [{ dateTime: '' }], { takenAt: null }],
  ['no id', [{ UUID: '' }], { uuid: null }],
  ['a way', [{}, { direction: 'reverse', line: '2' }], { direction: 'reverse', line: 2 }],
  ['pictures announced', [{}, {}, ['licensePlatePicture.jpg', 'detectionPicture.jpg']], { pictures: 2 }],
]
for (const [what, alert, expected] of fields)
  test(`an alert with ${what}`, () => assert.partialDeepStrictEqual(plateOf(...alert), expected))

test('both namespaces, and a prefix, are one alert', () => {
  const plain = anAlert()
  const older = plain.replace('http://www.hikvision.com/ver20/XMLSchema', 'http://www.std-cgi.com/ver10/XMLSchema')
  const prefixed = plain.replace('xmlns=', 'xmlns:n="x" was=').replace(/<(\/?)/g, '<$1n:')
  for (const other of [older, prefixed]) assert.deepEqual(read(other), read(plain))
})

const heartbeat = { eventType: 'videoloss', eventState: 'inactive' }
test('a heartbeat is the inactive loss of the picture; an active one is an event', () => {
  assert.equal(read(anAlert(heartbeat, null)).kind, 'heartbeat')
  assert.partialDeepStrictEqual(read(anAlert({ ...heartbeat, eventState: 'active' }, null)), {
    kind: 'other',
    eventType: 'videoloss',
  })
})

test('a camera is known by MAC and channel, else by address, else not at all', () => {
  assert.equal(serialOf(read(anAlert({ macAddress: '08:CC:81:77:93:8A', channelID: '2' }))), '08:cc:81:77:93:8a/2')
  assert.equal(serialOf(read(anAlert({ macAddress: '', ipAddress: '10.0.0.5' }))), '10.0.0.5/1')
  assert.equal(serialOf(read(anAlert({ macAddress: '' }))), '')
})

const malformed: readonly (readonly [what: string, xml: string, field: string])[] = [
  ['another document', '<Plates/>', 'xml'],
  ['a camera that no name can be', anAlert({ macAddress: `08:cc\n${'0'.repeat(64)}` }), 'macAddress'],
  ['a channel of two lines', anAlert({ channelID: '1\n2' }), 'channelID'],
  ['an event of two words', anAlert({ eventType: 'video loss' }), 'eventType'],
  ['no event', anAlert({ eventType: '' }), 'eventType'],
  ['a plate event without ANPR', anAlert({}, null), 'ANPR'],
  ['a moment that is none', anAlert({ dateTime: 'yesterday' }), 'dateTime'],
  ['a day that is none', anAlert({ dateTime: '2026-02-31T25:00:00+08:00' }), 'dateTime'],
  ['a day that no February has', anAlert({ dateTime: '2026-02-31T10:00:00+08:00' }), 'dateTime'],
  ['stored or live, nobody knows', anAlert({ isDataRetransmission: 'maybe' }), 'isDataRetransmission'],
  ['no XML', 'GARBAGE', 'xml'],
]
for (const [what, xml, field] of malformed)
  test(`refused: ${what}`, () =>
    assert.throws(
      () => read(xml),
      (error) => error instanceof Malformed && error.fault.field === field,
    ))

test('refused: no UTF-8', () =>
  assert.throws(() => readAlert(Buffer.from([0xff, 0xfe]), { overseas: false }), Malformed))

test('where the arm is', () => {
  const states = ['0', '1', '2'].map(
    (state) => `<BarrierGate><barrierGateStatus>${state}</barrierGateStatus></BarrierGate>`,
  )
  assert.deepEqual(
    states.map((xml) => readBarrierState(Buffer.from(xml))),
    ['no-signal', 'closed', 'open'],
  )
  for (const xml of ['<barrierGateStatus>3</barrierGateStatus>', '<a/>'])
    assert.throws(() => readBarrierState(Buffer.from(xml)), Malformed)
})
