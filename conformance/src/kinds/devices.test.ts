import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { passed } from '../check.ts'
import { deviceChecks } from './devices.ts'

type Entry = Readonly<Record<string, unknown>> & { readonly file: string; readonly protocol: string }
const index = JSON.parse(readFileSync(new URL('../../vectors/devices/index.json', import.meta.url), 'utf8')) as {
  readonly entries: readonly Entry[]
}

const built = [
  'vz-http-push',
  'vz-tcp',
  'vz-mqtt',
  'vz-mqtt-legacy',
  'huaxia-http',
  'hik-isapi',
  'dahua-cgi',
  'dahua-itsapi',
  'openalpr',
  'platerecognizer-stream',
  'jinjie-display',
  'fk-rs485',
  'sfm-rs485',
  'plate-grammar',
  'plate-matching',
  'pms-4pyun',
  'pms-hik-isc',
  'pms-ymiot-cloud',
  'pms-ym-b30',
  'pms-fujica',
  'pms-bolink-tcp',
  'pms-bolink-http',
  'pms-signatures',
  'gov-hangzhou',
]

test('every protocol of the index has a check', () => {
  const protocols = new Set(index.entries.map(({ protocol }) => protocol))
  assert.deepEqual(Object.keys(deviceChecks).sort(), [...protocols].sort())
})

for (const entry of index.entries)
  if (built.includes(entry.protocol))
    test(`${entry.protocol}: ${entry.file}`, async () => {
      assert.deepEqual(await deviceChecks[entry.protocol]?.(entry, index), passed)
    })
  else
    test(`${entry.protocol}: ${entry.file} is listed as not built`, async () => {
      const verdict = await deviceChecks[entry.protocol]?.(entry, index)
      assert.ok(verdict && 'notBuilt' in verdict)
    })

const changed: readonly (readonly [file: string, change: Readonly<Record<string, unknown>>])[] = [
  ['pms-4pyun-billing-request.json', { plate: '粤B660PQ' }],
  ['pms-4pyun-billing-response.json', { dueFen: 501 }],
  ['pms-4pyun-payment-result.json', { paidAt: '2018-11-30T10:52:51+08:00' }],
  ['pms-4pyun-enter-ack-hint.json', { delivered: false }],
  ['pms-isc-prebill-response.json', { dueFen: 200 }],
  ['pms-isc-event-in-release.json', { released: true }],
  ['pms-ymiot-car-enter.json', { enteredAt: '2020-07-29T12:32:10+08:00' }],
  ['pms-ym-b30-area-query.json', { dataMd5: '00' }],
  ['pms-isc-charge-rules.json', { tariffs: ['total_duration', 'per_unit'] }],
  ['pms-fujica-enter.json', { sessionId: '5DF389CE-695A-4D73-8607-407BD0AECAB5' }],
  ['pms-bolink-upload-order.json', { cashFen: 0 }],
  ['pms-bolink-upload-order.json', { locked: true }],
  ['pms-bolink-lock-car.json', { sign: 'FD953935CFF4E3B4DD437074E688C1D5' }],
  ['pms-bolink-lock-car.json', { plate: '晋QQ1235' }],
  ['gov-hangzhou-in.json', { uid: '3301000001220260715104645' }],
  ['vz-http-plate-online.json', { confidence: 95 }],
  ['vz-http-plate-online.json', { trigger: 'auto' }],
  ['vz-http-plate-images.json', { capturedAt: '2023-06-09T16:41:02.121+08:00' }],
  ['vz-http-plate-images.json', { images: [] }],
  ['vz-http-plate-noplate.json', { clockMismatch: false }],
  ['vz-http-gpio-in.json', { input: 3 }],
  ['vz-http-serial-in.json', { port: 1 }],
  ['vz-http-snapshot.json', { bytes: 8 }],
  ['vz-http-heartbeat.txt', { serial: 'd85b1269-8f942257' }],
  ['vz-http-reply-open.json', { open: false }],
  ['vz-http-reply-voice-and-io.json', { voiceText: '一路平安' }],
  ['vz-http-reply-continue-offline.json', { ackPlateId: 124 }],
  ['hik-anpr-3pic.xml', { uuid: '2026052116100697300edb' }],
  ['hik-anpr-3pic.xml', { capturedAt: '2026-05-21T16:10:07+08:00' }],
  ['hik-anpr-3pic.xml', { box: [413, 241, 26, 10] }],
  ['hik-anpr-3pic.xml', { retransmission: true }],
  ['hik-anpr-prefixed.xml', { confidence: 91 }],
  ['hik-heartbeat.xml', { kind: 'plate' }],
  ['hik-alertstream.hex', { events: [{ kind: 'heartbeat' }] }],
  ['hik-plates-poll.xml', { plates: [] }],
  ['hik-barrier-open.xml', { open: false }],
  ['huaxia-online.txt', { plate: '京PH3XJ1' }],
  ['huaxia-online.txt', { trigger: 'io' }],
  ['huaxia-online.txt', { images: [] }],
  ['huaxia-heartbeat.txt', { serial: '100200041314' }],
  ['huaxia-reply.json', { open: false }],
  ['huaxia-reply.json', { serial: [] }],
  ['dahua-snap-stream.hex', { events: [{ kind: 'heartbeat' }] }],
  ['dahua-itsapi-tollgate.json', { confidence: 92 }],
  ['dahua-itsapi-tollgate.json', { capturedAt: '2026-07-15 10:46:41.251' }],
  ['dahua-itsapi-tollgate.json', { replyMustContain: { Result: false } }],
  ['openalpr-result.json', { confidence: 94 }],
  ['openalpr-result.json', { alternatives: 6 }],
  ['platerecognizer-stream.json', { confidence: 90 }],
  ['platerecognizer-stream.json', { camera: 'camera-2' }],
  ['platerecognizer-stream.json', { directionDegrees: 211 }],
  ['vz-tcp-heartbeat.hex', { length: 1 }],
  ['vz-tcp-getsn-request.hex', { seq: 8 }],
  ['vz-tcp-getsn-response.hex', { json: { cmd: 'getsn', value: '0ba76bc6-e26d52ec' } }],
  ['vz-tcp-subscribe.hex', { json: { cmd: 'getsn' } }],
  ['vz-tcp-open-gate.hex', { json: { cmd: 'ioctl', delay: 501, io: 0, value: 2 } }],
  ['vz-tcp-result-json.hex', { images: [] }],
  ['vz-tcp-result-json.hex', { sourceRecordId: '1' }],
  ['vz-tcp-result-binary.hex', { capturedAt: '2016-03-25T13:03:54.922+08:00' }],
  ['vz-mqtt-gpio-open.json', { relay: { io: 1, value: 2, delayMs: 1500 } }],
  ['vz-mqtt-gpio-reply.json', { ok: false }],
  ['vz-mqtt-ivs-result.json', { imageUrl: 'http://oss.example/park/20260715/b.jpg' }],
  ['vz-mqtt-legacy-heartbeat.json', { ip: '192.168.1.101' }],
  ['vz-mqtt-legacy-open.json', { channel: 1 }],
  ['jinjie-62-welcome.hex', { text: '欢迎光临请入场停东' }],
  ['jinjie-62-ack.hex', { ack: 1 }],
  ['fk-voice-welcome.hex', { seq: 30 }],
  ['fk-display-4line.hex', { seq: 6 }],
  ['sfm-voice.hex', { seq: 3 }],
]
for (const [file, change] of changed)
  test(`the check notices a wrong expectation: ${file} with another ${Object.keys(change)}`, async () => {
    const entry = index.entries.find((one) => one.file === file) as Entry
    const wrong = { ...entry, expect: { ...(entry.expect as object), ...change } }
    const verdict = await deviceChecks[entry.protocol]?.(wrong, index)
    assert.ok(verdict && 'passed' in verdict && !verdict.passed)
  })
