import type { Device, Record } from '../face.ts'
import { base64In, type Message, objectIn, oneOf, textIn, whole } from '../fields.ts'
import { nothingOrdered, type Orders } from '../orders.ts'
import { must, Refused } from '../refused.ts'
import { inputMessage, picturesOf, plateFields, plateMessage, serialMessage } from '../vzlpr/messages.ts'
import type { MakeProfile, Profile, Said } from './profile.ts'

export type Spelling = 'device-first' | 'serial-first'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/**
 * The newer profile (lot-devices.md 2.4): an envelope both ways, topics in one of two spellings, an answer to every command.
 * Written against the reference, not against any adapter.
 */
export const newerProfile =
  (spelling: Spelling): MakeProfile =>
  (device) =>
    new NewerProfile(device, spelling)

class NewerProfile implements Profile {
  readonly #device: Device
  readonly #root: string
  #said = 0

  constructor(device: Device, spelling: Spelling) {
    this.#device = device
    this.#root = spelling === 'device-first' ? `device/${device.serial}/message` : `${device.serial}/device/message`
  }

  get hears(): string {
    return `${this.#root}/down/+`
  }
  get loudest(): string {
    return `${this.#root}/up/ivs_result`
  }

  alive(now: number): Said {
    return this.#up('keep_alive', { type: 'keep_alive', body: {} }, now)
  }

  plate(record: Record, stored: boolean, now: number): Said {
    if (record.trigger === 'turned-back') return this.#laneEvent(84, record, now)
    const { full, plate } = picturesOf(record.vehicle)
    const { AlarmInfoPlate } = plateMessage(this.#device, record, stored)
    const { imageFile: _full, imageFragmentFile: _plate, ...result } = AlarmInfoPlate.result.PlateResult
    const PlateResult = {
      ...result,
      license: base64(result.license),
      imagePath: base64(`http://oss.example/${record.id}.jpg?sign=abc`),
      full_image_content: full.toString('base64'),
      small_image_content: plate.toString('base64'),
    }
    return this.#up('ivs_result', { AlarmInfoPlate: { ...AlarmInfoPlate, result: { PlateResult } } }, now)
  }

  input(input: number, on: boolean, now: number): Said {
    return this.#up('gpio_in', inputMessage(this.#device, input, on), now)
  }

  serialIn(port: number, bytes: Buffer, now: number): Said {
    return this.#up('serial_data', serialMessage(this.#device, port, bytes), now)
  }

  hear(topic: string, payload: Buffer, now: number): { readonly orders: Orders | null; readonly reply: Said } {
    const { id, name, body } = this.#envelopeIn(topic, payload)
    const orders = ordersIn(name, body)
    return { orders, reply: this.#answer(topic, id, name, orders ? 200 : 405, now) }
  }

  refuse(topic: string, payload: Buffer, now: number): Said | null {
    try {
      const { id, name } = JSON.parse(payload.toString('utf8')) as Message
      return typeof id === 'string' && typeof name === 'string' ? this.#answer(topic, id, name, 400, now) : null
    } catch {
      return null // there is nothing to answer to
    }
  }

  #laneEvent(event: number, record: Record, now: number): Said {
    const { license, colorType } = plateFields(record)
    const result = [{ plate_result: { license: base64(license), color_type: colorType } }]
    const full_image = { full_image_path: base64(`http://oss.example/${record.id}.jpg`) }
    return this.#up(
      'lanectrl_result',
      { type: 'lanectrl_result', body: { event_type: event, result, full_image } },
      now,
    )
  }

  #up(name: string, payload: object, now: number): Said {
    this.#said += 1
    const head = { id: `m-${this.#said}`, sn: this.#device.serial, name, version: '1.0' }
    return { topic: `${this.#root}/up/${name}`, message: { ...head, timestamp: Math.floor(now / 1000), payload } }
  }

  #answer(topic: string, id: string, name: string, code: number, now: number): Said {
    const timestamp = Math.floor(now / 1000)
    const message = { code, id, name, payload: null, sn: this.#device.serial, timestamp, version: '1.0' }
    return { topic: `${topic}/reply`, message }
  }

  #envelopeIn(topic: string, payload: Buffer) {
    const names = ['id', 'sn', 'name', 'version', 'timestamp', 'payload']
    const message = objectIn(jsonIn(payload), 'message', names)
    must(message.sn === this.#device.serial, 'sn', 'is the camera it was sent to')
    must(message.version === '1.0', 'version', 'is 1.0')
    whole(message.timestamp, 'timestamp', 1, 2 ** 33)
    const name = textIn(message.name, 'name')
    must(topic === `${this.#root}/down/${name}`, 'name', 'is that of the topic')
    const { type, body } = objectIn(message.payload, 'payload', ['type', 'body'])
    must(type === name, 'payload.type', 'is the name')
    return { id: textIn(message.id, 'id'), name, body }
  }
}

function jsonIn(payload: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    throw new Refused('message', 'is JSON in UTF-8')
  }
}

const values = ['off', 'on', 'pulse'] as const

/** Null for what this camera does not do. */
function ordersIn(name: string, body: unknown): Orders | null {
  switch (name) {
    case 'gpio_out': {
      const { io, value, delay } = objectIn(body, name, ['io', 'value', 'delay'])
      const what = values[whole(value, 'value', 0, 2)]!
      const ms = what === 'pulse' ? whole(delay, 'delay', 500, 5_000) : 0
      return { ...nothingOrdered, output: { io: whole(io, 'io', 0, 3), value: what, ms } }
    }
    case 'serial_data': {
      const { serialData } = objectIn(body, name, ['serialData'])
      must(Array.isArray(serialData) && serialData.length > 0, 'serialData', 'is a list')
      return { ...nothingOrdered, serial: serialData.map(partIn) }
    }
    case 'tts_voice': {
      const fields = ['type', 'voice', 'voice_interval', 'voice_volume', 'voice_male']
      const { type, voice, voice_volume } = objectIn(body, name, fields)
      oneOf(type, 'type', ['ps_voice_play'])
      whole(voice_volume, 'voice_volume', 1, 100)
      return { ...nothingOrdered, say: base64In(voice, 'voice').toString('utf8') }
    }
    case 'ivs_trigger':
      objectIn(body, name, [])
      return { ...nothingOrdered, look: true }
    default:
      return null
  }
}

function partIn(one: unknown, i: number): Orders['serial'][number] {
  const where = `serialData[${i}]`
  const { serialChannel, data, dataLen } = objectIn(one, where, ['serialChannel', 'data', 'dataLen'])
  const bytes = base64In(data, `${where}.data`)
  must(dataLen === bytes.length, `${where}.dataLen`, 'is the number of bytes in data')
  return { port: whole(serialChannel, `${where}.serialChannel`, 0, 1), bytes }
}
