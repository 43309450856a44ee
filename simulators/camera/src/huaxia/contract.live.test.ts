import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { cameraContract } from '@lanepay/devices/camera-contract.testing.ts'
import { huaxiaCamera } from '@lanepay/devices/huaxia/camera.ts'
import { type LaneEars, type LaneSays, noOrders } from '@lanepay/devices/lane-device.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { startLaneSimulator } from '../lane.ts'
import { type HuaxiaFaceOptions, huaxiaFace } from './face.ts'
import { startPushed } from './pushed.testing.ts'

const serial = '100200041313'
const road = { raiseMs: 20, lowerMs: 20, passMs: 20 }

async function aLane(ears: LaneEars, options: Partial<HuaxiaFaceOptions> = {}) {
  const adapter = huaxiaCamera({
    display: { protocol: 'fk' },
    heartbeatsTakeOrders: options.heartbeatsObeyed ?? true,
    serialEncoding: options.spacesRecords ? 'hex2string' : 'base64',
  })
  const { url, camera } = await startPushed(adapter, ears, { silentMs: 400, fetchedWithinMs: 500 })
  const lane = await startLaneSimulator({
    serial,
    clock: systemClock,
    timing: road,
    firstRecordId: 1,
    board: 'fk',
    face: huaxiaFace({ agentUrl: url, heartbeatsObeyed: true, beatMs: 20, answerWithinMs: 300, ...options }),
  })
  return { lane, camera }
}

/*
 * The protocol numbers nothing: camera, second and plate are all that tells two records apart. So the camera spaces its records
 * here, and the list counts them by the second they are known by; that two of one second are one is held below.
 */
cameraContract(
  'Huaxia',
  {
    serial,
    memory: 'by-itself',
    tellsInputs: false,
    probed: false,
    renewed: false,
    junk: [Buffer.from('GARBAGE'), Buffer.from('{"type":"online"}'), Buffer.from([0x61, 0x3d, 0xff])],
  },
  async (ears) => {
    const numbers = new Map<string, number>()
    const numbered: LaneEars = {
      ...ears,
      says(said: LaneSays) {
        const number = said.kind === 'read' ? numbers.get(said.recordId.split('/')[1] ?? '') : undefined
        ears.says(said.kind === 'read' ? { ...said, recordId: String(number) } : said)
      },
    }
    const taken = (recordId: number, startTime: number) => numbers.set(String(startTime), recordId)
    const { lane, camera } = await aLane(numbered, { spacesRecords: true, taken })
    return { road: lane, camera, close: () => lane.close() }
  },
)

async function untilRead(reads: readonly LaneSays[], count: number): Promise<void> {
  const deadline = performance.now() + 10_000
  while (reads.filter(({ kind }) => kind === 'read').length < count) {
    assert.ok(performance.now() < deadline, 'in time')
    await sleep(5)
  }
}

test('two pictures of one plate in one second are one record, and nobody can tell', async () => {
  const said: LaneSays[] = []
  const { lane, camera } = await aLane({ says: (one) => said.push(one), fault: () => {}, link: () => {} })
  await sleep(1_010 - (Date.now() % 1_000)) // early in a second
  lane.vehicleArrives({ plateText: '粤B12345', colour: 'blue' })
  lane.readAgain()
  await untilRead(said, 2)
  const ids = said.flatMap((one) => (one.kind === 'read' ? [one.recordId] : []))
  assert.equal(new Set(ids).size, 1)
  await camera.close()
  await lane.close()
})

test('frames in base64 reach the board as well', async () => {
  const { lane, camera } = await aLane({ says: () => {}, fault: () => {}, link: () => {} })
  assert.equal(await camera.obey({ ...noOrders, show: ['粤B12345', '请扫码'] }), 'told')
  await sleep(100)
  assert.deepEqual(lane.state().display, ['粤B12345', '请扫码'])
  await camera.close()
  await lane.close()
})

test('a camera that does nothing on heartbeats is told nothing with them, and opens when it reads', async () => {
  const adapter = huaxiaCamera({ display: null })
  const said: LaneSays[] = []
  const opening = { ...adapter, answer: (to: LaneSays) => adapter.answer(to, { openGate: to.kind === 'read' }) }
  const ears = { says: (one: LaneSays) => said.push(one), fault: () => {}, link: () => {} }
  const { url, camera } = await startPushed(opening, ears, { silentMs: 400, fetchedWithinMs: 100 })
  const face = huaxiaFace({ agentUrl: url, beatMs: 20 })
  const lane = await startLaneSimulator({ serial, clock: systemClock, timing: road, face })
  assert.equal(await camera.obey({ openGate: true }), 'unreached')
  assert.equal(lane.state().pulses, 0)
  lane.vehicleArrives({ plateText: '粤B12345', colour: 'blue' })
  await untilRead(said, 1)
  await sleep(100)
  assert.deepEqual([lane.state().pulses, lane.refusals()], [1, []])
  await camera.close()
  await lane.close()
})
