import { fkFrame, fkLines, fkVoice } from '@lanepay/devices/display/fk.ts'
import { jinjieBoard, jinjieClock, jinjieFrame, readJinjieAnswer } from '@lanepay/devices/display/jinjie.ts'
import { saifeimuBoard } from '@lanepay/devices/display/saifeimu.ts'
import { type LaneOrders, type LaneSays, noOrders } from '@lanepay/devices/lane-device.ts'
import type { PlateResult } from '@lanepay/devices/vzlpr.ts'
import { type VzlprHttpOptions, vzlprHttpCamera } from '@lanepay/devices/vzlpr-http/camera.ts'
import { readMessage } from '@lanepay/devices/vzlpr-http/message.ts'
import { parsePlate, plateEnergy, plateKind, usualColours } from '@lanepay/domain/plate.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Check, Checks, Verdict } from '../check.ts'
import { dahuaAndRecogniserChecks } from './dahua-recognisers.ts'
import { beside, type Entry, type Expect, equal, equalIn, expectOf, fileOf, hexOf } from './device-samples.ts'
import { hikvisionCheck, huaxiaCheck } from './hikvision-huaxia.ts'
import { lotSampleChecks } from './lot-samples.ts'
import { lotSystemChecks } from './lot-systems.ts'
import { plateMatchingVerdict } from './plate-matching.ts'
import { vzlprMqttCheck, vzlprMqttOlderCheck, vzlprTcpCheck } from './vzlpr.ts'
import { inOurWords, ourKind, plateSeen } from './vzlpr-words.ts'

/*
 * Holds the lot-side adapters against `vectors/devices/`: one vector is one entry of its `index.json`, whose `file` lies
 * beside it, and the checks are keyed by the entry's `protocol`. Each calls what the product itself calls; the vectors'
 * words for colours, classes and triggers are put into ours, nothing else is computed here but the comparison.
 */

const clockMismatchMs = 60_000
type BrokenDown = Readonly<Record<'decyear' | 'decmon' | 'decday' | 'dechour' | 'decmin' | 'decsec', number>>

/** The vector has two clocks and no arrival: the one the adapter does not trust stands in for the arrival. */
function otherClock(body: Buffer): number {
  const time = JSON.parse(body.toString()).AlarmInfoPlate.result.PlateResult.timeStamp.Timeval as BrokenDown
  return Date.UTC(time.decyear, time.decmon - 1, time.decday, time.dechour - 8, time.decmin, time.decsec)
}

function plateCheck(expect: Expect, body: Buffer, seen: PlateResult): Verdict {
  const { takenAt } = seen
  const clockMismatch = takenAt !== null && Math.abs(takenAt - otherClock(body)) > clockMismatchMs
  return equalIn(inOurWords(expect), { ...plateSeen(seen), clockMismatch })
}

/** What the camera posts, read by the product's front door and by the reader behind it. */
const postCheck: Check = (entry) => {
  const body = fileOf(entry)
  const contentType = String(entry.transport).replace(/^HTTP POST /, '')
  const expect = expectOf(entry)
  const whole = readMessage({ contentType, body }, { overseas: false })
  const said = vzlprHttpCamera().read({ contentType, body, receivedAt: 0 as Instant })
  if (!whole.ok || !said.ok) return equal(expect, whole.ok ? said : whole.error)
  const message = whole.value
  switch (message.kind) {
    case 'plate':
      return said.value.kind === 'read' ? plateCheck(expect, body, message) : equal('read', said.value.kind)
    case 'input':
      return equal(
        { kind: 'input', serial: expect.serial, input: expect.input, on: expect.value === 1 },
        said.value.kind === 'other' ? { ...message } : { ...said.value },
      )
    case 'serial':
      return equalIn(expect, { ...message, bytesHex: message.bytes.toString('hex') })
    case 'snapshot':
      return equalIn(expect, { ...message, bytes: message.picture.length })
    case 'heartbeat': {
      // The web login must not be in anything the product makes of the post.
      const secret = JSON.stringify([message, said.value]).includes('admin')
      return equalIn({ ...expect, secret: false }, { ...message, secret })
    }
  }
}

const poll: LaneSays = { kind: 'poll', serial: 'd85b1269-8f942256', takesOrders: true }
const storedRecord: LaneSays = {
  kind: 'read',
  serial: 'd85b1269-8f942256',
  recordId: '123',
  plate: null,
  plateText: '',
  colour: 'unknown',
  confidence: null,
  takenAt: null,
  stored: true,
  trigger: 'unknown',
}

/** What is told the camera: the answer's bytes, but for the layout of the printed sample. */
const answerCheck: Check = (entry, index) => {
  const expect = expectOf(entry)
  const textOf = (file: string): string => {
    const other = (index.entries as readonly Entry[]).find((one) => one.file === file)
    if (!other) throw new TypeError(`the index has no ${file}`)
    return String(expectOf(other).text)
  }
  const options: VzlprHttpOptions = {
    ...('relay' in expect ? { gate: { by: 'output' }, voice: 'camera' } : {}),
    ...('serial' in expect ? { display: { protocol: 'jinjie', lines: 1 } } : {}),
  }
  const orders: LaneOrders = {
    ...noOrders,
    openGate: expect.open === true || 'relay' in expect,
    ...('voiceText' in expect ? { say: String(expect.voiceText) } : {}),
    ...('serial' in expect ? { show: [textOf('jinjie-62-welcome.hex')], say: textOf('jinjie-30-pay.hex') } : {}),
    ...('ackPlateId' in expect
      ? { keptStored: { recordId: String(expect.ackPlateId), more: expect.continueOffline === true } }
      : {}),
  }
  const to = 'ackPlateId' in expect ? storedRecord : poll
  const sample = JSON.stringify(JSON.parse(fileOf(entry).toString('utf8')))
  return equal(sample, vzlprHttpCamera(options).answer(to, orders).body.toString('utf8'))
}

const jinjieCheck: Check = (entry) => {
  const expect = expectOf(entry)
  const board = jinjieBoard({ lines: 1 })
  const frames = (made: readonly Buffer[]) => equal(hexOf(entry), Buffer.concat(made).toString('hex'))
  if ('password' in expect) return frames([jinjieFrame(Number(expect.cmd), Buffer.from(String(expect.password)))])
  if ('line' in expect) return frames(board.frames({ show: [String(expect.text)] }))
  if ('opt' in expect) return frames(board.frames({ say: String(expect.text) }))
  if ('ack' in expect)
    return equal(
      { command: Number(expect.cmd), accepted: expect.ack === 0 },
      readJinjieAnswer(Buffer.from(hexOf(entry), 'hex')),
    )
  // The moment stands in the note only, by the clock on the wall in China.
  const [, date, time] = /to (\S+) \(\w+\) (\S+)$/.exec(String(entry.note)) ?? []
  return frames([jinjieClock(Date.parse(`${date}T${time}+08:00`) as Instant)])
}

const fkCheck: Check = (entry) => {
  const expect = expectOf(entry)
  const lines = expect.lines as readonly { readonly seconds: number; readonly text: string }[] | undefined
  const data = lines
    ? fkLines(
        lines.map(({ text }) => text),
        lines[0]!.seconds,
      )
    : 'payloadHex' in expect
      ? Buffer.from(String(expect.payloadHex), 'hex')
      : fkVoice(`${String(expect.text)}欢迎光临`)
  return equal(hexOf(entry), fkFrame(Number(expect.seq), Number(expect.cmd), data).toString('hex'))
}

const saifeimuCheck: Check = (entry) => {
  const { seq, json } = expectOf(entry) as { readonly seq: number; readonly json: { readonly voiceText: string } }
  const board = saifeimuBoard()
  const sent = Array.from({ length: seq + 1 }, () => board.frames({ say: json.voiceText }))
  return equal(hexOf(entry), Buffer.concat(sent[seq]!).toString('hex'))
}

const plateGrammarCheck: Check = (entry) => {
  type Case = { readonly plate: string; readonly valid: boolean; readonly plateClass: string; readonly energy?: string }
  const { cases } = JSON.parse(fileOf(entry).toString('utf8')) as {
    readonly cases: readonly (Case & { readonly colours: readonly string[] })[]
  }
  const expected = cases.map(({ plate, valid, plateClass, energy, colours }) =>
    valid
      ? { plate, kind: ourKind[plateClass] ?? plateClass, energy: energy?.replace('_', '-') ?? null, colours }
      : { plate, kind: null },
  )
  const actual = cases.map(({ plate, colours }) => {
    const parsed = parsePlate(plate)
    if (!parsed.ok) return { plate, kind: null }
    const usual: readonly string[] = usualColours(plateKind(parsed.value)).map((colour) => colour.replace('-', '_'))
    const usualToo = colours.filter((colour) => usual.includes(colour))
    return { plate: parsed.value, kind: plateKind(parsed.value), energy: plateEnergy(parsed.value), colours: usualToo }
  })
  return equal(expected, actual)
}

/** One check per `protocol` of `vectors/devices/index.json`. Built: VzLPR over its three wires, Hikvision, Huaxia, Dahua, two recognisers, three boards, plates. */
export const deviceChecks: Checks = {
  'vz-http-push': beside((entry, index) =>
    entry.direction === 'device->host' ? postCheck(entry, index) : answerCheck(entry, index),
  ),
  'jinjie-display': beside(jinjieCheck),
  'fk-rs485': beside(fkCheck),
  'sfm-rs485': beside(saifeimuCheck),
  'plate-grammar': beside(plateGrammarCheck),
  'plate-matching': beside((entry) => plateMatchingVerdict(fileOf(entry).toString('utf8'))),
  'vz-tcp': beside(vzlprTcpCheck),
  'vz-mqtt': beside(vzlprMqttCheck),
  'vz-mqtt-legacy': beside(vzlprMqttOlderCheck),
  'huaxia-http': beside(huaxiaCheck),
  'hik-isapi': beside(hikvisionCheck),
  ...dahuaAndRecogniserChecks,
  ...lotSystemChecks,
  ...lotSampleChecks,
}
