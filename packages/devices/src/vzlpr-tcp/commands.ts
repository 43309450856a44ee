import { frameBytes, frameType } from './frames.ts'

/*
 * What a VzLPR camera is asked over TCP (lot-devices.md 2.3). All of it is ASCII, so nothing has to be put into GBK.
 */
export type Command = { readonly cmd: string } & Readonly<Record<string, string | number | boolean>>

/** The frame of a command; the answer repeats its number. */
export const commandFrame = (command: Command, seq: number): Buffer =>
  frameBytes({ type: frameType.json, seq, body: Buffer.from(JSON.stringify(command)) })

export const getSerial: Command = { cmd: 'getsn' }
export const getTime: Command = { cmd: 'get_device_timestamp' }
export const getLastRecord: Command = { cmd: 'get_max_rec_id' }
export const stillHere: Command = { cmd: 'response_online' }

/** Live results from now on, with the full picture and the plate. */
export const subscribe = (format: 'json' | 'bin'): Command => ({
  cmd: 'ivsresult',
  enable: true,
  format,
  image: true,
  image_type: 2,
})

export const getRecord = (id: number): Command => ({ cmd: 'get_record', id, format: 'json', image: true })

const pulse = 2
/** Closes an output for a time. No answer comes. */
export const closeOutput = (io: number, delay: number): Command => ({ cmd: 'ioctl', delay, io, value: pulse })

export const getInput = (gpio: number): Command => ({ cmd: 'get_gpio_value', gpio })

const chinaAheadMs = 8 * 3_600_000
/** Cameras have Chinese time. */
export const setTime = (at: number): Command => ({
  cmd: 'set_time',
  timestring: new Date(at + chinaAheadMs).toISOString().slice(0, 19).replace('T', ' '),
})

/** The camera asks from then on whether somebody is still here. */
export const askWhetherHere = (seconds: number): Command => ({ cmd: 'reg_offline_check', interval: seconds })

const portNames = ['rs485-1', 'rs485-2'] as const
export const openPort = (port: 0 | 1): Command => ({ cmd: 'ttransmission', subcmd: 'init', data: portNames[port] })
/** Bytes for a serial line that was opened. No answer comes. */
export const toPort = (port: 0 | 1, bytes: Buffer): Command => ({
  cmd: 'ttransmission',
  subcmd: 'send',
  datalen: bytes.length,
  data: bytes.toString('base64'),
  comm: portNames[port],
})
