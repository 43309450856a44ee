import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ConnectedCamera, LaneFault, LaneRead, LaneSays } from '@lanepay/devices/lane-device.ts'
import { type VzlprMqttOptions, vzlprMqttCamera } from '@lanepay/devices/vzlpr-mqtt/camera.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { type Fault, type LaneSimulator, startLaneSimulator } from '../lane.ts'
import { login, startTestBroker, type TestBroker } from './broker.testing.ts'
import { type VzlprMqttFaceOptions, vzlprMqttFace } from './face.ts'

const serial = '917e2298-8ddf3e46'
const car = { plateText: '粤B12345', colour: 'blue' } as const
const quick = { silenceMs: 500, answerMs: 400, firstPauseMs: 20, mostPauseMs: 100 }

let broker: TestBroker
let lane: LaneSimulator | null
let camera: ConnectedCamera | null
let said: LaneSays[]
let faults: LaneFault[]
let links: string[]

beforeEach(async () => {
  broker = await startTestBroker()
  lane = null
  camera = null
  said = []
  faults = []
  links = []
})
async function startLane(face: Partial<VzlprMqttFaceOptions> = {}, wrong: readonly Fault[] = []) {
  lane = await startLaneSimulator({
    serial,
    clock: systemClock,
    faults: wrong,
    tellsTurnBack: true,
    timing: { raiseMs: 20, lowerMs: 20 },
    face: vzlprMqttFace({ broker: { url: broker.url, ...login }, timing: { aliveMs: 50, lostMs: 20 }, ...face }),
  })
  return lane
}
function connect(options: Partial<VzlprMqttOptions> = {}) {
  camera = vzlprMqttCamera({ broker: { url: broker.url, ...login }, serial, timing: quick, ...options })({
    says: (one) => said.push(one),
    fault: (fault) => faults.push(fault),
    link: (state, because) => links.push(`${state}: ${because}`),
  })
  return camera
}
afterEach(async () => {
  await camera?.close()
  await lane?.close()
  await broker.close()
})
const until = async (what: string, isSo: () => boolean) => {
  const deadline = performance.now() + 15_000
  while (!isSo()) {
    const heard = said.filter(({ kind }) => kind !== 'poll')
    assert.ok(performance.now() < deadline, `never: ${what}; ${JSON.stringify({ heard, faults, links })}`)
    await sleep(5)
  }
}
const isUp = () => until('the line stands', () => links.at(-1)?.startsWith('up') ?? false)
/** A camera whose line stands. */
const connected = async (options: Partial<VzlprMqttOptions> = {}) => {
  connect(options)
  await isUp()
}
const reads = (): LaneRead[] => said.filter((one): one is LaneRead => one.kind === 'read')
const plate = (license: string) => ({
  AlarmInfoPlate: {
    serialno: serial,
    result: { PlateResult: { license: Buffer.from(license).toString('base64'), plateid: 1 } },
  },
})
const message = (payload: object) =>
  JSON.stringify({ id: 'm', sn: serial, name: 'ivs_result', version: '1.0', timestamp: 1, payload })

describe('what a probe finds', () => {
  test('a wrong password, which is not repeated', async () => {
    const probe = await connect({ broker: { url: broker.url, ...login, password: 'guessed' } }).probe()
    assert.ok(!probe.ok)
    assert.equal(probe.error.code, 'wrong-login')
    assert.ok(!probe.error.because.includes('guessed'))
    assert.deepEqual([links.length, links[0]?.startsWith('down')], [1, true])
  })

  test('a broker that does not let us hear the camera', async () => {
    await broker.close()
    broker = await startTestBroker(serial)
    const probe = await connect().probe()
    assert.ok(!probe.ok)
    assert.equal(probe.error.code, 'wrong-login', probe.error.because)
  })

  test('no broker at the address', async () => {
    const probe = await connect({ broker: { url: 'mqtt://someone:secret@127.0.0.1:1', ...login } }).probe()
    assert.ok(!probe.ok)
    assert.equal(probe.error.code, 'unreachable')
    assert.match(probe.error.because, /127\.0\.0\.1:1.*ECONNREFUSED/)
    assert.ok(!probe.error.because.includes('secret'))
  })

  test('a broker, and no camera', async () => {
    const probe = await connect().probe()
    assert.ok(!probe.ok)
    assert.equal(probe.error.code, 'no-answer')
    assert.equal(await camera!.obey({ openGate: true }), 'unreached')
    assert.deepEqual(broker.heard, [], 'nothing is left with the broker')
    await until('it is told', () => links.length === 1)
    assert.match(links[0]!, /^down: nothing has been heard/)
  })
})

describe('what is heard', () => {
  test('a retained message is not: nobody knows of when it is', async () => {
    await broker.publish(`device/${serial}/message/up/ivs_result`, message(plate('粤B12345')), true)
    connect()
    await sleep(200)
    assert.deepEqual([said, links], [[], []])
    await broker.publish(`device/${serial}/message/up/ivs_result`, message(plate('粤B54321')))
    await until('it is read', () => reads().length === 1)
    assert.equal(reads()[0]?.plate, '粤B54321')
  })

  test('other cameras are not, in either profile', async () => {
    await startLane()
    const newer = connect({ serial: 'another' })
    connect({ serial: 'another', profile: 'older' })
    const older = await startLaneSimulator({
      serial: 'third',
      clock: systemClock,
      face: vzlprMqttFace({ broker: { url: broker.url, ...login }, profile: 'older' }),
    })
    lane!.vehicleArrives(car)
    older.vehicleArrives(car)
    await until(
      'both are sent',
      () => broker.heard.filter(({ payload }) => payload.includes('PlateResult')).length === 2,
    )
    await sleep(100)
    assert.deepEqual([said, faults], [[], []])
    await newer.close()
    await older.close()
  })

  test('a vehicle that turns back is read as such', async () => {
    await startLane()
    connect()
    await isUp()
    lane!.vehicleArrives(car)
    lane!.vehicleTurnsBack()
    await until('both are read', () => reads().length === 2)
    assert.partialDeepStrictEqual(reads()[1], { plate: car.plateText, colour: 'blue', trigger: 'turned-back' })
  })

  test('what the board answers is said in words', async () => {
    await startLane()
    await connected()
    await camera!.obey({ openGate: false, say: '欢迎光临' })
    await until('it is said', () => said.some((one) => one.kind === 'other' && one.what === 'board accepted 0x30'))
  })
})
describe('what is told', () => {
  test('opening goes to the topic of the spelling the camera has, at quality 1', async () => {
    for (const spelling of ['device-first', 'serial-first'] as const) {
      const own = await startLane({ spelling })
      await connected()
      assert.equal(await camera!.obey({ openGate: true }), 'told')
      const sent = broker.heard.filter(({ topic }) => topic.endsWith('down/gpio_out'))
      const root = spelling === 'device-first' ? `device/${serial}/message` : `${serial}/device/message`
      assert.deepEqual([sent.at(-1)?.topic, sent.at(-1)?.qos], [`${root}/down/gpio_out`, 1])
      assert.deepEqual(own.heard().at(-1)?.orders.output, { io: 0, value: 'pulse', ms: 1_500 })
      await camera!.close()
      await own.close()
      links.length = 0
    }
  })

  test('what the camera refuses was certainly not done, and is told as a fault', async () => {
    await startLane()
    await connected()
    await lane!.close()
    lane = null
    const answering = setInterval(() => {
      const order = broker.heard.findLast(({ topic }) => topic.endsWith('down/gpio_out'))
      if (!order) return
      const { id } = JSON.parse(order.payload)
      void broker.publish(`${order.topic}/reply`, JSON.stringify({ id, code: 401, sn: serial, timestamp: 1 }))
    }, 20)
    assert.equal(await camera!.obey({ openGate: true }), 'unreached')
    clearInterval(answering)
    assert.deepEqual(faults, [{ code: 'malformed', field: 'gpio_out.code', rule: 'is 200, got 401' }])
  })

  test('no answer in time is unsure', async () => {
    await startLane()
    await connected()
    lane!.setNetwork('half-dead')
    assert.equal(await camera!.obey({ openGate: true }), 'unsure')
  })

  test('the older profile opens with the words of the HTTP push', async () => {
    const own = await startLane({ profile: 'older' })
    await connected({ profile: 'older', gate: { pulseMs: 700 } })
    assert.equal(await camera!.obey({ openGate: true }), 'unsure')
    await until('it is heard', () => own.heard().length === 1)
    assert.deepEqual(own.heard()[0]?.orders.output, { io: 0, value: 'pulse', ms: 700 })
    assert.deepEqual(own.refusals(), [])
  })

  test('the board gets its 400 ms between frames', async () => {
    const own = await startLane()
    await connected({ display: { protocol: 'jinjie', lines: 3 } })
    assert.equal(await camera!.obey({ openGate: false, show: ['一', '二', '三'] }), 'told')
    assert.deepEqual([own.state().display, own.refusals()], [['一', '二', '三'], []])
  })
})

describe('what goes wrong on purpose', () => {
  const kinds: readonly (readonly [kind: Fault['kind'], records: readonly number[]])[] = [
    ['push-lose', [2]],
    ['push-double', [1, 1, 2]],
    ['answer-lose', [1, 1, 2]],
    ['push-reorder', [2, 1]],
    ['push-delay', [1, 2]],
  ]
  for (const [kind, records] of kinds)
    test(`$kind: $records.join(', ')`, async () => {
      await startLane({}, [{ kind, times: 1, ...(kind === 'push-delay' ? { ms: 200 } : {}) }])
      await connected()
      const first = lane!.vehicleArrives(car)
      lane!.readAgain()
      await until('all are read', () => reads().length === records.length)
      await sleep(100)
      assert.deepEqual(
        reads().map(({ recordId }) => Number(recordId) - first + 1),
        records,
      )
    })
})

test('while the camera is silent the line to the broker stays, and what it stored is heard when it is back', async () => {
  await startLane()
  await connected()
  lane!.setNetwork('down')
  await until('it is lost', () => links.length === 2)
  lane!.vehicleArrives(car)
  await until('it is kept', () => lane!.state().stored === 1)
  lane!.setNetwork('up')
  await until('it is read', () => reads().length === 1)
  assert.equal(reads()[0]?.stored, true)
})

const wrong: readonly Partial<VzlprMqttOptions>[] = [
  { serial: 'a/b' },
  { serial: '+' },
  { broker: { url: 'http://127.0.0.1' } },
  { gate: { pulseMs: 499 } },
  { gate: { pulseMs: 5_001 } },
  { voice: 'board', display: null },
  { profile: 'older', gate: { output: 1 } },
]
for (const options of wrong)
  test(`refused at once: $JSON.stringify(options)`, () =>
    assert.throws(() => vzlprMqttCamera({ broker: { url: broker.url }, serial, ...options }), RangeError))
