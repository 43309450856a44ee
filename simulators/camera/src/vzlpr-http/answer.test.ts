import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { LaneOrders, LaneSays } from '@lanepay/devices/lane-device.ts'
import { type VzlprHttpOptions, vzlprHttpCamera } from '@lanepay/devices/vzlpr-http/camera.ts'
import fc from 'fast-check'
import { type BoardName, boardNames, takeFrame } from '../board/board.ts'
import { Refused } from '../refused.ts'
import { readAnswer } from './answer.ts'

const json = (value: unknown) => ({ contentType: 'application/json', body: Buffer.from(JSON.stringify(value)) })
const answer = (reply: object) => readAnswer(json({ Response_AlarmInfoPlate: reply }))
const vector = (file: string) =>
  readFileSync(new URL(`../../../../conformance/vectors/devices/${file}`, import.meta.url))
const hexVector = (file: string) =>
  Buffer.from(vector(file).toString('utf8').replace(/^#.*$/gm, '').replace(/\s/g, ''), 'hex')

test('the published answers mean what their notes say', () => {
  const read = (file: string) => readAnswer({ contentType: 'application/json', body: vector(file) })
  const nothing = { open: null, output: null, say: null, serial: [], kept: null, look: false }
  assert.deepEqual(read('vz-http-reply-open.json'), { ...nothing, open: { output: 0 } })
  assert.deepEqual(read('vz-http-reply-voice-and-io.json'), {
    ...nothing,
    output: { io: 0, value: 'pulse', ms: 500 },
    say: '欢迎光临',
  })
  assert.deepEqual(read('vz-http-reply-continue-offline.json'), { ...nothing, kept: { recordId: 123, more: true } })
  const { open, serial } = read('vz-http-reply-serial.json')
  assert.deepEqual(open, { output: 0 })
  const effects = serial.map(({ bytes }) => takeFrame('jinjie', bytes))
  assert.deepEqual(
    effects.map(({ lines, say }) => ({ lines, say })),
    [
      { lines: [[0, '欢迎光临请入场停车']], say: null },
      { lines: [], say: '粤B12345，请缴费，5元' },
    ],
  )
})

const frames: readonly (readonly [BoardName, file: string, lines: readonly string[], say: string | null])[] = [
  ['jinjie', 'jinjie-62-welcome.hex', ['欢迎光临请入场停车'], null],
  ['jinjie', 'jinjie-30-pay.hex', [], '粤B12345，请缴费，5元'],
  ['jinjie', 'jinjie-00-connect.hex', [], null],
  ['jinjie', 'jinjie-05-settime.hex', [], null],
  ['fk', 'fk-display-4line.hex', ['粤B12345', '临时车', '5元', '1小时20分钟'], null],
  ['fk', 'fk-voice-welcome.hex', [], '粤B12345欢迎光临'],
  ['fk', 'fk-cmd26.hex', [], null],
  ['saifeimu', 'sfm-voice.hex', [], '粤B12345欢迎光临'],
]
for (const [board, file, lines, say] of frames)
  test(`a ${board} board understands ${file}`, () => {
    const effect = takeFrame(board, hexVector(file))
    assert.deepEqual([effect.lines.map(([, text]) => text), effect.say], [lines, say])
  })

test('a Jinjie board answers as published', () => {
  assert.deepEqual(takeFrame('jinjie', hexVector('jinjie-62-welcome.hex')).reply, hexVector('jinjie-62-ack.hex'))
})

test('law: a published frame with one bit turned is refused', () => {
  const published = frames.map(([board, file]) => [board, hexVector(file)] as const)
  fc.assert(
    fc.property(fc.constantFrom(...published), fc.nat(), fc.nat(7), ([board, frame], at, bit) => {
      const damaged = Buffer.from(frame)
      damaged[at % frame.length]! ^= 1 << bit
      // Nothing checks the sequence of a Saifeimu frame.
      fc.pre(!(board === 'saifeimu' && at % frame.length === 6))
      assert.throws(() => takeFrame(board, damaged), Refused)
    }),
    { numRuns: 500 },
  )
})

const io = { io: 0, value: 2, delay: 500 }
const voice = { type: 'ps_voice_play', voice: '5qyi', voice_interval: 0, voice_volume: 100, voice_male: 1 }
const part = { serialChannel: 0, data: 'AGT/', dataLen: 3 }
const refused: readonly (readonly [reply: object, field: string])[] = [
  [{ Info: 'ok' }, 'Response_AlarmInfoPlate.Info'],
  [{ info: true }, 'info'],
  [{ info: 'ok', channelNum: 4 }, 'channelNum'],
  [{ info: 'ok', channelNum: '0' }, 'channelNum'],
  [{ ivs_ioctrl: { ...io, io: 4 } }, 'ivs_ioctrl.io'],
  [{ ivs_ioctrl: { ...io, value: 3 } }, 'ivs_ioctrl.value'],
  [{ ivs_ioctrl: { ...io, delay: 600_001 } }, 'ivs_ioctrl.delay'],
  [{ ivs_ioctrl: { io: 0, value: 2 } }, 'ivs_ioctrl.delay'],
  [{ ivs_ioctrl: { ...io, ms: 1 } }, 'ivs_ioctrl.ms'],
  [{ playserver_json_request: { ...voice, type: 'play' } }, 'playserver_json_request.type'],
  [{ playserver_json_request: { ...voice, voice: '欢' } }, 'playserver_json_request.voice'],
  [{ playserver_json_request: { ...voice, voice_volume: 0 } }, 'playserver_json_request.voice_volume'],
  [{ serialData: part }, 'serialData'],
  [{ serialData: [part, { ...part, dataLen: 4 }] }, 'serialData[1].dataLen'],
  [{ serialData: [{ ...part, data: 'AGT' }] }, 'serialData[0].data'],
  [{ serialData: [{ ...part, serialChannel: 2 }] }, 'serialData[0].serialChannel'],
  [{ ContinuePushOffline: { plateid: '123', continue: 1 } }, 'ContinuePushOffline.plateid'],
  [{ ContinuePushOffline: { plateid: 123, continue: true } }, 'ContinuePushOffline.continue'],
  [{ TriggerImage: {} }, 'TriggerImage'],
]
for (const [reply, field] of refused)
  test(`refused: ${field} in ${JSON.stringify(reply)}`, () => assert.throws(() => answer(reply), { field }))

test('refused: what is no JSON, not called JSON, or another message', () => {
  const body = Buffer.from('{"Response_AlarmInfoPlate":{}}')
  assert.throws(() => readAnswer({ contentType: 'text/html', body }), { field: 'content-type' })
  assert.throws(() => readAnswer({ contentType: 'application/json', body: Buffer.from('ok') }), { field: 'body' })
  assert.throws(() => readAnswer(json({ response: 1 })), { field: 'body.response' })
  assert.throws(() => readAnswer(json({})), { field: 'Response_AlarmInfoPlate' })
})

test('a voice may be GBK, and other words than ok open nothing', () => {
  const gbk = Buffer.from('bbb6d3ad', 'hex').toString('base64')
  assert.equal(answer({ playserver_json_request: { ...voice, voice: gbk } }).say, '欢迎')
  assert.equal(answer({ info: 'no', content: 'retransfer_stop', is_pay: 'true' }).open, null)
})

const characters = [...'粤浙京欢迎光临请缴费停车免费已付款小时分钟元公里ABCDEFGH0123456789']
const words = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 20 })
const orders = fc.record({
  openGate: fc.boolean(),
  show: fc.option(fc.array(words, { maxLength: 4 }), { nil: undefined }),
  say: fc.option(words, { nil: undefined }),
})
const wirings = boardNames.flatMap((protocol): VzlprHttpOptions[] => [
  { display: { protocol } },
  { display: { protocol, port: 1 }, voice: 'camera' },
  { display: { protocol }, gate: { by: 'output', output: 1, pulseMs: 1500 } },
])

test("law: what the adapter writes, the camera's own reading obeys, to the letter", () => {
  const comet: LaneSays = { kind: 'poll', serial: 'a', takesOrders: true }
  fc.assert(
    fc.property(fc.constantFrom(...wirings), orders, (options, { openGate, show, say }) => {
      const told: LaneOrders = { openGate, ...(show ? { show } : {}), ...(say ? { say } : {}) }
      const { contentType, body } = vzlprHttpCamera(options).answer(comet, told)
      const heard = readAnswer({ contentType, body })
      const { display, gate } = options
      assert.deepEqual(heard.open, openGate && !gate ? { output: 0 } : null)
      assert.deepEqual(heard.output, openGate && gate ? { io: 1, value: 'pulse', ms: 1500 } : null)
      const effects = heard.serial.map(({ port, bytes }) => {
        assert.equal(port, display?.port ?? 0)
        return takeFrame(display!.protocol, bytes)
      })
      const lines = effects.flatMap((effect) => effect.lines.map(([, text]) => text))
      assert.deepEqual(lines, show ? [0, 1, 2, 3].map((i) => show[i] ?? '') : [])
      const spoken = [heard.say, ...effects.map((effect) => effect.say)].filter((word) => word !== null)
      assert.deepEqual(spoken, say ? [say] : [])
    }),
  )
})

test('law: a kept record is acknowledged by its number', () => {
  const record = { kind: 'read', serial: 'a', plate: null, plateText: '', colour: 'unknown', confidence: null } as const
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.boolean(), (number, more) => {
      const recordId = String(number)
      const to: LaneSays = { ...record, recordId, takenAt: null, stored: true, trigger: 'video' }
      const { contentType, body } = vzlprHttpCamera().answer(to, { openGate: false, keptStored: { recordId, more } })
      assert.deepEqual(readAnswer({ contentType, body }).kept, { recordId: number, more })
    }),
  )
})

test('law: no bytes break the reading otherwise than by a refusal', () => {
  fc.assert(
    fc.property(fc.constantFrom(...boardNames), fc.uint8Array({ maxLength: 60 }), (board, bytes) => {
      for (const read of [
        () => takeFrame(board, Buffer.from(bytes)),
        () => readAnswer({ contentType: 'application/json', body: Buffer.from(bytes) }),
      ])
        try {
          read()
        } catch (error) {
          assert.ok(error instanceof Refused)
        }
    }),
  )
})
