import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closeOutput, type Down, envelope, speak, toPort } from '@lanepay/devices/vzlpr-mqtt/commands.ts'
import * as older from '@lanepay/devices/vzlpr-mqtt/older.ts'
import { downTopic } from '@lanepay/devices/vzlpr-mqtt/topics.ts'
import fc from 'fast-check'
import { nothingOrdered, type Orders } from '../orders.ts'
import { Refused } from '../refused.ts'
import { newerProfile } from './newer.ts'
import { olderProfile } from './older.ts'

const device = { serial: '917e2298-8ddf3e46', name: 'IVS', ip: '192.168.1.100' }
const now = 1_784_098_020_000
const newer = newerProfile('device-first')(device)
const old = olderProfile(device)

const good = { io: 0, value: 2, delay: 1_500 }
const part = { serialChannel: 0, data: 'AGT/', dataLen: 3 }
const down = (name: string, body: unknown, around: object = {}) => {
  const message = { ...envelope({ name, body: body as object }, 'a1', device.serial, now), ...around }
  return [downTopic(device.serial, 'device-first', name), Buffer.from(JSON.stringify(message))] as const
}

const refused: readonly (readonly [what: readonly [string, Buffer], field: string])[] = [
  [down('gpio_out', { ...good, io: 4 }), 'io'],
  [down('gpio_out', { ...good, value: 3 }), 'value'],
  [down('gpio_out', { ...good, delay: 499 }), 'delay'],
  [down('gpio_out', { ...good, delay: 5_001 }), 'delay'],
  [down('gpio_out', { ...good, ms: 1 }), 'gpio_out.ms'],
  [down('gpio_out', good, { sn: 'another' }), 'sn'],
  [down('gpio_out', good, { version: '2.0' }), 'version'],
  [down('gpio_out', good, { timestamp: '1784098020' }), 'timestamp'],
  [down('gpio_out', good, { name: 'serial_data' }), 'name'],
  [down('gpio_out', good, { payload: { type: 'serial_data', body: good } }), 'payload.type'],
  [down('gpio_out', good, { id: 5 }), 'id'],
  [down('gpio_out', good, { qos: 1 }), 'message.qos'],
  [down('serial_data', { serialData: part }), 'serialData'],
  [down('serial_data', { serialData: [{ ...part, dataLen: 4 }] }), 'serialData[0].dataLen'],
  [down('serial_data', { serialData: [{ ...part, serialChannel: 2 }] }), 'serialData[0].serialChannel'],
  [down('tts_voice', { type: 'ps_voice_play', voice: '欢', voice_volume: 1 }), 'voice'],
  [[downTopic(device.serial, 'device-first', 'gpio_out'), Buffer.from('{')], 'message'],
]
for (const [[topic, payload], field] of refused)
  test(`refused: ${field} in ${payload.toString().slice(0, 160)}`, () => {
    assert.throws(() => newer.hear(topic, payload, now), { field })
    const said = newer.refuse(topic, payload, now)
    if (said) assert.partialDeepStrictEqual(said, { topic: `${topic}/reply`, message: { code: 400 } })
  })

test('what it does not do it says, and what it does it confirms under the same number', () => {
  const [topic, payload] = down('make_tea', {})
  assert.partialDeepStrictEqual(newer.hear(topic, payload, now), { orders: null, reply: { message: { code: 405 } } })
  const heard = newer.hear(...down('gpio_out', good), now)
  assert.deepEqual(heard.reply, {
    topic: `device/${device.serial}/message/down/gpio_out/reply`,
    message: {
      code: 200,
      id: 'a1',
      name: 'gpio_out',
      payload: null,
      sn: device.serial,
      timestamp: now / 1000,
      version: '1.0',
    },
  })
})

const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((some) => Buffer.from(some))
const words = fc.string({ unit: fc.constantFrom(...'粤浙欢迎光临请缴费ABC0129'), minLength: 1, maxLength: 20 })
const port = fc.constantFrom<0 | 1>(0, 1)
const speaker = { volume: 100, male: true, intervalMs: 0 }

test('law: what the adapter writes in the newer profile, the camera obeys to the letter', () => {
  const obeyed = (order: Down): Orders | null => newer.hear(...down(order.name, order.body), now).orders
  fc.assert(
    fc.property(fc.nat(3), fc.integer({ min: 500, max: 5_000 }), port, bytes, words, (io, ms, one, frame, say) => {
      assert.deepEqual(obeyed(closeOutput(io, ms)), { ...nothingOrdered, output: { io, value: 'pulse', ms } })
      assert.deepEqual(obeyed(toPort(one, frame)), { ...nothingOrdered, serial: [{ port: one, bytes: frame }] })
      assert.deepEqual(obeyed(speak(say, speaker)), { ...nothingOrdered, say })
    }),
  )
})

test('law: what the adapter writes in the older profile, the camera obeys to the letter', () => {
  const obeyed = (message: object): Orders | null =>
    old.hear(older.commandTopic(device.serial), Buffer.from(JSON.stringify(message)), now).orders
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 600_000 }),
      port,
      bytes,
      words,
      fc.maxSafeNat(),
      (ms, one, frame, say, id) => {
        assert.deepEqual(obeyed(older.open(0, ms, 'a1')), { ...nothingOrdered, output: { io: 0, value: 'pulse', ms } })
        assert.deepEqual(obeyed(older.toPort(one, frame)), { ...nothingOrdered, serial: [{ port: one, bytes: frame }] })
        assert.deepEqual(obeyed(older.speak(say, speaker)), { ...nothingOrdered, say })
        const kept = { recordId: id, more: true }
        assert.deepEqual(obeyed(older.kept({ ...kept, recordId: String(id) })), { ...nothingOrdered, kept })
      },
    ),
  )
})

test('law: no bytes break the reading otherwise than by a refusal', () => {
  fc.assert(
    fc.property(fc.constantFrom(newer, old), bytes, (profile, some) => {
      try {
        profile.hear(downTopic(device.serial, 'device-first', 'gpio_out'), some, now)
      } catch (error) {
        assert.ok(error instanceof Refused)
      }
      profile.refuse('a', some, now)
    }),
  )
})
