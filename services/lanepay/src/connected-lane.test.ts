import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { usualTiming } from '@lanepay/simulator-camera/options.ts'
import { connectedLane, type LaneSoftware } from './connected-lane.ts'

describe('a lane run by charging software', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
  afterEach(() => mock.timers.reset())

  /** The lane, and what its software was told; `inside` is who is there, and what it has paid and owes in fen. */
  function aLane(side: 'entry' | 'exit', inside: Readonly<Record<string, readonly [paid: number, owed: number]>> = {}) {
    const told: string[] = []
    let standing: string | null = null
    const software: LaneSoftware = {
      records: new Map(
        Object.keys(inside).map((plate) => [
          plate,
          { orderId: plate, plate, enteredAt: 0, lane: 'A1', paid: new Map(), paidAt: null },
        ]),
      ),
      turnsAway: (plate) => plate === '粤B44444',
      enter: async (plate) => void told.push(`entered ${plate}`),
      toExit(plate) {
        told.push(`stands ${plate}`)
        standing = plate
      },
      standsAt() {
        if (standing === null) return null
        const [paidFen, owedFen] = inside[standing]!
        return { plate: standing, grossFen: paidFen + owedFen, paidFen, owedFen }
      },
      backsOff: () => void told.push('nobody stands'),
      leave: async (_, payType) => void told.push(`left ${payType}`),
    }
    const lane = connectedLane({
      ...{ side, channel: side === 'entry' ? 'A1' : 'B1', software },
      ...{ clock: new SimulatedClock(), tell: () => {}, later: () => {} },
    })
    const comes = (plateText: string | null) => lane.vehicleArrives({ plateText, colour: 'blue' })
    const armIsUp = () => {
      mock.timers.tick(usualTiming.raiseMs)
      return lane.state().arm === 'up'
    }
    return { lane, told, comes, armIsUp }
  }

  const arrivals: readonly (readonly [
    ...[side: 'entry' | 'exit', plate: string | null, inside: Readonly<Record<string, readonly [number, number]>>],
    ...[opens: boolean, shows: string],
  ])[] = [
    ['entry', '粤B12345', {}, true, '粤B12345 欢迎光临'],
    ['entry', '粤B44444', {}, false, '粤B44444 禁止驶入'],
    ['entry', null, {}, false, '无牌车 请扫码入场'],
    ['exit', '粤B12345', { 粤B12345: [0, 1200] }, false, '粤B12345 收费12元 请扫码缴费'],
    ['exit', '粤B12345', { 粤B12345: [1200, 0] }, true, '粤B12345 一路平安'],
    ['exit', '粤B12345', {}, false, '粤B12345 无入场记录'],
    ['exit', null, {}, false, '未识别车牌 请扫码缴费'],
  ]
  for (const [side, plate, inside, opens, shows] of arrivals)
    test(`${plate} at the ${side}, ${JSON.stringify(inside)}: ${opens ? 'opened' : 'stays shut'}, ${shows}`, () => {
      const { lane, comes, armIsUp } = aLane(side, inside)
      comes(plate)
      assert.equal(lane.state().display.join(' '), shows)
      assert.deepEqual(lane.state().loops, { front: true, underArm: false })
      assert.equal(armIsUp(), opens)
    })

  test('who has no plate is waited for from when it stands there until it is let in, or goes', () => {
    const { lane, comes } = aLane('entry')
    const seen = [lane.isWaitedAt()]
    comes(null)
    seen.push(lane.isWaitedAt())
    lane.opens()
    seen.push(lane.isWaitedAt())
    const another = aLane('entry')
    another.comes(null)
    another.lane.vehicleTurnsBack()
    seen.push(another.lane.isWaitedAt())
    another.comes('粤B12345')
    assert.deepEqual([...seen, another.lane.isWaitedAt()], [false, true, false, false, false])
  })

  const ways: readonly (readonly [
    ...[side: 'entry' | 'exit', plate: string | null, paid: number, does: 'drives on' | 'backs off'],
    told: readonly string[],
  ])[] = [
    ['entry', '粤B12345', 0, 'drives on', ['entered 粤B12345']],
    ['entry', '粤B12345', 0, 'backs off', []],
    ['entry', null, 0, 'drives on', []],
    ['exit', '粤B12345', 1200, 'drives on', ['stands 粤B12345', 'left scancode']],
    ['exit', '粤B12345', 0, 'drives on', ['stands 粤B12345', 'left free']],
    ['exit', '粤B12345', 0, 'backs off', ['stands 粤B12345', 'nobody stands']],
    ['exit', null, 0, 'drives on', ['stands null', 'nobody stands']],
  ]
  for (const [side, plate, paid, does, heard] of ways)
    test(`${plate} at the ${side}, ${paid} fen paid, ${does}: ${heard.join(', ') || 'nothing is recorded'}`, () => {
      const { lane, told, comes, armIsUp } = aLane(side, side === 'exit' ? { 粤B12345: [paid, 600] } : {})
      comes(plate)
      if (does === 'backs off') lane.vehicleTurnsBack()
      else {
        lane.openByHand?.()
        assert.ok(armIsUp())
        lane.vehicleDrivesThrough()
        mock.timers.tick(usualTiming.passMs)
      }
      assert.deepEqual(told, heard)
      assert.deepEqual(lane.state().loops, { front: false, underArm: false })
    })

  test('the software’s word raises the arm, and it lowers behind the vehicle', () => {
    const { lane, comes, armIsUp } = aLane('exit', { 粤B12345: [0, 1200] })
    comes('粤B12345')
    lane.opens()
    assert.ok(armIsUp())
    lane.vehicleDrivesThrough()
    mock.timers.tick(usualTiming.passMs)
    mock.timers.tick(usualTiming.lowerMs)
    assert.equal(lane.state().arm, 'down')
  })
})
