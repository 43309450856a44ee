import assert from 'node:assert/strict'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DigestLogin } from '@lanepay/devices/digest.ts'
import { dryContactGate } from '@lanepay/devices/dry-contact/gate.ts'
import { type HikvisionOptions, hikvisionCamera } from '@lanepay/devices/hikvision/camera.ts'
import { hikvisionGate } from '@lanepay/devices/hikvision/gate.ts'
import { hikvisionPush } from '@lanepay/devices/hikvision/pushed.ts'
import { type LaneEars, type LaneFault, type LaneRead, type LaneSays, noOrders } from '@lanepay/devices/lane-device.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startPushed } from '../huaxia/pushed.testing.ts'
import { startLaneSimulator } from '../lane.ts'
import { type HikvisionFaceOptions, hikvisionFace } from './face.ts'

const login = { user: 'admin', password: 'secret-of-the-lot' }
const car = { plateText: '粤B12345', colour: 'blue' } as const
/** A picture that would end its part if anybody looked for the boundary in it. */
const trap = Buffer.concat([
  Buffer.from([0xff, 0xd8]),
  Buffer.from('\r\n--boundary\r\nContent-Length: 0\r\n\r\n--boundary--\r\n'),
])

let ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends) await end()
  ends = []
})

function listening() {
  const said: LaneSays[] = []
  const faults: LaneFault[] = []
  const links: string[] = []
  const ears: LaneEars = {
    says: (one) => said.push(one),
    fault: (fault) => faults.push(fault),
    link: (state, because) => links.push(`${state}: ${because}`),
  }
  const reads = () => said.filter((one): one is LaneRead => one.kind === 'read')
  return { ears, said, faults, links, reads }
}

async function aLane(options: Partial<HikvisionFaceOptions> = {}) {
  let port = 0
  const face = hikvisionFace({
    ...login,
    port: 0,
    beatMs: 100,
    listening: (taken) => {
      port = taken
    },
    ...options,
  })
  const timing = { raiseMs: 20, lowerMs: 20, passMs: 20 }
  const lane = await startLaneSimulator({ serial: '08:cc:81:77:93:8a', clock: systemClock, timing, face })
  ends.unshift(() => lane.close())
  return { lane, url: `http://127.0.0.1:${port}` }
}

async function aCamera(face: Partial<HikvisionFaceOptions> = {}, options: Partial<HikvisionOptions> = {}) {
  const { lane, url } = await aLane(face)
  const heard = listening()
  const connect = () =>
    hikvisionCamera({ ...login, url, answerWithinMs: 500, firstPauseMs: 20, mostPauseMs: 50, ...options })(heard.ears)
  const camera = connect()
  ends.unshift(() => camera.close())
  await until(() => heard.links.length > 0)
  return { lane, url, camera, connect, ...heard }
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!isSo()) {
    assert.ok(performance.now() < deadline, 'in time')
    await sleep(5)
  }
}
const rolesOf = (read: LaneRead | undefined) => read?.pictures?.().map(({ role }) => role) ?? []

for (const lineEnd of ['\r\n', '\n'] as const)
  test(`pictures follow the read whole, the boundary in them or not, lines ending in ${JSON.stringify(lineEnd)}`, async () => {
    const { lane, reads, faults } = await aCamera({ lineEnd })
    const big = Buffer.concat([trap, Buffer.alloc(300_000, '\n--boundary\n')])
    lane.vehicleArrives({ ...car, picture: big })
    await until(() => rolesOf(reads()[0]).length === 3)
    const pictures = reads()[0]!.pictures!()
    assert.deepEqual(
      pictures.map(({ role }) => role),
      ['plate', 'vehicle', 'full'],
    )
    for (const { jpeg } of pictures) assert.ok(big.equals(jpeg))
    assert.deepEqual(faults, [])
  })

test('pictures go to their own vehicle', async () => {
  const { lane, reads } = await aCamera({ pictures: ['detectionPicture.jpg'] })
  const [one, other] = [Buffer.from([0xff, 0xd8, 0xff, 1]), Buffer.from([0xff, 0xd8, 0xff, 2])]
  lane.vehicleArrives({ ...car, picture: one })
  await until(() => rolesOf(reads()[0]).length === 1)
  lane.vehicleTurnsBack()
  lane.vehicleArrives({ ...car, picture: other })
  await until(() => rolesOf(reads()[1]).length === 1)
  assert.deepEqual(
    reads().map((read) => [...read.pictures!()[0]!.jpeg]),
    [[...one], [...other]],
  )
})

test('a listening host gets them in one post', async () => {
  const heard = listening()
  const pushed = await startPushed(hikvisionPush(), heard.ears, { silentMs: 5_000, fetchedWithinMs: 100 })
  ends.unshift(() => pushed.camera.close())
  const { lane } = await aLane({ host: { url: pushed.url } })
  lane.vehicleArrives({ ...car, picture: trap })
  await until(() => heard.reads().length === 1)
  assert.deepEqual(rolesOf(heard.reads()[0]), ['plate', 'vehicle', 'full'])
  for (const { jpeg } of heard.reads()[0]!.pictures!()) assert.ok(trap.equals(jpeg))
})

test('what the memory says again has the id under which it was told', async () => {
  const { lane, camera, reads } = await aCamera()
  lane.vehicleArrives(car)
  lane.readAgain()
  await until(() => reads().length === 2)
  assert.equal(await camera.missed(null), 2)
  const [first, second, ...again] = reads()
  assert.deepEqual(
    again.map(({ recordId, stored }) => [recordId, stored]),
    [
      [first!.recordId, true],
      [second!.recordId, true],
    ],
  )
})

test('after a restart nothing is missed, at the price of a second told twice', async () => {
  const { lane, camera, connect, reads } = await aCamera()
  await sleep(1_010 - (Date.now() % 1_000)) // early in a second
  lane.vehicleArrives(car)
  lane.readAgain()
  await until(() => reads().length === 2)
  const { recordId } = reads()[0]!
  await camera.close()
  const restarted = connect()
  ends.unshift(() => restarted.close())
  assert.equal(await restarted.missed(recordId), 2)
  const names = reads()
    .slice(2)
    .map((read) => read.recordId)
  assert.ok(names.every((name) => /^\d{25}$/.test(name)))
  assert.equal(await restarted.missed(names[0]!), 1)
  assert.equal(await restarted.missed(names[1]!), 0)
})

test('a wrong password is said, and is tried again with a pause', async () => {
  const { links, camera } = await aCamera({}, { password: 'another-secret' })
  assert.deepEqual(links, ['down: the login was refused'])
  const probe = await camera.probe()
  assert.deepEqual(!probe.ok && probe.error, { code: 'wrong-login', because: 'the login was refused' })
  assert.equal(await camera.obey({ openGate: true }), 'unreached')
  assert.equal(await camera.missed(null), null)
})

test('a nonce that grows stale is no wrong login', async () => {
  const { camera, lane } = await aCamera({ usesPerNonce: 1 })
  for (let i = 0; i < 3; i += 1) assert.equal(await camera.obey({ openGate: true }), 'told')
  const atOnce = await Promise.all(Array.from({ length: 8 }, () => camera.obey({ openGate: true })))
  assert.deepEqual(new Set(atOnce), new Set(['told']))
  assert.deepEqual([lane.state().pulses, lane.refusals()], [11, []])
})

const logins: readonly (readonly [stale: readonly boolean[], obeyed: string, calls: number])[] = [
  [[], 'told', 1],
  [[false], 'told', 2],
  [[false, true], 'told', 3],
  [[false, false], 'unreached', 2],
  [[false, true, true], 'unreached', 3],
]
for (const [stale, obeyed, calls] of logins)
  test(`a device that refuses ${stale.length} times, stale ${stale.join(', ') || 'never'}, leaves it ${obeyed}`, async () => {
    let asked = 0
    const server = http.createServer((request, response) => {
      request.resume()
      const isStale = stale[asked]
      asked += 1
      const challenge = `Digest realm="r", nonce="${asked}", qop="auth", stale=${isStale}`
      if (isStale === undefined) response.writeHead(200).end()
      else response.writeHead(401, { 'www-authenticate': challenge }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const relay = { method: 'PUT', url: `${url}/on`, login: new DigestLogin(login.user, login.password) } as const
    for (const gate of [hikvisionGate({ ...login, url }), dryContactGate(relay)]) {
      asked = 0
      assert.equal(await gate.open(), obeyed)
      assert.equal(asked, calls)
      await gate.close()
    }
    server.close()
  })

test('orders for a display or a loudspeaker it has not are not reached; beside an opening they do no harm', async () => {
  const { camera, lane } = await aCamera()
  assert.equal(await camera.obey({ ...noOrders, show: ['一'] }), 'unreached')
  assert.equal(await camera.obey({ ...noOrders, say: '一' }), 'unreached')
  assert.equal(await camera.obey({ openGate: true, show: ['一'], say: '一' }), 'told')
  assert.equal(lane.state().pulses, 1)
})

test('faults of the road: double, lost, kept', async () => {
  const { lane, camera, reads } = await aCamera()
  lane.fault({ kind: 'push-double', times: 1 })
  lane.vehicleArrives(car)
  await until(() => reads().length === 2)
  assert.equal(reads()[0]!.recordId, reads()[1]!.recordId)
  lane.fault({ kind: 'push-lose', times: 1 })
  lane.readAgain()
  lane.fault({ kind: 'push-store', times: 1 })
  lane.readAgain()
  await sleep(100)
  assert.equal(reads().length, 2)
  assert.equal(await camera.missed(reads()[0]!.recordId), 2)
})

test('the barrier says where its arm is', async () => {
  const { lane, url } = await aLane()
  const gate = hikvisionGate({ ...login, url })
  assert.deepEqual(await gate.state(), { ok: true, value: 'closed' })
  await gate.open()
  await until(() => lane.state().arm === 'up')
  assert.deepEqual(await gate.state(), { ok: true, value: 'open' })
  lane.setNetwork('down')
  const state = await gate.state()
  assert.equal(!state.ok && state.error.code, 'unreachable')
})

test('another channel than the camera has is no barrier, and nothing moves', async () => {
  const { lane, url } = await aLane()
  const gate = hikvisionGate({ ...login, url, channel: 2 })
  assert.equal(await gate.open(), 'unreached')
  assert.equal(lane.state().pulses, 0)
})

const wrong: readonly Partial<HikvisionOptions>[] = [
  { url: 'https://camera/' },
  { url: 'camera' },
  { channel: 0 },
  { silentMs: 0 },
]
for (const options of wrong)
  test(`refused: ${JSON.stringify(options)}`, () =>
    assert.throws(() => hikvisionCamera({ ...login, url: 'http://camera/', ...options }), RangeError))
