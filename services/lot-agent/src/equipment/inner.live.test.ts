import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { LaneSimulator } from '@lanepay/simulator-camera/lane.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { pricesBy } from '../stay/prices.ts'
import { serialOf } from './abilities.ts'
import { type TestLane, vzlprHttp } from './lanes.testing.ts'
import { minute, type RunningLot, startTestLot, until } from './lot.testing.ts'

/*
 * A lot with an area inside, with a camera in each of its four lanes: a car comes in, goes into the area and out of it, pays for both
 * at the lot's exit, and leaves.
 */

const plate = '粤B12345'
const area = '地库'

describe('a car that parks in an area inside a lot', () => {
  let lanes: TestLane[]
  let sims: LaneSimulator[]
  let lot: RunningLot
  before(async () => {
    const [clock, cameraPort] = [new SimulatedClock(), await freePort()]
    const directions = ['entry', 'exit', 'entry', 'exit'] as const
    lanes = await Promise.all(
      directions.map((direction, index) => vzlprHttp.make({ id: index + 1, direction, clock, cameraPort })),
    )
    const list = (hourFen: number) => simpleTariff({ hourFen, leaveMinutes: 15 })
    const areas = [{ name: area, tariff: list(300) }]
    const price = pricesBy(list(500), areas)
    assert.ok(price.ok)
    const plans = lanes.map(({ plan }) => (plan.id > 2 ? { ...plan, area } : plan))
    lot = await startTestLot({ clock, cameraPort, lanes: plans, areas, price: price.value })
    sims = await Promise.all(lanes.map((lane) => lane.start()))
    for (const { plan } of lanes)
      await until(`${plan.id} is heard`, () => lot.device(serialOf(plan.camera)).heardAt !== null)
  })
  after(async () => {
    await lot.close()
    await Promise.all(sims.map((sim) => sim.close()))
    await Promise.all(lanes.map((lane) => lane.close()))
  })
  const arrives = (lane: number) => sims[lane - 1]!.vehicleArrives({ plateText: plate, colour: 'blue' })
  async function drivesOn(lane: number): Promise<void> {
    const sim = sims[lane - 1]!
    await until(`the arm of lane ${lane} is up`, () => sim.state().arm === 'up')
    sim.vehicleDrivesThrough()
    await until(`lane ${lane} is free`, () => sim.state().arm === 'down' && !sim.state().loops.front)
    await until('the cloud knows', () => lot.ofKind('vacated').find((one) => one.lane === lane))
  }

  test('is let in and out of it as a part of its stay', async () => {
    for (const lane of [1, 3]) {
      arrives(lane)
      await drivesOn(lane)
    }
    lot.clock.advance(70 * minute)
    arrives(4)
    await drivesOn(4)
    const [entered] = lot.ofKind('entered')
    const [went] = lot.ofKind('area-entered')
    const [came] = lot.ofKind('area-left')
    assert.deepEqual([went?.session, went?.area, went?.lane], [entered?.session, area, 3])
    assert.deepEqual([came?.session, came?.lane, came?.enteredAt], [entered?.session, 4, went?.enteredAt])
    assert.equal(lot.ofKind('entered').length, 1)
  })
  test('pays for both at the way out, where its gate stays shut until then', async () => {
    lot.clock.advance(20 * minute)
    arrives(2)
    const { session, occupancy } = await until('it stands at the exit', () =>
      lot.ofKind('occupied').find((one) => one.lane === 2),
    )
    // Two started hours in there, one outside.
    await until('the fee is shown', () => sims[1]!.state().display.join().includes('11元'))
    assert.equal(sims[1]!.state().pulses, 0)
    assert.equal((await lot.pays(session!, 2, occupancy)).gate, 'opened')
    await drivesOn(2)
    await until('the stay has ended', () => lot.ofKind('left').find((one) => one.session === session))
    assert.deepEqual(
      sims.map((sim) => sim.state().pulses),
      [1, 1, 1, 1],
    )
  })
})
