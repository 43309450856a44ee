import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { startRelaySimulator } from '@lanepay/simulator-camera/dry-contact/simulator.ts'
import type { LaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { startTcpSerialSimulator } from '@lanepay/simulator-camera/tcp-serial/simulator.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import type { LanePlan } from '../plan.ts'
import { serialOf } from './abilities.ts'
import { usualHealthTiming } from './health.ts'
import { dahua, hikvision, recogniser, type TestLane, vzlprHttp, vzlprTcp } from './lanes.testing.ts'
import { cameraUrl, minute, quick, type RunningLot, startTestLot, until } from './lot.testing.ts'

/*
 * What goes wrong with equipment: each is told to whoever installs it, in the log and as a device event, nothing opens that should
 * not, and nothing is lost.
 */

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const end of closing.splice(0).reverse()) await end()
})
const vehicle = (plateText: string) => ({ plateText, colour: 'blue' as const })

type Made = {
  readonly lot: RunningLot
  readonly sims: readonly LaneSimulator[]
  readonly plans: readonly LanePlan[]
  readonly port: number
}
/** Lanes 1 (entry) and 2 (exit) of these kinds, each changed as the test says. */
async function aLot(
  kinds: readonly { readonly make: (typeof vzlprHttp)['make'] }[],
  change: (plan: LanePlan) => LanePlan = (plan) => plan,
  more: Partial<Parameters<typeof startTestLot>[0]> = {},
): Promise<Made> {
  const [clock, cameraPort] = [new SimulatedClock(), await freePort()]
  const lanes: TestLane[] = []
  for (const [index, kind] of kinds.entries())
    lanes.push(await kind.make({ id: index + 1, direction: index === 0 ? 'entry' : 'exit', clock, cameraPort }))
  const plans = lanes.map(({ plan }) => change(plan))
  const lot = await startTestLot({ clock, cameraPort, lanes: plans, ...more })
  closing.push(() => lot.close())
  const sims = await Promise.all(lanes.map((lane) => lane.start()))
  for (const [index, sim] of sims.entries()) closing.push(() => sim.close(), lanes[index]!.close)
  return { lot, sims, plans, port: cameraPort }
}
const heard = ({ lot, plans }: Made, index = 0) =>
  until('it is heard', () => lot.device(serialOf(plans[index]!.camera)).heardAt !== null)
const deviceEvent = (lot: RunningLot, device: string, because: RegExp) =>
  until(`${device}: ${because}`, () =>
    lot.ofKind('device').find((one) => one.device === device && because.test(one.because)),
  )
const isLogged = (lot: RunningLot, device: string, because: RegExp) =>
  assert.ok(
    lot.logged.some((line) => line.event === 'device' && line.device === device && because.test(String(line.because))),
  )

describe('a camera', () => {
  test('with a wrong password is lost, and the plan is named; put right, the vehicle that waited is let in', async () => {
    const trouble = { loseNextAnswer: false, failNext: false, password: 'another-secret' as string | null }
    const made = await aLot([hikvision('stream', { trouble })], undefined, { loginAgainSeconds: [1] })
    const { lot, plans, sims } = made
    const serial = serialOf(plans[0]!.camera)
    const told = await deviceEvent(lot, serial, /refuses the login: put user and password in the plan right/)
    assert.equal(told.state, 'lost')
    isLogged(lot, serial, /refuses the login/)
    assert.equal(JSON.stringify([lot.events, lot.logged]).includes('secret-of-the-lot'), false)
    const againAt = await until('when it is tried again', () => lot.device(serial).loginAgainAt)
    assert.ok(Math.abs(againAt - lot.clock.now()) <= 1_000)
    trouble.password = 'secret-of-the-lot'
    await until('it is well', () => lot.device(serial).state === 'well')
    assert.equal(lot.device(serial).loginAgainAt, null)
    sims[0]!.vehicleArrives(vehicle('粤B12345'))
    await until('it opens', () => sims[0]!.state().arm === 'up')
  })

  test('whose password is changed while it runs: its report says so, a restart tries at once', async () => {
    const trouble = { loseNextAnswer: false, failNext: false, password: null as string | null }
    const made = await aLot([hikvision('stream', { trouble })], undefined, { loginAgainSeconds: [600] })
    const { lot, plans, sims } = made
    const serial = serialOf(plans[0]!.camera)
    await heard(made)
    trouble.password = 'another-secret'
    sims[0]!.setNetwork('down')
    await deviceEvent(lot, serial, /is not reached/)
    sims[0]!.setNetwork('up')
    const refused = /^it refuses the login: put user and password in the plan right/
    await until('its report says so', () => refused.test(lot.device(serial).because ?? ''))
    assert.ok(lot.device(serial).loginAgainAt! > lot.clock.now() + 590_000)
    trouble.password = 'secret-of-the-lot'
    await sleep(300)
    assert.equal(lot.device(serial).state, 'lost')
    await lot.restart()
    await until('it is well', () => lot.device(serial).heardAt !== null)
    assert.equal(lot.device(serial).loginAgainAt, null)
  })

  test('by Dahua with a wrong password is lost, and the plan is named', async () => {
    const trouble = { loseNextAnswer: false, failNext: false, password: 'another-secret' as string | null }
    const { lot, plans } = await aLot([dahua('stream', { trouble })], undefined, { loginAgainSeconds: [600] })
    const serial = serialOf(plans[0]!.camera)
    const told = await deviceEvent(lot, serial, /refuses the login: put user and password in the plan right/)
    assert.equal(told.state, 'lost')
    assert.equal(JSON.stringify([lot.events, lot.logged]).includes('secret-of-the-lot'), false)
  })

  test('that has no setting for its paths is taken from its own address alone', async () => {
    const elsewhere = (plan: LanePlan) => ({ ...plan, camera: { ...plan.camera, url: 'http://127.0.0.9' } }) as LanePlan
    const { lot, port } = await aLot([dahua('push')], elsewhere)
    const post = { method: 'POST', body: '{"DeviceID":"6J0A1B2PAZ00001"}' }
    const { status } = await fetch(`http://127.0.0.1:${port}/NotificationInfo/KeepAlive`, post)
    assert.equal(status, 404)
    assert.equal(lot.device('6J0A1B2PAZ00001').heardAt, null)
  })

  test('that only recognises is not lost for saying nothing', async () => {
    const health = { ...usualHealthTiming, lostAfterMs: 100 }
    const { lot, sims } = await aLot([recogniser('openalpr'), vzlprHttp], undefined, { timing: { health } })
    sims[1]!.setNetwork('down')
    await deviceEvent(lot, 'http-2', /./) // by now the other has been silent for longer
    assert.equal(lot.device('openalpr-1').state, 'well')
  })

  test('that posts to a lane which is not there is told when it goes on', async () => {
    const made = await aLot([vzlprHttp])
    const { lot, port } = made
    const post = () => fetch(cameraUrl(port, 9), { method: 'POST', body: '{}' })
    for (let i = 0; i < 4; i += 1) assert.equal((await post()).status, 404)
    assert.deepEqual(
      lot.logged.filter(({ event }) => event === 'device'),
      [],
    )
    await post()
    const told = await deviceEvent(lot, 'lane-9', /posts to lane 9, which this lot does not have/)
    assert.equal(told.state, 'ill')
    isLogged(lot, 'lane-9', /put the lane into the plan/)
    for (let i = 0; i < 10; i += 1) await post()
    await sleep(100)
    assert.equal(lot.ofKind('device').length, 1)
  })

  test('that stands where another should be is not heard, and told with both numbers', async () => {
    const made = await aLot(
      [vzlprHttp],
      (plan) => ({ ...plan, camera: { ...plan.camera, serial: 'meant' } }) as LanePlan,
    )
    const { lot, sims } = made
    sims[0]!.vehicleArrives(vehicle('粤B12345'))
    const told = await deviceEvent(lot, 'meant', /another camera \(http-1\) posts to lane 1 and is refused/)
    assert.equal(told.state, 'ill')
    assert.equal(sims[0]!.state().pulses, 0)
    assert.deepEqual(lot.ofKind('entered'), [])
  })

  test('that is another one at its address is told, over a line as well', async () => {
    const made = await aLot(
      [vzlprTcp],
      (plan) => ({ ...plan, camera: { ...plan.camera, serial: 'meant' } }) as LanePlan,
    )
    const told = await deviceEvent(made.lot, 'meant', /another device answers there.*is tcp-1, not meant/)
    assert.equal(told.state, 'lost')
  })

  test('that is not there is told with its address, and found when it comes', async () => {
    const made = await aLot([vzlprTcp])
    await heard(made)
    const { lot, sims } = made
    sims[0]!.setNetwork('down')
    await deviceEvent(lot, 'tcp-1', /is not reached: power, network cable.*ECONNREFUSED/)
    sims[0]!.setNetwork('up')
    await deviceEvent(lot, 'tcp-1', /heard again/)
  })

  test('with a clock that is 8 hours off is ill, opens nothing, and how far it is off can be seen', async () => {
    const made = await aLot([vzlprTcp])
    const { lot, sims } = made
    sims[0]!.setClockOffMs(8 * 3_600_000)
    await until('it is online', () => sims[0]!.state().online)
    sims[0]!.vehicleArrives(vehicle('粤B12345'))
    const told = await deviceEvent(lot, 'tcp-1', /8 h fast, which looks like another time zone/)
    assert.ok(Math.abs(told.driftMs! - 8 * 3_600_000) < 2_000)
    assert.ok(Math.abs(lot.device('tcp-1').clockOffMs! - 8 * 3_600_000) < 2_000)
    assert.equal(sims[0]!.state().pulses, 0)
  })
})

test('silent death: its line is opened anew and told, and what it kept comes as stored', async () => {
  const health = { ...usualHealthTiming, silentAfterMs: 500, silentReads: 2, downAfterMs: 5_000 }
  const made = await aLot([vzlprTcp, vzlprTcp], undefined, {
    timing: { health, line: { ...quick.line, silenceMs: 60_000 } },
  })
  const { lot, sims } = made
  const [entry, exit] = sims
  for (const sim of sims) await until('it is online', () => sim.state().online)
  exit!.vehicleArrives(vehicle('粤B12345'))
  await until('the exit was heard', () => lot.ofKind('occupied').some((one) => one.lane === 2))
  exit!.vehicleTurnsBack()
  exit!.setNetwork('half-dead')
  exit!.vehicleArrives(vehicle('京A88888'))
  exit!.vehicleTurnsBack()
  entry!.vehicleArrives(vehicle('粤B11111'))
  entry!.readAgain()
  entry!.readAgain()
  const told = await deviceEvent(
    lot,
    'tcp-2',
    /connected and has read nothing for .* while other lanes read \d+ vehicles/,
  )
  assert.equal(told.state, 'ill')
  assert.ok(lot.logged.some(({ event, device }) => event === 'camera-line-reopened' && device === 'tcp-2'))
  exit!.setNetwork('up')
  const kept = await until('what it kept has come', () =>
    lot.ofKind('read-ignored').find((one) => one.plate === '京A88888'),
  )
  assert.equal(kept.because, 'stored')
  assert.equal(exit!.state().pulses, 0)
})

test('what came while the agent was not running is fetched from the memory, once', async () => {
  const made = await aLot([vzlprTcp])
  const { lot, sims } = made
  const [entry] = sims
  await until('it is online', () => entry!.state().online)
  entry!.vehicleArrives(vehicle('粤B11111'))
  await until('it is heard', () => lot.ofKind('entered').length === 1)
  await lot.restart(async () => {
    entry!.vehicleTurnsBack()
    entry!.vehicleArrives(vehicle('京A88888'))
    entry!.vehicleTurnsBack()
    await until('it is in the memory', () => entry!.state().unsent === 0)
  })
  await until('it has come', () => lot.ofKind('read-ignored').some((one) => one.plate === '京A88888'))
  await lot.restart()
  await sleep(300)
  assert.equal(lot.ofKind('read-ignored').filter((one) => one.plate === '京A88888').length, 1)
})

describe('a gate', () => {
  test('that never moves is told as a device, with the wires to look at; well when it moves', async () => {
    const made = await aLot([vzlprHttp], undefined, { gateAnswerMs: 200 })
    const { lot, sims } = made
    const [entry] = sims
    await heard(made)
    entry!.fault({ kind: 'gate-silent', times: 3 })
    entry!.vehicleArrives(vehicle('粤B12345'))
    const told = await deviceEvent(
      lot,
      'gate-1',
      /told to open \d times and it never moved: the wire from output 1 of the camera.*input 3/,
    )
    assert.equal(told.state, 'ill')
    isLogged(lot, 'gate-1', /never moved/)
    await until('it is not tried a fourth time', () => lot.ofKind('gate-silent').length === 3)
    entry!.vehicleTurnsBack()
    await until('the lot knows', () => lot.ofKind('vacated').length > 0)
    entry!.clearFaults()
    entry!.vehicleArrives(vehicle('粤B22222'))
    await deviceEvent(lot, 'gate-1', /it opens again/)
  })

  const call = { method: 'POST', path: '/relay/1', body: 'on' }
  const withRelay = async (over: Partial<Parameters<typeof startRelaySimulator>[0]> = {}) => {
    let arm: (() => void) | null = null
    const relay = await startRelaySimulator({ call, pulsed: () => arm?.(), ...over })
    closing.push(() => relay.close())
    const gate = { by: 'http', method: 'POST', url: `${relay.url}${call.path}`, body: call.body } as const
    const made = await aLot([vzlprHttp], (plan) => ({ ...plan, gate }))
    arm = () => made.sims[0]!.openByHand()
    await heard(made)
    return { relay, made, entry: made.sims[0]! }
  }

  test('on a relay that is called: it opens at once and once, and the camera tells what its answer has room for', async () => {
    const { relay, made, entry } = await withRelay()
    entry.vehicleArrives(vehicle('粤B12345'))
    await until('the arm is up', () => entry.state().arm === 'up')
    await until('the log has it', () => made.lot.ofKind('gate-opened').length === 1)
    await until('the board welcomes', () => entry.state().display.includes('粤B12345'))
    entry.readAgain()
    await sleep(200)
    assert.deepEqual([relay.pulses(), entry.state().pulses], [1, 0])
  })

  test('that is not reached is told again while that vehicle waits, and opens once', async () => {
    const { relay, made, entry } = await withRelay()
    relay.setNetwork('down')
    entry.vehicleArrives(vehicle('粤B12345'))
    await deviceEvent(made.lot, 'gate-1', /an order to open never reached it/)
    relay.setNetwork('up')
    await until('the arm is up', () => entry.state().arm === 'up')
    assert.equal(relay.pulses(), 1)
    await until('the log has it', () => made.lot.ofKind('gate-opened').length === 1)
  })

  test('that is not reached never opens for whoever comes next', async () => {
    const { relay, made, entry } = await withRelay()
    relay.setNetwork('down')
    entry.vehicleArrives(vehicle('粤B12345'))
    await deviceEvent(made.lot, 'gate-1', /never reached it/)
    entry.vehicleTurnsBack()
    await until('the lot knows that it is gone', () => made.lot.ofKind('vacated').length === 1)
    relay.setNetwork('up')
    await sleep(600)
    assert.equal(relay.pulses(), 0)
  })

  test('whose answer is lost is not told again on doubt: the arm says that it rose', async () => {
    const { relay, made, entry } = await withRelay()
    relay.loseNextAnswer()
    entry.vehicleArrives(vehicle('粤B12345'))
    await until('the log has it', () => made.lot.ofKind('gate-opened').length === 1)
    await sleep(300)
    assert.equal(relay.pulses(), 1)
    await deviceEvent(made.lot, 'gate-1', /told to open, and no answer came/)
  })

  test('whose answer is lost where no sensor says more is not told again by any read', async () => {
    const relay = await startRelaySimulator({ call })
    closing.push(() => relay.close())
    const gate = { by: 'http', method: 'POST', url: `${relay.url}${call.path}`, body: call.body } as const
    const made = await aLot([vzlprHttp], (plan) => ({ ...plan, gate, inputs: { ...plan.inputs, armOpen: null } }))
    await heard(made)
    relay.loseNextAnswer()
    made.sims[0]!.vehicleArrives(vehicle('粤B12345'))
    await until('it was called', () => relay.calls() === 1)
    await until('it counts as opened', () => made.lot.ofKind('gate-opened').length === 1)
    made.sims[0]!.readAgain()
    await sleep(500)
    assert.equal(relay.pulses(), 1)
  })
})

test('a display alone on a serial server shows and speaks what the lane has to say; while it is gone the lane goes on', async () => {
  const screen = await startTcpSerialSimulator({ board: 'jinjie', answerMs: 5 })
  closing.push(() => screen.close())
  const display = { by: 'tcp-serial', host: '127.0.0.1', port: screen.port, board: 'jinjie' } as const
  const made = await aLot([hikvision('push'), hikvision('stream')], (plan) =>
    plan.id === 2 ? { ...plan, display } : plan,
  )
  const { lot, sims } = made
  const [entry, exit] = sims
  await heard(made)
  entry!.vehicleArrives(vehicle('粤B12345'))
  await until('the entry opens', () => entry!.state().arm === 'up')
  entry!.vehicleDrivesThrough()
  lot.clock.advance(70 * minute)
  exit!.vehicleArrives(vehicle('粤B12345'))
  await until('the fee is shown', () => screen.display().join().includes('10元'))
  await until('and said', () => screen.said()?.includes('10元'))

  screen.setNetwork('down')
  await deviceEvent(lot, 'display-2', /its serial server is not reached/)
  const { session, occupancy } = lot.ofKind('occupied').findLast(({ lane }) => lane === 2)!
  assert.equal((await lot.pays(session!, 2, occupancy)).gate, 'opened')
  await until('the exit opens', () => exit!.state().arm === 'up')
  screen.setNetwork('up')
  await deviceEvent(lot, 'display-2', /heard again/)
})
