import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectedCamera, LaneFault, LaneRead, LaneSays } from '@lanepay/devices/lane-device.ts'
import { type VzlprTcpOptions, vzlprTcpCamera } from '@lanepay/devices/vzlpr-tcp/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { type Fault, type LaneSimulator, startLaneSimulator } from '../lane.ts'
import { type VzlprTcpFaceOptions, vzlprTcpFace } from './face.ts'

const serial = '0ba76bc6-e26d52eb'
const car = { plateText: '粤B12345', colour: 'blue' } as const
const quick = { beatMs: 50, silenceMs: 500, answerMs: 500, firstPauseMs: 20, mostPauseMs: 100, inputsMs: 10 }

let lane: LaneSimulator
let camera: ConnectedCamera
let said: LaneSays[]
let faults: LaneFault[]
let links: string[]

async function set(
  options: Partial<VzlprTcpOptions> = {},
  face: Partial<VzlprTcpFaceOptions> = {},
  wrong: readonly Fault[] = [],
) {
  said = []
  faults = []
  links = []
  let port = 0
  const listening = (taken: number) => {
    port = taken
  }
  lane = await startLaneSimulator({
    serial,
    clock: systemClock,
    firstRecordId: 1,
    faults: wrong,
    timing: { raiseMs: 20, lowerMs: 20 },
    face: vzlprTcpFace({ port: 0, listening, ...face }),
  })
  camera = vzlprTcpCamera({ host: '127.0.0.1', port, ...options, timing: { ...quick, ...options.timing } })({
    says: (one) => said.push(one),
    fault: (fault) => faults.push(fault),
    link: (state, because) => links.push(`${state}: ${because}`),
  })
}
afterEach(async () => {
  await camera.close()
  await lane.close()
  assert.deepEqual(faults, [])
})
const until = async (what: string, isSo: () => boolean) => {
  const deadline = performance.now() + 15_000
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `never: ${what}; ${JSON.stringify({ said, links, lane: lane.state() })}`)
    await sleep(5)
  }
}
const isUp = () => until('the line stands', () => links.at(-1)?.startsWith('up') ?? false)
const reads = (): LaneRead[] => said.filter((one): one is LaneRead => one.kind === 'read')
const recordIds = () => reads().map(({ recordId }) => Number(recordId))

describe('who answers at the address', () => {
  test('another camera is not taken for the one that was meant', async () => {
    await set({ serial: 'ffffffff-ffffffff' })
    const probe = await camera.probe()
    assert.ok(!probe.ok)
    assert.equal(probe.error.code, 'not-this-device')
    assert.match(probe.error.because, /is 0ba76bc6-e26d52eb, not ffffffff-ffffffff$/)
    lane.vehicleArrives(car)
    await sleep(200)
    assert.deepEqual([said, await camera.obey({ openGate: true }), lane.state().pulses], [[], 'unreached', 0])
    assert.ok(links.every((link) => link.startsWith('down')))
  })

  test('whoever answers is taken where nobody in particular was meant', async () => {
    await set()
    await isUp()
    lane.vehicleArrives(car)
    await until('it is read', () => reads().length === 1)
    assert.equal(reads()[0]?.serial, serial)
  })

  test('one that does not know its own number is known by the one that was meant, or by its address', async () => {
    await set({ serial }, { serialSaid: 'unknown' })
    const meant = await camera.probe()
    assert.ok(meant.ok && meant.value.serial === serial)
    await camera.close()
    await lane.close()
    await set({}, { serialSaid: 'unknown' })
    const found = await camera.probe()
    assert.ok(found.ok && /^127\.0\.0\.1:\d+$/.test(found.value.serial ?? ''))
  })

  test('nobody there: the probe says what was tried', async () => {
    await set()
    await isUp()
    lane.setNetwork('down')
    await until('it is lost', () => links.length === 2)
    const probe = await camera.probe()
    assert.ok(!probe.ok)
    assert.equal(probe.error.code, 'unreachable')
    assert.match(probe.error.because, /ECONNREFUSED|hung up/)
  })
})

test('a clock that is off is set where that is wanted, and left alone where not', async () => {
  await set({ setsClock: true })
  await isUp()
  lane.setClockOffMs(3_600_000)
  camera.reconnect('to be greeted anew')
  await until('it is greeted', () => links.length === 3)
  assert.ok(Math.abs(lane.state().clockOffMs) < 2_000, `${lane.state().clockOffMs}`)
  await camera.close()
  await lane.close()
  await set()
  await isUp()
  lane.setClockOffMs(3_600_000)
  camera.reconnect('to be greeted anew')
  await until('it is greeted', () => links.length === 3)
  assert.equal(lane.state().clockOffMs, 3_600_000)
})

test('asked whether somebody is here, we answer, and the camera stays on line', async () => {
  await set({ offlineCheckSeconds: 1 })
  await isUp()
  await sleep(2_500)
  assert.equal(lane.state().online, true)
  assert.deepEqual(lane.refusals(), [])
})

test('the board gets its 400 ms between frames', async () => {
  await set({ display: { protocol: 'jinjie', lines: 3 } })
  await isUp()
  const before = performance.now()
  assert.equal(await camera.obey({ openGate: false, show: ['一', '二', '三'] }), 'told')
  assert.ok(performance.now() - before >= 790)
  assert.deepEqual([lane.state().display, lane.refusals()], [['一', '二', '三'], []])
})

test('frames that come too close are lost on the board, as the simulated one plays it', async () => {
  await set({ display: { protocol: 'jinjie', lines: 2 }, timing: { gapMs: 0 } })
  await isUp()
  await camera.obey({ openGate: false, show: ['一', '二'] })
  await until('it is refused', () => lane.refusals().length === 1)
  assert.partialDeepStrictEqual(lane.refusals()[0], { field: 'send', rule: 'leaves the board its time' })
  assert.deepEqual(lane.state().display, ['一'])
})

test('the gate opens before the board is through with its lines', async () => {
  await set()
  await isUp()
  assert.equal(await camera.obey({ openGate: true, show: ['一', '二', '三', '四'] }), 'told')
  const { pulses, display } = lane.state()
  assert.equal(pulses, 1)
  assert.notDeepEqual(display, ['一', '二', '三', '四'])
})

test('the second output, and a board on the second line', async () => {
  await set({ gate: { output: 1, pulseMs: 800 }, display: { protocol: 'fk', port: 1 } })
  await isUp()
  assert.equal(await camera.obey({ openGate: true }), 'told')
  await until('it is heard', () => lane.heard().length === 1)
  assert.deepEqual(lane.heard()[0]?.orders.output, { io: 1, value: 'pulse', ms: 800 })
  await camera.obey({ openGate: false, show: ['一'] })
  await until('both are heard', () => lane.heard().length === 2)
  assert.equal(lane.heard()[1]?.orders.serial[0]?.port, 1)
})

test('closed in the middle of the greeting, it does not wait for its answers', async () => {
  await set({ timing: { answerMs: 60_000 } })
  await isUp()
  lane.setNetwork('half-dead')
  camera.reconnect('to be greeted by nobody')
  await sleep(100)
  const before = performance.now()
  await camera.close()
  assert.ok(performance.now() - before < 5_000)
})

describe('what goes wrong on purpose', () => {
  const once = (kind: Fault['kind'], ms?: number): Fault => ({ kind, times: 1, ...(ms === undefined ? {} : { ms }) })

  test('push-lose: it never comes, and is in no memory', async () => {
    await set({}, {}, [once('push-lose')])
    await isUp()
    const lost = lane.vehicleArrives(car)
    const next = lane.readAgain()
    await until('the next one is read', () => reads().length === 1)
    assert.deepEqual([recordIds(), await camera.missed(String(lost - 1))], [[next], 1])
  })

  for (const kind of ['push-double', 'answer-lose'] as const)
    test(`${kind}: the same record twice`, async () => {
      await set({}, {}, [once(kind)])
      await isUp()
      const record = lane.vehicleArrives(car)
      await until('it is read twice', () => reads().length === 2)
      assert.deepEqual(recordIds(), [record, record])
    })

  test('push-delay: it comes late with the time of its picture', async () => {
    await set({}, {}, [once('push-delay', 300)])
    await isUp()
    lane.vehicleArrives(car)
    const taken = systemClock.now()
    await until('it is read', () => reads().length === 1)
    assert.ok(systemClock.now() - taken >= 290 && Math.abs(reads()[0]!.takenAt! - taken) < 200)
  })

  test('push-reorder: the later record comes first', async () => {
    await set({}, {}, [once('push-reorder')])
    await isUp()
    const records = [lane.vehicleArrives(car), lane.readAgain()]
    await until('both are read', () => reads().length === 2)
    assert.deepEqual(recordIds(), records.toReversed())
  })

  test('push-store: it is in the memory alone', async () => {
    await set({}, {}, [once('push-store')])
    await isUp()
    const record = lane.vehicleArrives(car)
    await until('it is kept', () => lane.state().stored === 1)
    assert.deepEqual([reads(), await camera.missed(String(record - 1))], [[], 1])
    assert.deepEqual([recordIds(), reads()[0]?.stored, lane.state().stored], [[record], true, 0])
  })
})

test('after a factory reset the numbers begin anew, and all of it is news', async () => {
  await set()
  await isUp()
  lane.vehicleArrives(car)
  await until('it is read', () => reads().length === 1)
  assert.equal(await camera.missed('900000'), 1)
})

test('options out of their range are refused at once', () => {
  for (const wrong of [{ port: 0 }, { port: 65_536 }, { gate: { pulseMs: 99 } }])
    assert.throws(() => vzlprTcpCamera({ host: '127.0.0.1', ...wrong }), RangeError)
})
