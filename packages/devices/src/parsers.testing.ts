import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { parsePlate } from '@lanepay/domain/plate.ts'
import { type Instant, plateColours } from '@lanepay/domain/types.ts'
import { boardOf } from './boards.ts'
import { dahuaPush } from './dahua/pushed.ts'
import { Snaps, saidBy as saidByDahua } from './dahua/snaps.ts'
import { challengeIn, digestAnswer } from './digest.ts'
import { alertEnd } from './hikvision/camera.ts'
import { readBarrierState } from './hikvision/gate.ts'
import { readPlates } from './hikvision/plates.ts'
import { hikvisionPush } from './hikvision/pushed.ts'
import { Sightings, saidBy } from './hikvision/sightings.ts'
import { isAfter, nameBefore, Told } from './hikvision/told.ts'
import { piecesOf, type Random } from './hostile.testing.ts'
import { huaxiaCamera } from './huaxia/camera.ts'
import type { LaneFault, LaneSays, PushedCamera } from './lane-device.ts'
import { understood } from './malformed.ts'
import { boundaryIn, MultipartReader, type Part } from './multipart.ts'
import { plateIn } from './plate-in.ts'
import { openAlprCamera } from './recogniser/openalpr.ts'
import { plateRecognizerCamera } from './recogniser/platerecognizer.ts'
import { Turns } from './tcp-serial/turns.ts'
import { boardLine, saysOf, speakerOf } from './vzlpr.ts'
import { vzlprHttpCamera } from './vzlpr-http/camera.ts'
import { NewerProfile } from './vzlpr-mqtt/newer-profile.ts'
import { OlderProfile } from './vzlpr-mqtt/older-profile.ts'
import type { Profile, Setup } from './vzlpr-mqtt/profile.ts'
import { downTopic, heardTopics } from './vzlpr-mqtt/topics.ts'
import { clockOffMs, serialOf, stateOf } from './vzlpr-tcp/answers.ts'
import { Frames, frameType } from './vzlpr-tcp/frames.ts'
import { packetIn } from './vzlpr-tcp/packet.ts'
import { readBinaryResult, readResult } from './vzlpr-tcp/result.ts'

/*
 * Everything here that takes bytes from outside, each as its adapter uses it, so that one fuzzer can feed them all (bench/hostile).
 * `feed` throws where a promise of lane-device.ts is broken.
 */
export type Parser = {
  readonly name: string
  /** What an honest device sends. */
  readonly samples: readonly Buffer[]
  /** What costs most to refuse, where that is more than to understand; a yardstick. */
  readonly refused?: Buffer
  /** So many bytes come at most, where less than a million do. */
  readonly most?: number
  /** Whether it understood any of it. `random` cuts a stream into pieces. */
  feed(bytes: Buffer, random: Random): 'understood' | 'refused'
}

const receivedAt = 1_784_098_020_000 as Instant
const overseas = false

/** A sample of the conformance vectors; `hex` with comments and white space. */
function sample(file: string): Buffer {
  const bytes = readFileSync(new URL(`../../../conformance/vectors/devices/${file}`, import.meta.url))
  if (!file.endsWith('.hex')) return bytes
  return Buffer.from(bytes.toString('utf8').replace(/^#.*$/gm, '').replace(/\s/g, ''), 'hex')
}
const samples = (...files: readonly string[]): readonly Buffer[] => files.map(sample)

/** A fault names a place and a rule, in words that can go to a log: nothing of what came in. */
function keepsFault({ code, field, rule }: LaneFault): void {
  assert.equal(code, 'malformed')
  for (const words of [field, rule]) assert.match(words, /^[\x20-\x7e]{1,100}$/)
}

const name = /^[\x21-\x7e]{1,64}$/
/** What lane-device.ts promises of what a device says, and what whoever keeps it can rely on. */
function keepsSaid(says: LaneSays): void {
  if (says.serial !== '') assert.match(says.serial, name)
  if (says.kind === 'other') assert.match(says.what, /^[^\p{Cc}\p{Cs}]{1,200}$/u)
  if (says.kind === 'input') assert.ok(Number.isInteger(says.input) && says.input >= 1 && says.input <= 4)
  if (says.kind !== 'read') return
  const { recordId, plate, colour, confidence, takenAt, stored, pictures } = says
  assert.match(recordId, /^[^\p{Cc}\p{Cs}]{1,200}$/u)
  if (plate !== null) assert.deepEqual(parsePlate(plate), { ok: true, value: plate })
  assert.ok(plateColours.includes(colour), `${String(colour)} is no colour`)
  assert.ok(confidence === null || (Number.isInteger(confidence) && confidence >= 0 && confidence <= 100))
  assert.ok(takenAt === null || !Number.isNaN(new Date(takenAt).getTime()))
  assert.equal(typeof stored, 'boolean')
  assert.equal(typeof says.trigger, 'string')
  for (const { jpeg } of pictures?.() ?? []) assert.ok(jpeg.length > 0)
}

/** As every adapter does it: what is malformed is told as a fault, and all else goes on. */
function heard(read: () => LaneSays | readonly LaneSays[] | null): 'understood' | 'refused' {
  const result = understood(read)
  if (!result.ok) {
    keepsFault(result.error)
    return 'refused'
  }
  for (const says of [result.value ?? []].flat()) keepsSaid(says)
  return 'understood'
}

const pushed = (camera: PushedCamera, contentType: string) => (body: Buffer) => {
  const said = camera.read({ contentType, body, receivedAt })
  if (said.ok) keepsSaid(said.value)
  else keepsFault(said.error)
  return said.ok ? 'understood' : 'refused'
}

const formType = 'multipart/form-data; boundary=------------------------caa771fe4a61f3d9'
const display = boardLine()

/** Answers as well as results: what a camera says may come wherever it likes. */
function tcpBody(type: number, body: Buffer) {
  return heard(() => {
    const who = { serial: 's', ip: '', channel: null }
    if (type === frameType.binary) return saysOf({ ...readBinaryResult(body, { overseas }), ...who }, display)
    const packet = packetIn(body)
    stateOf(packet)
    serialOf(packet)
    clockOffMs(packet, receivedAt)
    return packet.fields.values.cmd === 'ivs_result'
      ? saysOf({ ...readResult(packet, { overseas }), ...who }, display)
      : null
  })
}

function tcpStream(bytes: Buffer, random: Random) {
  const frames = new Frames()
  let outcome: 'understood' | 'refused' = 'refused'
  for (const piece of piecesOf(bytes, random)) {
    const came = frames.push(piece)
    if (came.fault) keepsFault(came.fault)
    for (const { type, body } of came.frames)
      if (type === frameType.heartbeat || tcpBody(type, body) === 'understood') outcome = 'understood'
  }
  return outcome
}

const serial = '917e2298-8ddf3e46'
const mqttSetup: Setup = {
  serial,
  gate: { output: 0, pulseMs: 1_500 },
  display,
  speaker: speakerOf(),
  overseas,
  answerMs: 1_000,
  now: () => receivedAt,
}
const upNames = [
  'ivs_result',
  'keep_alive',
  'gpio_in',
  'serial_data',
  'barr_gate_status',
  'lanectrl_result',
  'snapshot',
]
const [upTopics = ''] = heardTopics(serial)
const topics: readonly string[] = [
  ...upNames.map((up) => upTopics.replace('+', up)),
  `${downTopic(serial, 'serial-first', 'gpio_out')}/reply`,
]
const anyTopic = (random: Random): string => topics[Math.floor(random() * topics.length)]!
/** Cameras live long, and so does what stands for one. */
const met = (profile: Profile, topicOf: (random: Random) => string) => (payload: Buffer, random: Random) =>
  heard(() => profile.understand(topicOf(random), payload)?.says ?? null)

const mqttMessage = (type: string, body: object): Buffer =>
  Buffer.from(JSON.stringify({ id: 'm-1', sn: serial, name: type, timestamp: 1_784_098_001, payload: { type, body } }))
const license = Buffer.from('粤B12345').toString('base64')
const laneEvent = { event_type: 82, result: [{ plate_result: { license, color_type: 1 } }] }

function alertStream(bytes: Buffer, random: Random) {
  const reader = new MultipartReader({ boundary: 'boundary', endsAt: alertEnd })
  const sightings = new Sightings({ overseas, now: () => 0 })
  return partsHeard(reader, bytes, random, (part) => readSighting(sightings, part))
}
function partsHeard(
  reader: MultipartReader,
  bytes: Buffer,
  random: Random,
  read: (part: Part) => ReturnType<Parameters<typeof heard>[0]>,
) {
  let outcome: 'understood' | 'refused' = 'refused'
  for (const piece of piecesOf(bytes, random)) {
    const fed = understood(() => reader.feed(piece))
    if (!fed.ok) {
      keepsFault(fed.error)
      return outcome
    }
    for (const part of fed.value) if (heard(() => read(part)) === 'understood') outcome = 'understood'
  }
  return outcome
}
function snapshotStream(bytes: Buffer, random: Random) {
  const reader = new MultipartReader({ boundary: 'myboundary' })
  const snaps = new Snaps({ overseas, encoding: 'utf-8', now: () => 0 })
  return partsHeard(reader, bytes, random, (part) => snaps.take(part).map((snap) => saidByDahua(snap, 'a', receivedAt)))
}
function readSighting(sightings: Sightings, part: Parameters<Sightings['take']>[0]): LaneSays | null {
  const sighting = sightings.take(part)
  return sighting && saidBy(sighting, receivedAt)
}

const part = (type: string, name: string, content: Buffer): readonly Buffer[] => [
  Buffer.from(`--boundary\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n`),
  content,
  Buffer.from('\r\n'),
]
const hikvisionForm = Buffer.concat([
  ...part('text/xml', 'anpr.xml', sample('hik-anpr-3pic.xml')),
  ...part('image/jpeg', 'licensePlatePicture.jpg', Buffer.from('\xff\xd8\xff\xd9', 'latin1')),
  Buffer.from('--boundary--\r\n'),
])

const recogniserForm = Buffer.concat([
  ...part('application/json', 'json', sample('platerecognizer-stream.json')),
  ...part('image/jpeg', 'upload', Buffer.from('\xff\xd8\xff\xd9', 'latin1')),
  Buffer.from('--boundary--\r\n'),
])

/** The camera's memory, and what is made of its names. */
function memory(bytes: Buffer) {
  return heard(() => {
    const told = new Told()
    for (const { plate, recordId } of told.named(readPlates(bytes))) {
      isAfter(plate, recordId)
      nameBefore(recordId)
      plateIn(plate.plateText, { overseas })
    }
    return null
  })
}

const challenges: readonly Buffer[] = [
  'Digest realm="IP Camera(C2310)", domain="::", qop="auth", nonce="4e6a", opaque="", algorithm="MD5", stale="FALSE"',
  'Digest qop="auth", realm="DS-2CD", nonce="a:b\\"c", algorithm=SHA-256, stale=true, Basic realm="x"',
].map((header) => Buffer.from(header))
function challenge(bytes: Buffer) {
  const met = challengeIn([bytes.toString('latin1')])
  if (!met) return 'refused'
  digestAnswer(met, { user: 'u', password: 'p', method: 'GET', uri: '/', count: 1, cnonce: 'c' })
  return 'understood'
}

function serialLine(protocol: 'jinjie' | 'fk' | 'saifeimu') {
  const board = boardOf({ protocol })
  return (bytes: Buffer, random: Random) => {
    const said: string[] = []
    if (board.heard(bytes) !== null) said.push('alone')
    const line = { write: async () => true, drop: () => {} }
    const turns = new Turns({ line, answers: board.answers, answerWithinMs: 1, heard: (what) => said.push(what) })
    for (const piece of piecesOf(bytes, random)) turns.came(piece)
    for (const what of said) assert.match(what, /^[\x20-\x7e]{1,200}$/)
    return said.length > 0 ? 'understood' : 'refused'
  }
}

const plates: readonly Buffer[] = ['粤B12345', '粤BD12345', '无牌车', '_无_', 'WJ京1234J', '使123456', '粤Z9065澳'].map(
  (text) => Buffer.from(text),
)

export const parsers: readonly Parser[] = [
  {
    name: 'vzlpr-http JSON',
    samples: samples(
      ...['plate-online', 'plate-images', 'plate-noplate', 'gpio-in', 'serial-in', 'snapshot'].map(
        (of) => `vz-http-${of}.json`,
      ),
    ),
    feed: pushed(vzlprHttpCamera(), 'application/json'),
  },
  {
    name: 'vzlpr-http heartbeat',
    samples: samples('vz-http-heartbeat.txt'),
    feed: pushed(vzlprHttpCamera(), formType),
  },
  {
    name: 'vzlpr-tcp stream',
    samples: samples(
      ...['getsn-response', 'heartbeat', 'result-binary', 'result-json'].map((of) => `vz-tcp-${of}.hex`),
    ),
    feed: tcpStream,
  },
  {
    name: 'vzlpr-tcp JSON',
    samples: [
      ...samples('vz-tcp-getsn-response.hex', 'vz-tcp-result-json.hex').map((frame) => frame.subarray(8)),
      Buffer.from('{"cmd":"get_device_timestamp","state_code":200,"timestamp":1686299994}'),
      Buffer.from('{"cmd":"get_max_rec_id","state_code":200,"max_id":17}'),
    ],
    feed: (bytes) => tcpBody(frameType.json, bytes),
  },
  {
    name: 'vzlpr-tcp struct',
    samples: samples('vz-tcp-result-binary.hex').map((frame) => frame.subarray(8)),
    feed: (bytes) => tcpBody(frameType.binary, bytes),
  },
  {
    name: 'vzlpr-mqtt newer',
    samples: [
      ...samples('vz-mqtt-ivs-result.json', 'vz-mqtt-gpio-reply.json'),
      mqttMessage('lanectrl_result', laneEvent),
      mqttMessage('keep_alive', {}),
      mqttMessage('barr_gate_status', { gate_status: 1 }),
    ],
    feed: met(new NewerProfile(mqttSetup, keepsFault), anyTopic),
  },
  {
    name: 'vzlpr-mqtt lane event',
    samples: [mqttMessage('lanectrl_result', laneEvent)],
    feed: met(new NewerProfile(mqttSetup, keepsFault), () => upTopics.replace('+', 'lanectrl_result')),
  },
  {
    name: 'vzlpr-mqtt older',
    samples: [
      ...samples('vz-mqtt-legacy-heartbeat.json'),
      Buffer.from(sample('vz-http-plate-online.json').toString('utf8').replaceAll('fe71e106-57263272', serial)),
    ],
    feed: met(new OlderProfile(mqttSetup), () => ''),
  },
  { name: 'hikvision stream', samples: samples('hik-alertstream.hex'), feed: alertStream },
  {
    name: 'hikvision post',
    samples: [hikvisionForm],
    feed: pushed(hikvisionPush(), 'multipart/form-data; boundary=boundary'),
  },
  {
    name: 'hikvision alert',
    samples: samples('hik-anpr-3pic.xml', 'hik-anpr-prefixed.xml', 'hik-heartbeat.xml'),
    feed: pushed(hikvisionPush(), 'application/xml'),
  },
  { name: 'hikvision memory', samples: samples('hik-plates-poll.xml'), feed: memory },
  {
    name: 'hikvision barrier',
    samples: [Buffer.from('<Barrier><barrierGateStatus>1</barrierGateStatus></Barrier>')],
    feed: (bytes) =>
      heard(() => {
        readBarrierState(bytes)
        return null
      }),
  },
  { name: 'digest challenge', samples: challenges, feed: challenge },
  {
    name: 'content type',
    samples: ['multipart/mixed; boundary=boundary', formType].map((type) => Buffer.from(type)),
    feed: (bytes) => (boundaryIn(bytes.toString('latin1')) === null ? 'refused' : 'understood'),
  },
  { name: 'dahua stream', samples: samples('dahua-snap-stream.hex'), feed: snapshotStream },
  {
    name: 'dahua post',
    samples: [...samples('dahua-itsapi-tollgate.json'), Buffer.from('{"Active":"keepAlive","DeviceID":"ITC-01"}')],
    feed: pushed(dahuaPush(), 'application/json'),
  },
  {
    name: 'openalpr JSON',
    samples: samples('openalpr-result.json'),
    feed: pushed(openAlprCamera({ serial: 'camera-1' }), 'application/json'),
  },
  {
    name: 'platerecognizer post',
    samples: [recogniserForm],
    feed: pushed(plateRecognizerCamera(), 'multipart/form-data; boundary=boundary'),
  },
  {
    name: 'platerecognizer JSON',
    samples: samples('platerecognizer-stream.json'),
    feed: pushed(plateRecognizerCamera(), 'application/json'),
  },
  {
    name: 'huaxia form',
    samples: samples('huaxia-online.txt', 'huaxia-heartbeat.txt'),
    feed: pushed(huaxiaCamera(), 'application/x-www-form-urlencoded'),
  },
  {
    name: 'jinjie answers',
    samples: samples('jinjie-62-ack.hex', 'jinjie-62-welcome.hex'),
    feed: serialLine('jinjie'),
  },
  { name: 'fk answers', samples: samples('fk-display-4line.hex', 'fk-cmd26.hex'), feed: serialLine('fk') },
  { name: 'saifeimu answers', samples: samples('sfm-voice.hex'), feed: serialLine('saifeimu') },
  {
    name: 'plates',
    samples: plates,
    feed: (bytes) => (plateIn(bytes.toString('utf8'), { overseas: true }) === null ? 'refused' : 'understood'),
  },
]
