import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { type LaneRead, noOrders } from '../lane-device.ts'
import { aJpeg, anAlert } from './fixtures.ts'
import { hikvisionPush } from './pushed.ts'
import { Sightings } from './sightings.ts'

const receivedAt = Date.parse('2026-05-21T08:10:07Z') as Instant
const post = (body: string | Buffer, contentType = 'multipart/form-data; boundary=MIME_boundary') =>
  hikvisionPush().read({ contentType, body: Buffer.from(body as string), receivedAt })

type PartOf = readonly [name: string, type: string, content: string | Buffer]
const form = (...parts: readonly PartOf[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(([name, type, content]) => [
      Buffer.from(`--MIME_boundary\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n`),
      Buffer.from(`Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(content as string)}\r\n\r\n`),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--MIME_boundary--\r\n'),
  ])
const pictures = ['licensePlatePicture.jpg', 'vehiclePicture.jpg', 'detectionPicture.jpg']
const alert = ['anpr.xml', 'text/xml', anAlert({}, {}, pictures)] as const

const readIn = (body: Buffer): LaneRead => {
  const said = post(body)
  assert.ok(said.ok && said.value.kind === 'read', JSON.stringify(said))
  return said.value
}
const rolesIn = (read: LaneRead) => read.pictures?.().map(({ role, jpeg }) => `${role} ${jpeg.length}`)

test('a form with an alert and its pictures', () => {
  const read = readIn(form(alert, ...pictures.map((name) => [name, 'image/jpeg', aJpeg(name)] as const)))
  const { pictures: _, ...rest } = read
  assert.deepEqual(rest, {
    kind: 'read',
    serial: '08:cc:81:77:93:8a/1',
    recordId: '2026052116100697300edb',
    plate: '粤B12345',
    plateText: '粤B12345',
    colour: 'blue',
    confidence: 98,
    takenAt: Date.parse('2026-05-21T08:10:06Z'),
    stored: false,
    trigger: 'unknown',
  })
  assert.deepEqual(rolesIn(read), ['plate 25', 'vehicle 20', 'full 22'])
})

test('pictures under any type, one without bytes, one without name, before the alert', () => {
  const parts: readonly PartOf[] = [
    [pictures[0]!, 'application/octet-stream', aJpeg()],
    [pictures[1]!, 'image/pjpeg', ''],
    alert,
  ]
  const nameless = form(...parts)
    .toString('latin1')
    .replace('--MIME_boundary--', '')
  const last = `--MIME_boundary\r\nContent-Type: image/jpeg\r\n\r\n${aJpeg().toString('latin1')}\r\n--MIME_boundary--`
  assert.deepEqual(rolesIn(readIn(Buffer.from(nameless + last, 'latin1'))), ['plate 9', 'full 9'])
})

test('the alert under any name, and without a form', () => {
  assert.equal(readIn(form(['MoveDetection.xml', 'application/xml', anAlert()])).plate, '粤B12345')
  assert.ok(post(anAlert(), 'application/xml; charset="UTF-8"').ok)
})

test('a heartbeat is a poll that takes no orders', () => {
  const said = post(anAlert({ eventType: 'videoloss', eventState: 'inactive' }, null), 'application/xml')
  assert.deepEqual(said, { ok: true, value: { kind: 'poll', serial: '08:cc:81:77:93:8a/1', takesOrders: false } })
})

test('another event is genuine and of no use', () => {
  const said = post(anAlert({ eventType: 'shelteralarm' }, null), 'application/xml')
  assert.deepEqual(said.ok && said.value, { kind: 'other', serial: '08:cc:81:77:93:8a/1', what: 'event shelteralarm' })
})

test('without an id a record is known by moment and plate; without a moment it is new every time', () => {
  const idOf = (fields: Record<string, string>) => readIn(form(['anpr.xml', 'text/xml', anAlert(fields)])).recordId
  assert.equal(idOf({ UUID: '' }), `${Date.parse('2026-05-21T08:10:06Z')}/粤B12345`)
  assert.equal(idOf({ UUID: '', dateTime: '' }), `${receivedAt}/粤B12345`)
})

const refused: readonly (readonly [what: string, body: Buffer, contentType?: string])[] = [
  ['no alert', form([pictures[0]!, 'image/jpeg', aJpeg()])],
  ['two alerts', form(alert, alert)],
  ['a form without boundary', form(alert), 'multipart/form-data'],
  ['a form with another boundary', form(alert), 'multipart/form-data; boundary=other'],
  ['nothing', Buffer.alloc(0)],
  ['no XML', Buffer.from('{}'), 'application/json'],
]
for (const [what, body, contentType] of refused)
  test(`refused: ${what}`, () => {
    const said = post(body, contentType)
    assert.ok(!said.ok && said.error.code === 'malformed')
  })

test('the answer is empty, and takes no orders', () => {
  const poll = { kind: 'poll', serial: 's', takesOrders: false } as const
  assert.equal(hikvisionPush().answer(poll, noOrders).body.length, 0)
  for (const orders of [{ openGate: true }, { openGate: false, show: ['a'] }, { openGate: false, say: 'a' }])
    assert.throws(() => hikvisionPush().answer(poll, orders), RangeError)
})

test('pictures that come after two seconds belong to nobody, nor do more than were announced', () => {
  let now = 0
  const sightings = new Sightings({ overseas: false, now: () => now })
  const picture = { head: new Map([['content-type', 'image/jpeg']]), content: aJpeg() }
  const alertOf = (announced: readonly string[]) => {
    const sighting = sightings.take({ head: new Map(), content: Buffer.from(anAlert({}, {}, announced)) })
    assert.ok(sighting)
    return sighting
  }
  const first = alertOf(pictures)
  assert.equal(first.pictures().length, 0)
  sightings.take(picture)
  now = 2_000
  sightings.take(picture)
  now = 2_001
  sightings.take(picture)
  assert.deepEqual(
    first.pictures().map(({ role }) => role),
    ['plate', 'vehicle'],
  )
  const second = alertOf(pictures.slice(2))
  sightings.take(picture)
  sightings.take(picture)
  assert.deepEqual([first.pictures().length, second.pictures().length], [2, 1])
})

for (const [direction, reverse] of [
  ['forward', false],
  ['reverse', true],
  ['unknown', null],
  ['sideways', null],
  ['', null],
] as const)
  test(`direction "${direction}": reverse ${reverse ?? 'not said'}`, () => {
    const said = post(anAlert({}, { direction }), 'application/xml')
    assert.ok(said.ok && said.value.kind === 'read')
    assert.equal('reverse' in said.value ? said.value.reverse : null, reverse)
  })
