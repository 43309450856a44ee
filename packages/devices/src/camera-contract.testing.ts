import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlateColour } from '@lanepay/domain/types.ts'
import type { ConnectedCamera, LaneEars, LaneFault, LaneOrders, LaneRead, LaneSays } from './lane-device.ts'

/*
 * What every camera promises the lot, whoever made it and however it is talked to: one list, run against each adapter and a
 * simulated lane over real sockets. A camera that posts to us is put behind the same interface by its test.
 */

/** The lane in front of the camera, as the simulator gives it. */
export type ContractRoad = {
  /** Its record number. */
  vehicleArrives(vehicle: { readonly plateText: string | null; readonly colour: PlateColour }): number
  vehicleTurnsBack(): void
  readAgain(): number
  setNetwork(network: 'up' | 'down' | 'half-dead'): void
  setClockOffMs(ms: number): void
  sendJunk(bytes: Buffer): void
  state(): {
    readonly arm: string
    readonly display: readonly string[]
    readonly said: string | null
    readonly pulses: number
    readonly stored: number
    readonly unsent: number
  }
  refusals(): readonly unknown[]
}

/** What this camera cannot do, or does in its own way; everything else is promised. */
export type ContractTraits = {
  readonly serial: string
  /** What becomes of orders that it obeyed: not every protocol has a word for it. Default told. */
  readonly obeyed?: 'told' | 'unsure'
  /** How what was taken while the line was down comes: when it is asked for, by itself, or not at all. */
  readonly memory: 'asked' | 'by-itself' | 'none'
  /** Whether its inputs are heard. Default true. */
  readonly tellsInputs?: boolean
  /** Whether a board hangs on it. Default true. */
  readonly display?: boolean
  /** Whether anything of it speaks. Default true. */
  readonly speaks?: boolean
  /** Whether its pictures come with the read. Default true. */
  readonly sendsPictures?: boolean
  /** Whether it can be asked how it is. Default true. */
  readonly probed?: boolean
  /** Whether it says what time it has when it is asked. Default as `probed`. */
  readonly saysItsTime?: boolean
  /** How exact that is. Default 1500 ms: most say whole seconds. */
  readonly clockWithinMs?: number
  /** False where the line is the camera's own to renew. Default true. */
  readonly renewed?: boolean
  /** Whether it opens, in its own way or by an answer. Default true. */
  readonly opens?: boolean
  /** Whether it says that it is alive while nothing happens, so that a dead line can be told. Default true. */
  readonly beats?: boolean
  /** Whether it tells of vehicles without a plate. Default true. */
  readonly seesUnplated?: boolean
  /** Whether it says of what colour a plate is. Default true. */
  readonly saysColour?: boolean
  /** What it says made it look. Default video. */
  readonly trigger?: LaneRead['trigger']
  /** Bytes that are no message of this protocol. */
  readonly junk: readonly Buffer[]
}

export type ContractStage = {
  readonly road: ContractRoad
  readonly camera: ConnectedCamera
  /** Ends the lane and whatever stands between; the camera is closed before. */
  close(): Promise<void>
}

const car = { plateText: '粤B12345', colour: 'blue' } as const
const other = { plateText: '浙AD12345', colour: 'green' } as const
const openGate: LaneOrders = { openGate: true }
const hourMs = 3_600_000

/**
 * Runs the list. `start` gives a lane and the camera connected to it, quick enough that a dead line is found within a few seconds;
 * every test gets a new one.
 */
export function cameraContract(
  name: string,
  traits: ContractTraits,
  start: (ears: LaneEars) => Promise<ContractStage>,
): void {
  const { serial, memory, obeyed = 'told' } = traits
  const can = { tellsInputs: true, display: true, speaks: true, sendsPictures: true, probed: true, renewed: true }
  const sees = { opens: true, beats: true, seesUnplated: true, saysColour: true, trigger: 'video' as const }
  const is = { ...can, ...sees, ...traits }
  let stage: ContractStage
  let said: LaneSays[]
  let faults: LaneFault[]
  let links: ('up' | 'down')[]
  let isOpen = false

  const reads = (): LaneRead[] => said.filter((one): one is LaneRead => one.kind === 'read')
  const recordIds = () => reads().map(({ recordId }) => Number(recordId))
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    const deadline = performance.now() + 15_000
    while (!isSo()) {
      if (performance.now() > deadline)
        assert.fail(
          `never: ${what}; ${JSON.stringify({ said: said.filter(({ kind }) => kind !== 'poll'), faults, links, lane: stage.road.state() })}`,
        )
      await sleep(5)
    }
  }
  const isUp = () => until('the line stands', () => links.at(-1) === 'up')
  const isDown = () => until('the line is lost', () => links.at(-1) === 'down')
  const rest = () => sleep(300)
  const closeCamera = async () => {
    if (isOpen) await stage.camera.close()
    isOpen = false
  }

  describe(`a camera keeps its promises: ${name}`, () => {
    beforeEach(async () => {
      said = []
      faults = []
      links = []
      stage = await start({
        says: (one) => said.push(one),
        fault: (fault) => faults.push(fault),
        link: (state) => links.push(state),
      })
      isOpen = true
      if (is.beats) await isUp()
    })
    afterEach(async () => {
      const refusals = stage.road.refusals()
      await closeCamera()
      await stage.close()
      assert.deepEqual(refusals, [], 'the camera understood everything')
    })

    test('a vehicle is read once: plate, colour, time, record number', async () => {
      const before = Date.now()
      const record = stage.road.vehicleArrives(car)
      await until('it is read', () => reads().length > 0)
      await rest()
      assert.equal(reads().length, 1)
      const [read] = reads()
      assert.partialDeepStrictEqual(read, {
        serial,
        recordId: String(record),
        plate: car.plateText,
        colour: is.saysColour ? car.colour : 'unknown',
        stored: false,
        trigger: is.trigger,
      })
      assert.ok(read!.takenAt !== null && Math.abs(read!.takenAt - before) < 2_000)
      assert.deepEqual(faults, [])
    })

    test('a vehicle without a plate is a vehicle', { skip: !is.seesUnplated }, async () => {
      stage.road.vehicleArrives({ plateText: null, colour: 'unknown' })
      await until('it is read', () => reads().length === 1)
      assert.partialDeepStrictEqual(reads()[0], { serial, plate: null, colour: 'unknown', stored: false })
    })

    test('two pictures of one second are two records, in their order', async () => {
      const records = [stage.road.vehicleArrives(car), stage.road.readAgain()]
      await until('both are read', () => reads().length === 2)
      assert.deepEqual(recordIds(), records)
    })

    test('the pictures are there when they are asked for', { skip: !is.sendsPictures }, async () => {
      stage.road.vehicleArrives(car)
      await until('it is read', () => reads().length === 1)
      const pictures = reads()[0]!.pictures?.() ?? []
      assert.deepEqual(
        pictures.map(({ role }) => role),
        ['full', 'plate'],
      )
      for (const { jpeg } of pictures) assert.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8])
    })

    test('the loop in front goes on and off', { skip: !is.tellsInputs }, async () => {
      const inputs = () => said.flatMap((one) => (one.kind === 'input' ? [`${one.serial} ${one.input} ${one.on}`] : []))
      stage.road.vehicleArrives(car)
      await until('it is on', () => inputs().length === 1)
      stage.road.vehicleTurnsBack()
      await until('it is off', () => inputs().length === 2)
      assert.deepEqual(inputs(), [`${serial} 1 true`, `${serial} 1 false`])
    })

    test('an order to open opens once', { skip: !is.opens }, async () => {
      assert.equal(await stage.camera.obey(openGate), obeyed)
      await until('the arm is up', () => stage.road.state().arm === 'up')
      await rest()
      assert.equal(stage.road.state().pulses, 1)
    })

    test('an order that it has no means for never reached it', { skip: is.opens }, async () => {
      assert.equal(await stage.camera.obey(openGate), 'unreached')
      await rest()
      assert.equal(stage.road.state().pulses, 0)
    })

    test('two orders open twice', { skip: !is.opens }, async () => {
      assert.deepEqual(await Promise.all([stage.camera.obey(openGate), stage.camera.obey(openGate)]), [obeyed, obeyed])
      await until('both came', () => stage.road.state().pulses === 2)
      await rest()
      assert.equal(stage.road.state().pulses, 2)
    })

    test('no order does nothing', async () => {
      await stage.camera.obey({ openGate: false })
      await rest()
      const { pulses, display, said: words } = stage.road.state()
      assert.deepEqual([pulses, display, words], [0, [], null])
    })

    test('what is to be shown is shown, and the rest is blank', { skip: !is.display }, async () => {
      const show = ['粤B12345', '5元', '停车 1 小时 20 分钟', '请扫码']
      assert.equal(await stage.camera.obey({ openGate: false, show }), obeyed)
      await until('all lines are shown', () => stage.road.state().display.length === 4)
      assert.deepEqual(stage.road.state().display, show)
      await stage.camera.obey({ openGate: true, show: ['欢迎光临'] })
      await until('the rest is blank', () => stage.road.state().display.length === 1)
      assert.deepEqual(stage.road.state().display, ['欢迎光临'])
      assert.equal(stage.road.state().pulses, 1)
    })

    test('what is to be said is said', { skip: !is.speaks }, async () => {
      assert.equal(await stage.camera.obey({ openGate: false, say: '粤B12345欢迎光临' }), obeyed)
      await until('it is said', () => stage.road.state().said !== null)
      assert.equal(stage.road.state().said, '粤B12345欢迎光临')
    })

    test('an order that cannot get there is not kept for later', { skip: !is.beats }, async () => {
      stage.road.setNetwork('down')
      await isDown()
      assert.equal(await stage.camera.obey(openGate), 'unreached')
      stage.road.setNetwork('up')
      await isUp()
      await rest()
      assert.equal(stage.road.state().pulses, 0)
    })

    test('a line that only looks alive is found dead, and no order over it is called obeyed or given again', {
      skip: !is.beats,
    }, async () => {
      stage.road.setNetwork('half-dead')
      assert.notEqual(await stage.camera.obey(openGate), 'told')
      await isDown()
      stage.road.setNetwork('up')
      await isUp()
      await rest()
      assert.equal(stage.road.state().pulses, 0)
    })

    test('a line that is lost comes back, and vehicles are read again', { skip: !is.beats }, async () => {
      stage.road.setNetwork('down')
      await isDown()
      stage.road.setNetwork('up')
      await isUp()
      const record = stage.road.vehicleArrives(car)
      await until('it is read', () => recordIds().includes(record))
      assert.deepEqual(links, ['up', 'down', 'up'])
      assert.equal(await stage.camera.obey(openGate), obeyed)
    })

    test('what was taken meanwhile comes as stored, oldest first', { skip: memory === 'none' }, async () => {
      stage.road.setNetwork('down')
      await isDown()
      const records = [stage.road.vehicleArrives(car), stage.road.readAgain()]
      await until('both are kept', () => stage.road.state().stored === 2)
      stage.road.setNetwork('up')
      await isUp()
      if (memory === 'asked') assert.equal(await stage.camera.missed(null), 2)
      await until('both came', () => reads().length >= 2)
      assert.deepEqual([...new Set(recordIds())], records)
      for (const read of reads()) assert.partialDeepStrictEqual(read, { serial, plate: car.plateText, stored: true })
    })

    test('it says again what came after a record, and only that', { skip: memory !== 'asked' }, async () => {
      const first = stage.road.vehicleArrives(car)
      const later = [stage.road.readAgain(), stage.road.readAgain()]
      await until('all are read', () => reads().length === 3)
      said.length = 0
      assert.equal(await stage.camera.missed(String(first)), 2)
      assert.deepEqual(recordIds(), later)
      assert.ok(reads().every(({ stored }) => stored))
      assert.equal(await stage.camera.missed(String(later[1])), 0)
      assert.equal(reads().length, 2)
    })

    test('without a memory there is nothing to ask', { skip: memory === 'asked' }, async () => {
      assert.equal(await stage.camera.missed(null), null)
    })

    test('asked how it is, it says who it is', { skip: !is.probed }, async () => {
      const probe = await stage.camera.probe()
      assert.ok(probe.ok, JSON.stringify(probe))
      assert.equal(probe.value.serial, serial)
    })

    test('its clock is seen to be right, ahead or behind', { skip: !(traits.saysItsTime ?? is.probed) }, async () => {
      const within = traits.clockWithinMs ?? 1_500
      for (const offMs of [0, hourMs, -hourMs]) {
        stage.road.setClockOffMs(offMs)
        // Where its time comes with what it says by itself, the new one is known a moment later.
        const deadline = performance.now() + 5_000
        let seen = Number.NaN
        while (!(Math.abs(seen - offMs) <= within)) {
          assert.ok(performance.now() < deadline, `${seen} seen for ${offMs}`)
          const probe = await stage.camera.probe()
          assert.ok(probe.ok, JSON.stringify(probe))
          seen = probe.value.clockOffMs ?? Number.NaN
          await sleep(20)
        }
      }
    })

    test('asked over a line that is down, it is unreachable or does not answer', { skip: !is.probed }, async () => {
      stage.road.setNetwork('down')
      await isDown()
      const probe = await stage.camera.probe()
      assert.ok(!probe.ok && ['unreachable', 'no-answer'].includes(probe.error.code), JSON.stringify(probe))
      assert.notEqual(probe.error.because, '')
    })

    for (const junk of traits.junk)
      test(`junk is a fault, and the next vehicle is read: ${junk.subarray(0, 12).toString('hex')}`, async () => {
        stage.road.sendJunk(junk)
        await until('the fault is told', () => faults.length > 0)
        for (const { code, field, rule } of faults) {
          assert.equal(code, 'malformed')
          assert.ok(field !== '' && rule !== '')
        }
        if (is.beats) await isUp()
        const record = stage.road.vehicleArrives(other)
        // Taken in the moment in which the line is renewed, it is in the camera's memory.
        await until('it is settled', () => recordIds().includes(record) || stage.road.state().stored > 0)
        if (!recordIds().includes(record)) {
          await isUp()
          await stage.camera.missed(null)
        }
        await until('it is read', () => recordIds().includes(record))
      })

    test('the line can be renewed', { skip: !is.renewed }, async () => {
      stage.camera.reconnect('it has been silent')
      await until('it is new', () => links.length === 3)
      assert.deepEqual(links, ['up', 'down', 'up'])
      stage.road.vehicleArrives(car)
      await until('it is read', () => reads().length === 1)
    })

    test('closed, it says nothing any more', async () => {
      await closeCamera()
      const before = [said.length, faults.length, links.length]
      stage.road.vehicleArrives(car)
      await rest()
      assert.deepEqual([said.length, faults.length, links.length], before)
    })
  })
}
