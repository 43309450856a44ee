import { closeOutput, envelope, putOnList } from '@lanepay/devices/vzlpr-mqtt/commands.ts'
import { jsonIn, readReply, readUp } from '@lanepay/devices/vzlpr-mqtt/messages.ts'
import { commandTopic, heardTopic, open, readOlder } from '@lanepay/devices/vzlpr-mqtt/older.ts'
import { downTopic, topicRead } from '@lanepay/devices/vzlpr-mqtt/topics.ts'
import * as commands from '@lanepay/devices/vzlpr-tcp/commands.ts'
import { Frames, frameType, heartbeat } from '@lanepay/devices/vzlpr-tcp/frames.ts'
import { packetIn } from '@lanepay/devices/vzlpr-tcp/packet.ts'
import { readBinaryResult, readResult } from '@lanepay/devices/vzlpr-tcp/result.ts'
import type { Check, Verdict } from '../check.ts'
import { type Entry, type Expect, equal, equalIn, expectOf, fileOf, hexOf } from './device-samples.ts'
import { inOurWords, plateSeen } from './vzlpr-words.ts'

/*
 * VzLPR cameras over TCP and MQTT (lot-devices.md 2.3, 2.4). What a camera sends is read by what the adapters read it with; what
 * it is sent is made by what they make it with, and compared to the byte.
 */

const overseas = { overseas: false }

/** The commands of the samples; another one has nobody who makes it. */
const made: Readonly<Record<string, (json: Expect) => commands.Command>> = {
  getsn: () => commands.getSerial,
  ivsresult: ({ format }) => commands.subscribe(format === 'bin' ? 'bin' : 'json'),
  ioctl: ({ io, delay }) => commands.closeOutput(Number(io), Number(delay)),
}

export const vzlprTcpCheck: Check = (entry) => {
  const expect = expectOf(entry)
  const bytes = Buffer.from(hexOf(entry), 'hex')
  const { frames, fault } = new Frames().push(bytes)
  const [frame] = frames
  if (!frame || frames.length > 1 || fault) return equal('one frame', fault ?? frames)
  if (expect.kind === 'heartbeat')
    return equal([bytes, expect.length, expect.seq], [heartbeat, frame.body.length, frame.seq])
  if (expect.kind === 'plate') {
    const { confidenceLabel: _, ...plate } = expect
    const isBinary = frame.type === frameType.binary
    const seen = isBinary ? readBinaryResult(frame.body, overseas) : readResult(packetIn(frame.body), overseas)
    return equalIn(inOurWords(plate), plateSeen(seen))
  }
  const {
    seq = frame.seq,
    type,
    json,
  } = expect as { readonly seq?: number; readonly type: number; readonly json: Expect }
  const command = entry.direction === 'host->device' ? made[String(json.cmd)]?.(json) : undefined
  return equal(
    { seq, type, json, written: entry.direction === 'host->device' ? bytes.toString('hex') : null },
    {
      seq: frame.seq,
      type: frame.type,
      json: packetIn(frame.body).fields.values,
      written: command ? commands.commandFrame(command, frame.seq).toString('hex') : null,
    },
  )
}

/** The sample, in one line. */
const compact = (entry: Entry): string => JSON.stringify(JSON.parse(fileOf(entry).toString('utf8')))
const topicOf = (entry: Entry): string => /\S*\/[^\s,]*/.exec(String(entry.transport))?.[0] ?? ''

export const vzlprMqttCheck: Check = (entry) => {
  const expect = expectOf(entry)
  const topic = topicOf(entry)
  if (entry.direction === 'host->device') return downCheck(entry, topic)
  const root = jsonIn(fileOf(entry))
  const serial = String(root.values.sn)
  const heard = topicRead(serial, topic)
  if (heard?.isReply) {
    const { id, code } = readReply(root)
    return equal(expect, { kind: 'commandReply', ok: code === 200, id })
  }
  const message = readUp(heard?.name ?? '', root, { serial, ...overseas })
  if (message.kind !== 'plate') return equal(expect.kind, message.kind)
  return equalIn(inOurWords(expect), { ...plateSeen(message), imageUrl: message.imageUrl })
}

function downCheck(entry: Entry, topic: string): Verdict {
  type Relay = { readonly io: number; readonly delayMs: number }
  type Listed = Readonly<Record<'plate' | 'create_time' | 'enable_time' | 'overdue_time', string>>
  const { relay } = expectOf(entry) as { readonly relay?: Relay }
  const sample = JSON.parse(fileOf(entry).toString('utf8'))
  const listed = (sample.payload.body.dldb_rec ?? []) as readonly Listed[]
  const down = relay
    ? closeOutput(relay.io, relay.delayMs)
    : putOnList(
        listed.map(({ plate, create_time, enable_time, overdue_time }) => ({
          plate,
          createdAt: create_time,
          from: enable_time,
          until: overdue_time,
        })),
      )
  const written = JSON.stringify(envelope(down, sample.id, sample.sn, sample.timestamp * 1000))
  const spelling = topic.startsWith('device/') ? 'device-first' : 'serial-first'
  return equal([compact(entry), topic], [written, downTopic(sample.sn, spelling, down.name)])
}

export const vzlprMqttOlderCheck: Check = (entry) => {
  const expect = expectOf(entry)
  const topic = topicOf(entry)
  if (entry.direction === 'host->device') {
    const { delay, msgId } = JSON.parse(fileOf(entry).toString('utf8')).Response_AlarmInfoPlate
    const written = expect.open === true ? JSON.stringify(open(Number(expect.channel), delay, msgId)) : null
    return equal([compact(entry), topic], [written, commandTopic('{serialno}')])
  }
  const message = readOlder(jsonIn(fileOf(entry)), { serial: String(expect.serial), ...overseas })
  return equal([expect, topic], [message, heardTopic])
}
