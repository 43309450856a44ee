import { base64In, objectIn, whole } from '../fields.ts'
import type { Orders } from '../orders.ts'
import { must, Refused } from '../refused.ts'

/*
 * The answers a VzLPR camera obeys (lot-devices.md 2.2), read as strictly as can be: a misspelt key, a length that does not
 * fit or a number out of its range and nothing of the answer is done. Written against the reference, not against any adapter.
 */
/** @throws Refused */
export function readAnswer(answer: { readonly contentType: string; readonly body: Buffer }): Orders {
  must(/^application\/json\s*(?:;|$)/i.test(answer.contentType), 'content-type', 'is application/json')
  const root = objectIn(jsonIn(answer.body), 'body', ['Response_AlarmInfoPlate'])
  const reply = objectIn(root.Response_AlarmInfoPlate, 'Response_AlarmInfoPlate', known)
  const { info, channelNum, serialData, ivs_ioctrl, playserver_json_request, ContinuePushOffline, manualTrigger } =
    reply
  for (const name of ['info', 'msgId', 'content', 'is_pay', 'manualTrigger'])
    must(reply[name] === undefined || typeof reply[name] === 'string', name, 'is text')
  const output = channelNum === undefined ? 0 : whole(channelNum, 'channelNum', 0, 3)
  must(reply.TriggerImage === undefined, 'TriggerImage', 'is nothing this camera does')
  return {
    open: info === 'ok' ? { output } : null,
    output: ivs_ioctrl === undefined ? null : outputIn(ivs_ioctrl),
    say: playserver_json_request === undefined ? null : voiceIn(playserver_json_request),
    serial: serialData === undefined ? [] : serialIn(serialData),
    kept: ContinuePushOffline === undefined ? null : keptIn(ContinuePushOffline),
    look: manualTrigger === 'ok',
  }
}

/** Whether an answer that carries no orders tries to. Anything else there is not looked at. */
export function triesToOrder(body: Buffer): boolean {
  try {
    const { Response_AlarmInfoPlate: reply } = JSON.parse(body.toString('utf8')) as Record<string, unknown>
    return typeof reply === 'object' && reply !== null && Object.keys(reply).length > 0
  } catch {
    return false
  }
}

const known = [
  'info',
  'channelNum',
  'delay',
  'msgId',
  'content',
  'is_pay',
  'ContinuePushOffline',
  'serialData',
  'ivs_ioctrl',
  'playserver_json_request',
  'TriggerImage',
  'manualTrigger',
]

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refused('body', 'is JSON in UTF-8')
  }
}

const values = ['off', 'on', 'pulse'] as const

function outputIn(value: unknown): Orders['output'] {
  const control = objectIn(value, 'ivs_ioctrl', ['io', 'value', 'delay'])
  const what = values[whole(control.value, 'ivs_ioctrl.value', 0, 2)]!
  return {
    io: whole(control.io, 'ivs_ioctrl.io', 0, 3),
    value: what,
    ms: what === 'pulse' ? whole(control.delay, 'ivs_ioctrl.delay', 1, 600_000) : 0,
  }
}

function voiceIn(value: unknown): string {
  const where = 'playserver_json_request'
  const names = ['type', 'voice', 'voice_interval', 'voice_volume', 'voice_male']
  const request = objectIn(value, where, names)
  must(request.type === 'ps_voice_play', `${where}.type`, 'is ps_voice_play')
  whole(request.voice_interval, `${where}.voice_interval`, 0, 600_000)
  whole(request.voice_volume, `${where}.voice_volume`, 1, 100)
  whole(request.voice_male, `${where}.voice_male`, 0, 1)
  return textIn(base64In(request.voice, `${where}.voice`), `${where}.voice`)
}

/** UTF-8, or GBK where it is no UTF-8. */
function textIn(bytes: Buffer, where: string): string {
  for (const encoding of ['utf-8', 'gbk'])
    try {
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {}
  throw new Refused(where, 'is UTF-8 or GBK')
}

function serialIn(value: unknown): Orders['serial'] {
  must(Array.isArray(value), 'serialData', 'is a list')
  return value.map((one: unknown, i) => {
    const where = `serialData[${i}]`
    const part = objectIn(one, where, ['serialChannel', 'data', 'dataLen'])
    const bytes = base64In(part.data, `${where}.data`)
    must(part.dataLen === bytes.length, `${where}.dataLen`, 'is the number of bytes in data')
    return { port: whole(part.serialChannel, `${where}.serialChannel`, 0, 1), bytes }
  })
}

function keptIn(value: unknown): Orders['kept'] {
  const where = 'ContinuePushOffline'
  const part = objectIn(value, where, ['plateid', 'continue'])
  return {
    recordId: whole(part.plateid, `${where}.plateid`, 0, Number.MAX_SAFE_INTEGER),
    more: whole(part.continue, `${where}.continue`, 0, 1) === 1,
  }
}
