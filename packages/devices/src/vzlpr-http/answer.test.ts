import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LaneOrders, type LaneSays, noOrders } from '../lane-device.ts'
import { takesOrders, type VzlprHttpOptions, vzlprHttpCamera } from './camera.ts'
import { serial } from './fixtures.ts'

const aRead = (stored = false): LaneSays => ({
  kind: 'read',
  serial,
  recordId: '7',
  plate: null,
  plateText: '_无_',
  colour: 'unknown',
  confidence: null,
  takenAt: null,
  stored,
  trigger: 'video',
})
const comet: LaneSays = { kind: 'poll', serial, takesOrders: true }
const heartbeat: LaneSays = { kind: 'poll', serial, takesOrders: false }
const input: LaneSays = { kind: 'input', serial, input: 2, on: true }
const other: LaneSays = { kind: 'other', serial, what: 'tcp trigger' }

const answer = (to: LaneSays, orders: Partial<LaneOrders>, options: VzlprHttpOptions = {}): unknown =>
  JSON.parse(
    vzlprHttpCamera(options)
      .answer(to, { ...noOrders, ...orders })
      .body.toString('utf8'),
  )

const open = { Response_AlarmInfoPlate: { info: 'ok' } }
const openBy = (io: number, delay: number) => ({ Response_AlarmInfoPlate: { ivs_ioctrl: { delay, io, value: 2 } } })
const gates: readonly (readonly [what: string, gate: VzlprHttpOptions['gate'], expected: object])[] = [
  ['output 0 by the short word', undefined, open],
  ['output 0 by its number', { by: 'output' }, openBy(0, 500)],
  ['output 0 for longer', { by: 'output', pulseMs: 1500 }, openBy(0, 1500)],
  ['another output by its number', { output: 1 }, openBy(1, 500)],
  [
    'another output as the MQTT profile does it',
    { output: 1, by: 'info' },
    {
      Response_AlarmInfoPlate: { info: 'ok', channelNum: 1 },
    },
  ],
]
for (const [what, gate, expected] of gates)
  test(`the gate opens: ${what}`, () =>
    assert.deepEqual(answer(comet, { openGate: true }, gate ? { gate } : {}), expected))

test('no orders, no parts', () => {
  assert.deepEqual(answer(aRead(), {}), { Response_AlarmInfoPlate: {} })
  assert.deepEqual(answer(comet, {}), { Response_AlarmInfoPlate: {} })
  for (const to of [heartbeat, input, other]) assert.deepEqual(answer(to, {}), {})
})

test('a stored record is kept, and the next one asked for or not', () => {
  const kept = (more: boolean) => answer(aRead(true), { keptStored: { recordId: '7', more } })
  assert.deepEqual(kept(true), { Response_AlarmInfoPlate: { ContinuePushOffline: { plateid: 7, continue: 1 } } })
  assert.deepEqual(kept(false), { Response_AlarmInfoPlate: { ContinuePushOffline: { plateid: 7, continue: 0 } } })
})

test('words go where the lane has a mouth and a board', () => {
  const words = { show: ['粤B12345'], say: '欢迎光临' }
  const parts = (options: VzlprHttpOptions) => {
    const { Response_AlarmInfoPlate: reply } = answer(comet, words, options) as {
      Response_AlarmInfoPlate: { playserver_json_request?: unknown; serialData?: readonly { serialChannel: number }[] }
    }
    return [reply.playserver_json_request !== undefined, (reply.serialData ?? []).map((part) => part.serialChannel)]
  }
  assert.deepEqual(parts({ display: null }), [true, []])
  assert.deepEqual(parts({}), [false, [0, 0, 0, 0, 0]])
  assert.deepEqual(parts({ display: { protocol: 'jinjie', lines: 2 } }), [false, [0, 0, 0]])
  assert.deepEqual(parts({ display: { protocol: 'jinjie', lines: 2, port: 1 }, voice: 'camera' }), [true, [1, 1]])
})

const deaf: readonly LaneSays[] = [heartbeat, input, other]
const orders: readonly Partial<LaneOrders>[] = [
  { openGate: true },
  { show: [] },
  { say: '' },
  { keptStored: { recordId: '7', more: true } },
]
test('orders are refused where the camera would not obey them', () => {
  for (const to of deaf) {
    assert.equal(takesOrders(to), false)
    for (const order of orders) assert.throws(() => answer(to, order), RangeError)
  }
  for (const to of [aRead(), comet]) assert.equal(takesOrders(to), true)
})

test('a stored record opens nothing', () => {
  assert.throws(() => answer(aRead(true), { openGate: true }), RangeError)
})

test('a record that is kept has a number', () => {
  for (const recordId of ['', 'a', '1.5', '-1', '12345678901234567'])
    assert.throws(() => answer(aRead(true), { keptStored: { recordId, more: true } }), RangeError)
})

test('options out of their range are refused at once', () => {
  assert.throws(() => vzlprHttpCamera({ gate: { pulseMs: 99 } }), RangeError)
  assert.throws(() => vzlprHttpCamera({ gate: { pulseMs: 600_001 } }), RangeError)
  assert.throws(() => vzlprHttpCamera({ voice: 'board', display: null }), RangeError)
})
