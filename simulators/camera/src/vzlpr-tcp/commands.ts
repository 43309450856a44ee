import { base64In, type Message, objectIn, oneOf, textIn, whole } from '../fields.ts'
import { nothingOrdered, type Orders } from '../orders.ts'
import { must, Refused } from '../refused.ts'
import type { Format, Pictures } from './messages.ts'

/*
 * The commands a VzLPR camera obeys on port 8131 (lot-devices.md 2.3), read as strictly as can be: a misspelt key, or a number out
 * of its range, and nothing is done. Written against the reference, not against any adapter.
 */
export type Told =
  | { readonly cmd: 'getsn' | 'get_device_timestamp' | 'get_max_rec_id' | 'trigger' | 'response_online' }
  | { readonly cmd: 'set_time'; readonly at: number }
  | { readonly cmd: 'ivsresult'; readonly subscription: Subscription | null }
  | { readonly cmd: 'getivsresult'; readonly subscription: Subscription }
  | { readonly cmd: 'get_record'; readonly id: number; readonly subscription: Subscription }
  | { readonly cmd: 'get_image'; readonly id: number }
  | { readonly cmd: 'ioctl'; readonly orders: Orders }
  | { readonly cmd: 'get_gpio_value'; readonly gpio: number }
  | { readonly cmd: 'ttransmission'; readonly subcmd: 'init'; readonly port: number }
  | { readonly cmd: 'ttransmission'; readonly subcmd: 'uninit' }
  | { readonly cmd: 'ttransmission'; readonly subcmd: 'send'; readonly port: number; readonly bytes: Buffer }
  | { readonly cmd: 'reg_offline_check'; readonly intervalMs: number | null }
  | { readonly cmd: 'unknown' }

export type Subscription = { readonly format: Format; readonly pictures: Pictures }

const ports = ['rs485-1', 'rs485-2'] as const
const mostId = 2 ** 32 - 1

/** @throws Refused */
export function readCommand(command: Message): Told {
  const cmd = textIn(command.cmd, 'cmd')
  const only = (...names: readonly string[]) => objectIn(command, cmd, ['cmd', ...names])
  switch (cmd) {
    case 'getsn':
    case 'get_device_timestamp':
    case 'get_max_rec_id':
    case 'trigger':
    case 'response_online':
      only()
      return { cmd }
    case 'set_time':
      only('timestring')
      return { cmd, at: timeIn(textIn(command.timestring, 'timestring')) }
    case 'ivsresult': {
      only('enable', 'format', 'image', 'image_type')
      const isOn = oneOf(command.enable, 'enable', [true, false])
      return { cmd, subscription: isOn ? subscriptionIn(command) : null }
    }
    case 'getivsresult':
      only('image', 'format')
      return { cmd, subscription: subscriptionIn(command) }
    case 'get_record':
      only('id', 'format', 'image')
      return { cmd, id: whole(command.id, 'id', 0, mostId), subscription: subscriptionIn(command) }
    case 'get_image':
      only('id')
      return { cmd, id: whole(command.id, 'id', 0, mostId) }
    case 'ioctl': {
      only('io', 'value', 'delay')
      return { cmd, orders: { ...nothingOrdered, output: outputIn(command) } }
    }
    case 'get_gpio_value':
      only('gpio')
      return { cmd, gpio: whole(command.gpio, 'gpio', 0, 1) }
    case 'ttransmission':
      return serialIn(command)
    case 'reg_offline_check': {
      only('interval', 'subcmd')
      if (command.subcmd !== undefined) oneOf(command.subcmd, 'subcmd', ['cancel'])
      return { cmd, intervalMs: command.subcmd ? null : whole(command.interval, 'interval', 1, 3_600) * 1000 }
    }
    default:
      return { cmd: 'unknown' }
  }
}

function subscriptionIn(command: Message): Subscription {
  const format = oneOf(command.format, 'format', ['json', 'bin'])
  const isPictured = oneOf(command.image, 'image', [true, false])
  const which = command.image_type === undefined ? 2 : oneOf(command.image_type, 'image_type', [0, 1, 2])
  return { format, pictures: isPictured ? which : 'none' }
}

const values = ['off', 'on', 'pulse'] as const

function outputIn(command: Message): Orders['output'] {
  const value = values[whole(command.value, 'value', 0, 2)]!
  const ms = value === 'pulse' ? whole(command.delay, 'delay', 1, 600_000) : 0
  return { io: whole(command.io, 'io', 0, 1), value, ms }
}

function serialIn(command: Message): Told {
  const cmd = 'ttransmission'
  const subcmd = oneOf(command.subcmd, 'subcmd', ['init', 'uninit', 'send'])
  if (subcmd === 'uninit') return { cmd, subcmd }
  if (subcmd === 'init') {
    objectIn(command, cmd, ['cmd', 'subcmd', 'data'])
    return { cmd, subcmd, port: ports.indexOf(oneOf(command.data, 'data', ports)) }
  }
  objectIn(command, cmd, ['cmd', 'subcmd', 'datalen', 'data', 'comm'])
  const bytes = base64In(command.data, 'data')
  must(command.datalen === bytes.length, 'datalen', 'is the number of bytes in data')
  return { cmd, subcmd, port: ports.indexOf(oneOf(command.comm, 'comm', ports)), bytes }
}

/** Chinese time. */
function timeIn(text: string): number {
  const isWritten = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)
  const at = isWritten ? Date.parse(`${text.replace(' ', 'T')}+08:00`) : Number.NaN
  if (Number.isNaN(at)) throw new Refused('timestring', 'is YYYY-MM-DD HH:MM:SS')
  return at
}
