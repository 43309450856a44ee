import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { LaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { findPictures } from '../pictures/shelf.ts'
import { serialOf } from './abilities.ts'
import { kinds, type TestLane } from './lanes.testing.ts'
import { minute, type RunningLot, startTestLot, until } from './lot.testing.ts'

/*
 * Whatever camera a lane has, the same car comes in, pays and leaves: read by it, opened for by it, once each.
 */

const plate = '粤B12345'

for (const { name, shows, sees, later = 'stored', beats = true, hasPictures = true, make } of kinds)
  describe(name, () => {
    let lanes: TestLane[]
    let lot: RunningLot
    let [entry, exit]: LaneSimulator[] = []
    before(async () => {
      const [clock, cameraPort] = [new SimulatedClock(), await freePort()]
      lanes = [
        await make({ id: 1, direction: 'entry', clock, cameraPort }),
        await make({ id: 2, direction: 'exit', clock, cameraPort }),
      ]
      lot = await startTestLot({ clock, cameraPort, lanes: lanes.map(({ plan }) => plan) })
      ;[entry, exit] = await Promise.all(lanes.map((lane) => lane.start()))
      for (const { plan } of beats ? lanes : [])
        await until(`${plan.id} is heard`, () => lot.device(serialOf(plan.camera)).heardAt !== null)
    })
    after(async () => {
      await lot.close()
      await Promise.all([entry!.close(), exit!.close()])
      await Promise.all(lanes.map((lane) => lane.close()))
    })
    const pulses = (index: 0 | 1) => lanes[index]!.pulses?.() ?? [entry, exit][index]!.state().pulses
    const isUp = (lane: LaneSimulator) => until('the arm is up', () => lane.state().arm === 'up')
    const gone = async (lane: LaneSimulator) => {
      lane.vehicleDrivesThrough()
      await until('the lane is free', () => lane.state().arm === 'down' && !lane.state().loops.front)
    }
    const standing = (lane: number) =>
      until('the cloud knows who stands there', () => lot.ofKind('occupied').findLast((one) => one.lane === lane))

    test('a car comes in: one pulse, one stay, and its pictures are kept', async () => {
      entry!.vehicleArrives({ plateText: plate, colour: 'blue' })
      await isUp(entry!)
      await gone(entry!)
      const entered = await until('the cloud knows the stay', () => lot.ofKind('entered')[0])
      assert.deepEqual([entered.plate, entered.lane], [plate, 1])
      assert.equal(pulses(0), 1)
      const of = { lane: 1, at: entered.enteredAt as Instant }
      if (hasPictures)
        await until('its pictures are on disk', async () => (await findPictures(lot.pictures, of)).length > 0)
    })

    test('it owes: nothing opens until it has paid, then the gate opens once, and it leaves', async () => {
      lot.clock.advance(70 * minute)
      const [entered] = lot.ofKind('entered')
      exit!.vehicleArrives({ plateText: plate, colour: 'blue' })
      const { occupancy, session } = await standing(2)
      assert.equal(session, entered!.session)
      if (shows) await until('the fee is shown', () => exit!.state().display.join().includes('10元'))
      assert.equal(pulses(1), 0)

      const { gate } = await lot.pays(entered!.session, 2, occupancy)
      assert.equal(gate, 'opened')
      await isUp(exit!)
      exit!.readAgain()
      await gone(exit!)
      assert.equal(pulses(1), 1)
      await until('the cloud knows of the opening', () => lot.opened(occupancy).length > 0)
      assert.equal(lot.opened(occupancy).length, 1)
      if (sees) await until('the stay has ended', () => lot.ofKind('left').find((one) => one.session === session))
    })

    test('what it could not send comes later, and opens nothing', { skip: later === 'never' }, async () => {
      const before = { pulses: pulses(0), ignored: lot.ofKind('read-ignored').length }
      entry!.setNetwork('down')
      entry!.vehicleArrives({ plateText: '京A88888', colour: 'blue' })
      entry!.vehicleTurnsBack()
      await until('the camera has kept it', () => entry!.state().unsent === 0)
      // What has no word for stored is known by its moment.
      if (later === 'again') lot.clock.advance(minute)
      entry!.setNetwork('up')
      const read = await until('the lot has heard of it', () =>
        lot.ofKind('read-ignored').find((one) => one.plate === '京A88888'),
      )
      assert.equal(read.because, later === 'again' ? 'stale' : 'stored')
      assert.equal(pulses(0), before.pulses)
      assert.equal(
        lot.ofKind('entered').some((one) => one.plate === '京A88888'),
        false,
      )
    })

    test('nothing it was told broke a rule of its own', () => {
      assert.deepEqual([...entry!.refusals(), ...exit!.refusals()], [])
      assert.deepEqual(
        lot.logged.filter(({ level }) => level === 'error'),
        [],
      )
    })
  })
