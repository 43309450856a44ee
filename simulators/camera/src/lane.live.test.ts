import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LaneRead, type LaneSays, noOrders } from '@lanepay/devices/lane-device.ts'
import type { VzlprHttpOptions } from '@lanepay/devices/vzlpr-http/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import type { WireMessage } from '@lanepay/simulator-wire/wire.ts'
import { type GatePulse, type LaneOptions, type LaneSimulator, startLaneSimulator } from './lane.ts'
import { startTinyAgent, type TinyAgent } from './testing.ts'

const serial = 'fe71e106-57263272'
const car = { plateText: '粤B12345', colour: 'blue' } as const
const other = { plateText: '浙AD12345', colour: 'green' } as const
const quick = { pollMs: 10, lostMs: 20, resendMs: 20, storedMs: 50, raiseMs: 20, lowerMs: 20, passMs: 20 }
const loginSecret = 'web-login-of-the-camera'

let agent: TinyAgent
let lane: LaneSimulator
let told: WireMessage[]
let pulses: GatePulse[]

async function set(options: Partial<LaneOptions> = {}, device: VzlprHttpOptions = {}): Promise<void> {
  agent = await startTinyAgent(device)
  told = []
  pulses = []
  lane = await startLaneSimulator({
    serial,
    agentUrl: agent.url,
    clock: systemClock,
    loginSecret,
    tell: (message) => told.push(message),
    onGate: (pulse) => pulses.push(pulse),
    ...options,
    timing: { ...quick, ...options.timing },
  })
}

/** Waits until it is so; the runner's own time limit is the only other way out. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!isSo()) {
    if (performance.now() > deadline) assert.fail(`never: ${what}; ${JSON.stringify(lane.state())}`)
    await sleep(5)
  }
}
const reads = (): LaneRead[] => agent.said.filter((says): says is LaneRead => says.kind === 'read')
const inputs = (): string[] =>
  agent.said.flatMap((says) => (says.kind === 'input' ? [`${says.input} ${says.on ? 'on' : 'off'}`] : []))
const armIs = (position: string) => until(`the arm is ${position}`, () => lane.state().arm === position)
const openGate = { ...noOrders, openGate: true }

afterEach(async () => {
  const refusals = lane.refusals()
  await lane.close()
  await agent.close()
  assert.deepEqual(refusals, [], 'the camera understood every answer')
})

describe('the usual course', () => {
  beforeEach(() => set())

  test('a vehicle is read, the answer opens, it drives through, the arm comes down behind it', async () => {
    agent.onRead = () => ({ openGate: true, show: ['粤B12345', '欢迎光临'], say: '欢迎光临' })
    lane.vehicleArrives(car)
    await armIs('up')
    assert.deepEqual(lane.state().display, ['粤B12345', '欢迎光临'])
    assert.equal(lane.state().said, '欢迎光临')
    lane.vehicleDrivesThrough()
    assert.deepEqual(lane.state().loops, { front: true, underArm: true })
    await armIs('down')
    await until('all inputs are told', () => inputs().length === 6)
    assert.deepEqual(inputs(), ['1 on', '3 on', '2 on', '1 off', '2 off', '3 off'])
    const [read] = reads()
    assert.partialDeepStrictEqual(read, { serial, plate: '粤B12345', colour: 'blue', stored: false, trigger: 'video' })
    assert.ok(Math.abs(read!.takenAt! - systemClock.now()) < 60_000)
    assert.equal(pulses.length, 1)
  })

  test('an order that arises later goes with the answer to the poll that is held', async () => {
    lane.vehicleArrives(car)
    await until('the read arrived', () => reads().length === 1)
    assert.equal(lane.state().arm, 'down')
    agent.order({ openGate: true, show: ['粤B12345', '已付款'] })
    await armIs('up')
    assert.deepEqual(pulses[0]?.because, { kind: 'poll' })
    assert.deepEqual(lane.state().display, ['粤B12345', '已付款'])
  })

  test('who turns back leaves the loop, and an unused arm comes down by itself', async () => {
    await lane.close()
    await agent.close()
    await set({ timing: { lowersUnusedAfterMs: 30 }, tellsTurnBack: true })
    agent.onRead = (read) => ({ ...noOrders, openGate: read.trigger === 'video' })
    lane.vehicleArrives(car)
    await until('the arm was up', () => inputs().includes('3 on'))
    lane.vehicleTurnsBack()
    await until('all inputs are told', () => inputs().length === 4 && reads().length === 2)
    await armIs('down')
    assert.deepEqual(inputs().sort(), ['1 off', '1 on', '3 off', '3 on'])
    assert.equal(reads()[1]?.trigger, 'turned-back')
  })

  test('a vehicle without a plate is a vehicle', async () => {
    lane.vehicleArrives({ plateText: null, colour: 'unknown' })
    await until('the read arrived', () => reads().length === 1)
    assert.partialDeepStrictEqual(reads()[0], { plate: null, plateText: '_无_', colour: 'unknown', confidence: 0 })
  })

  test('the fire alarm holds the arm open', async () => {
    lane.fireAlarm(true)
    await armIs('up')
    await until('told', () => inputs().includes('4 on'))
    lane.fireAlarm(false)
    await armIs('down')
  })

  test('the button in the booth opens past the camera', async () => {
    lane.openByHand()
    await armIs('up')
    await until('told', () => inputs().includes('3 on'))
    assert.deepEqual([pulses, lane.state().pulses], [[], 0])
  })

  test('nobody drives through a closed arm, over another vehicle, or out of nowhere', async () => {
    assert.throws(() => lane.vehicleDrivesThrough(), RangeError)
    assert.throws(() => lane.vehicleTurnsBack(), RangeError)
    assert.throws(() => lane.readAgain(), RangeError)
    lane.vehicleArrives(car)
    assert.throws(() => lane.vehicleArrives(other), RangeError)
    assert.throws(() => lane.vehicleDrivesThrough(), /the arm is down/)
  })

  test('two pictures in one second are two records', async () => {
    const first = lane.vehicleArrives(car)
    const second = lane.readAgain('staying')
    await until('both arrived', () => reads().length === 2)
    assert.deepEqual(
      reads().map(({ recordId, trigger }) => [recordId, trigger]),
      [
        [String(first), 'video'],
        [String(second), 'staying'],
      ],
    )
  })

  test('a picture of many megabytes is sent', async () => {
    lane.vehicleArrives({ ...car, pictureBytes: 5_000_000 })
    await until('the read arrived', () => reads().length === 1)
  })

  test('nobody who watches sees the web login or the key, and everybody sees the rest', async () => {
    lane.vehicleArrives(car)
    agent.order({ ...openGate, show: ['欢迎光临'] })
    await armIs('up')
    await until('told', () =>
      ['plate', 'comet poll', 'contact', '欢迎光临'].every((what) => told.some(({ title }) => title.startsWith(what))),
    )
    const seen = JSON.stringify(told)
    assert.ok(!seen.includes(loginSecret) && !seen.includes('secret-of-the-lot'))
    assert.deepEqual([...new Set(told.map(({ wire }) => wire))].sort(), ['camera', 'display', 'gate'])
    assert.ok(!JSON.stringify(agent.said).includes(loginSecret))
  })
})

describe('what goes wrong on purpose', () => {
  beforeEach(() => set())
  const once = (kind: Parameters<LaneSimulator['fault']>[0]['kind'], ms?: number) =>
    lane.fault({ kind, times: 1, ...(ms === undefined ? {} : { ms }) })

  test('answer-lose: the same record comes again', async () => {
    once('answer-lose')
    const id = lane.vehicleArrives(car)
    await until('it came again', () => reads().length === 2)
    assert.deepEqual(
      reads().map(({ recordId, stored }) => [recordId, stored]),
      [
        [String(id), false],
        [String(id), false],
      ],
    )
  })

  test('push-double: the same record twice, and both answers are obeyed', async () => {
    once('push-double')
    agent.onRead = () => openGate
    lane.vehicleArrives(car)
    await until('both were answered', () => pulses.length === 2)
    assert.equal(reads()[0]?.recordId, reads()[1]?.recordId)
  })

  test('push-lose: it never arrives, the next one does', async () => {
    once('push-lose')
    lane.vehicleArrives(car)
    const next = lane.readAgain()
    await until('the next one arrived', () => reads().length === 1)
    assert.equal(reads()[0]?.recordId, String(next))
    await until('nothing is left', () => lane.state().unsent === 0)
    assert.equal(lane.state().stored, 0)
  })

  test('push-reorder: the later record comes first', async () => {
    once('push-reorder')
    const first = lane.vehicleArrives(car)
    const second = lane.readAgain()
    await until('both arrived', () => reads().length === 2)
    assert.deepEqual(
      reads().map(({ recordId }) => Number(recordId)),
      [second, first],
    )
  })

  test('push-reorder with nothing later: it comes in the end', async () => {
    once('push-reorder', 30)
    lane.vehicleArrives(car)
    await until('it arrived', () => reads().length === 1)
  })

  test('push-delay: it arrives late with the time of its picture', async () => {
    once('push-delay', 300)
    const before = systemClock.now()
    lane.vehicleArrives(car)
    const after = systemClock.now()
    await until('it arrived', () => reads().length === 1)
    const { takenAt } = reads()[0]!
    assert.ok(takenAt! >= before && takenAt! <= after)
    assert.ok(systemClock.now() - takenAt! >= 290)
  })

  test('gate-silent: the contact closes, the arm stays down, no input says otherwise; the next order is followed', async () => {
    once('gate-silent')
    agent.onRead = () => openGate
    lane.vehicleArrives(car)
    await until('the contact closed', () => pulses.length === 1)
    assert.deepEqual([pulses[0]?.followed, lane.state().arm], [false, 'down'])
    agent.order(openGate)
    await armIs('up')
    await until('told', () => inputs().includes('3 on'))
  })

  test("the camera's clock may be wrong either way", async () => {
    for (const offMs of [-3_600_000, 3_600_000]) {
      lane.setClockOffMs(offMs)
      lane.vehicleArrives(car)
      await until('it arrived', () => reads().length > 0 && lane.state().unsent === 0)
      assert.ok(Math.abs(reads().at(-1)!.takenAt! - offMs - systemClock.now()) < 60_000)
      lane.vehicleTurnsBack()
    }
  })

  test('the network goes down: what was read is stored and comes one by one, each acknowledged', async () => {
    lane.setNetwork('down')
    const ids = [lane.vehicleArrives(car), lane.readAgain(), lane.readAgain()]
    await until('all are stored', () => lane.state().stored === 3 && !lane.state().online)
    assert.deepEqual(reads(), [])
    agent.onRead = ({ recordId, stored }) => (stored ? { ...noOrders, keptStored: { recordId, more: true } } : noOrders)
    lane.setNetwork('up')
    await until('all are gone', () => lane.state().stored === 0 && lane.state().online)
    assert.deepEqual(
      reads().map(({ recordId, stored }) => [Number(recordId), stored]),
      ids.map((id) => [id, true]),
    )
  })

  test('a stored record that is not acknowledged comes again', async () => {
    once('push-store')
    lane.vehicleArrives(car)
    await until('it came three times', () => reads().filter(({ stored }) => stored).length >= 3)
    assert.equal(new Set(reads().map(({ recordId }) => recordId)).size, 1)
    assert.equal(lane.state().stored, 1)
  })

  test('a live record interrupts the replay: the stored one comes twice although it was acknowledged', async () => {
    once('push-store')
    agent.onRead = ({ recordId, stored }) => {
      if (!stored) return noOrders
      if (reads().filter((read) => read.stored).length === 1) lane.readAgain()
      return { ...noOrders, keptStored: { recordId, more: true } }
    }
    lane.vehicleArrives(car)
    await until('it is gone', () => lane.state().stored === 0 && lane.state().unsent === 0 && reads().length === 3)
    assert.deepEqual(
      reads().map(({ stored }) => stored),
      [true, false, true],
    )
  })

  test('the agent may stop the replay until the line has been lost again', async () => {
    lane.fault({ kind: 'push-store', times: 2 })
    agent.onRead = ({ recordId, stored }) =>
      stored ? { ...noOrders, keptStored: { recordId, more: false } } : noOrders
    lane.setNetwork('down')
    lane.vehicleArrives(car)
    lane.readAgain()
    await until('both are stored', () => lane.state().stored === 2)
    lane.setNetwork('up')
    await until('the first is gone', () => lane.state().stored === 1)
    const polls = agent.said.filter(({ kind }) => kind === 'poll').length
    await until('the camera polls on', () => agent.said.filter(({ kind }) => kind === 'poll').length > polls)
    assert.equal(lane.state().stored, 1)
    lane.setNetwork('down')
    await until('the line is lost', () => !lane.state().online)
    lane.setNetwork('up')
    await until('the second is gone', () => lane.state().stored === 0)
  })

  test('an agent that refuses is as good as none: the record is kept for later', async () => {
    agent.refuseWith = 500
    lane.vehicleArrives(car)
    await until('it is stored', () => lane.state().stored === 1)
    agent.refuseWith = null
    await until('it comes as a stored record', () => reads().some(({ stored }) => stored))
  })
})

const boards: readonly LaneOptions['board'][] = ['jinjie', 'fk', 'saifeimu']
for (const protocol of boards)
  test(`a ${protocol} board on the second serial line shows and says it`, async () => {
    await set({ board: protocol!, boardPort: 1 }, { display: { protocol: protocol!, port: 1 } })
    agent.order({ show: ['粤B12345', '5元', '停车 1 小时 20 分钟', '请扫码'], say: '粤B12345请缴费5元' })
    await until('it is shown', () => lane.state().display.length === 4)
    assert.deepEqual(lane.state().display, ['粤B12345', '5元', '停车 1 小时 20 分钟', '请扫码'])
    assert.equal(lane.state().said, '粤B12345请缴费5元')
    agent.order({ show: ['欢迎光临'] })
    await until('the rest is blank', () => lane.state().display.length === 1)
    assert.deepEqual(lane.state().display, ['欢迎光临'])
  })

test('what the board answers comes in as serial bytes where the camera has an address for it', async () => {
  await set()
  await lane.close()
  lane = await startLaneSimulator({
    serial,
    agentUrl: agent.url,
    urls: { serial: agent.url },
    clock: systemClock,
    timing: quick,
  })
  agent.order({ say: '欢迎光临' })
  const isAnswer = (says: LaneSays) => says.kind === 'other' && says.what === 'board accepted 0x30'
  await until('the board answered', () => agent.said.some(isAnswer))
})

test('the gate on another output, and a camera that speaks itself', async () => {
  await set({ outputs: { open: 2, close: 3 } }, { gate: { output: 2, pulseMs: 800 }, voice: 'camera' })
  agent.order({ ...openGate, say: '一路平安' })
  await armIs('up')
  assert.partialDeepStrictEqual(pulses, [{ ms: 800, because: { kind: 'poll' }, followed: true }])
  assert.equal(lane.state().said, '一路平安')
})

test('plain heartbeats keep the camera online and carry nothing', async () => {
  await set({ heartbeats: 'plain', timing: { heartbeatMs: 20 } }, { heartbeats: 'plain' })
  const isPoll = (says: LaneSays) => says.kind === 'poll' && !says.takesOrders
  await until('several came', () => agent.said.filter(isPoll).length > 2)
  assert.equal(lane.state().online, true)
})

test('a controller that counts pulses stays open for the second vehicle', async () => {
  await set({ timing: { countsPulses: true } })
  agent.onRead = () => openGate
  lane.vehicleArrives(car)
  await armIs('up')
  agent.order(openGate)
  await until('both came', () => pulses.length === 2)
  lane.vehicleDrivesThrough()
  await until('the first is through', () => lane.state().underArm === null)
  assert.equal(lane.state().arm, 'up')
})

test('closing ends everything at once, a held poll included', async () => {
  await set()
  await until('a poll is held', () => agent.said.some(({ kind }) => kind === 'poll'))
  lane.vehicleArrives(car)
  await lane.close()
  await sleep(100) // what had left before may still be read
  const { length } = agent.said
  await sleep(200)
  assert.equal(agent.said.length, length)
})

test('only http addresses, only faults that exist', async () => {
  await set()
  const start = (options: Partial<LaneOptions>) =>
    startLaneSimulator({ serial, agentUrl: agent.url, clock: systemClock, ...options })
  await assert.rejects(start({ agentUrl: 'https://agent/' }), RangeError)
  await assert.rejects(start({ agentUrl: 'agent' }), RangeError)
  await assert.rejects(start({ faults: [{ kind: 'gate-silent', times: 0 }] }), RangeError)
  assert.throws(() => lane.fault({ kind: 'meteor' as never, times: 1 }), /kind is one of/)
})
