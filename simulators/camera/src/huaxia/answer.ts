import { nothingOrdered, type Orders } from '../orders.ts'
import { must, Refused } from '../refused.ts'

/*
 * The answers a Huaxia camera obeys (lot-devices.md 2.5), read as strictly as can be: a misspelt key and nothing of the answer is
 * done. Written against the reference, not against any adapter.
 */
export type HuaxiaAnswer = {
  readonly status: number
  /** Null when it came in chunks. */
  readonly contentLength: number | null
  readonly contentEncoding: string | null
  readonly body: Buffer
}

/** @throws Refused */
export function readAnswer(answer: HuaxiaAnswer): Orders {
  must(answer.contentLength === answer.body.length, 'content-length', 'is there: this camera reads no chunks')
  must(answer.contentEncoding === null, 'content-encoding', 'is none')
  const keys = ['error_num', 'error_str', 'gpio_data', 'rs485_data', 'triger_data', 'whitelist_data', 'passwd']
  const reply = objectIn(jsonIn(answer.body), 'body', keys)
  must(reply.error_num === 0, 'error_num', 'is 0')
  must(typeof reply.error_str === 'string', 'error_str', 'is text')
  must(reply.passwd === undefined || typeof reply.passwd === 'string', 'passwd', 'is text')
  listIn(reply.whitelist_data, 'whitelist_data')
  const outputs = listIn(reply.gpio_data, 'gpio_data').map(outputIn)
  must(outputs.length <= 1, 'gpio_data', 'has one output: the simulated camera does no more at once')
  return {
    ...nothingOrdered,
    open: outputs[0] === undefined ? null : { output: outputs[0] },
    serial: listIn(reply.rs485_data, 'rs485_data').map((one) => ({ port: 0, bytes: bytesIn(one) })),
    look: reply.triger_data !== undefined && actionIn(objectIn(reply.triger_data, 'triger_data', ['action'])) === 'on',
  }
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refused('body', 'is JSON in UTF-8')
  }
}

type Values = Readonly<{ [name: string]: unknown }>
function objectIn(value: unknown, where: string, names: readonly string[]): Values {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), where, 'is an object')
  for (const name of Object.keys(value)) must(names.includes(name), `${where}.${name}`, 'is no key of the protocol')
  return value as Values
}

function listIn(value: unknown, where: string): readonly unknown[] {
  must(value === undefined || Array.isArray(value), where, 'is a list')
  return value ?? []
}

function actionIn({ action }: Values): 'on' | 'off' {
  must(action === 'on' || action === 'off', 'action', 'is on or off')
  return action
}

/** Its number from 0. */
function outputIn(value: unknown): number {
  const part = objectIn(value, 'gpio_data', ['ionum', 'action'])
  must(actionIn(part) === 'on', 'gpio_data.action', 'is on: the camera lets go by itself')
  const [, number] = /^io([1-4])$/.exec(String(part.ionum)) ?? []
  must(number !== undefined, 'gpio_data.ionum', 'is io1 to io4')
  return Number(number) - 1
}

/** Without `encodetype` it is hexadecimal. */
function bytesIn(value: unknown): Buffer {
  const { data, encodetype = 'hex2string' } = objectIn(value, 'rs485_data', ['encodetype', 'data'])
  must(typeof data === 'string' && data !== '', 'rs485_data.data', 'is text')
  must(encodetype === 'hex2string' || encodetype === 'base64', 'rs485_data.encodetype', 'is hex2string or base64')
  const bytes = Buffer.from(data, encodetype === 'base64' ? 'base64' : 'hex')
  const again = encodetype === 'base64' ? bytes.toString('base64') : bytes.toString('hex').toUpperCase()
  must(again === (encodetype === 'base64' ? data : data.toUpperCase()), 'rs485_data.data', `is ${encodetype}`)
  return bytes
}
