import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Arm, type ArmPosition, type ArmTiming } from './arm.ts'

const timing: ArmTiming = { raiseMs: 1500, lowerMs: 2000, lowersUnusedAfterMs: 30_000, countsPulses: false }

function anArm(t: TestContext, told: Partial<ArmTiming> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const seen: ArmPosition[] = []
  const arm = new Arm({ ...timing, ...told }, (position) => seen.push(position))
  return { arm, seen, after: (ms: number) => t.mock.timers.tick(ms) }
}

test('a pulse raises the arm, the vehicle that passes lowers it', (t) => {
  const { arm, seen, after } = anArm(t)
  arm.pulse(500)
  after(1499)
  assert.deepEqual(seen, ['rising'])
  after(1)
  arm.vehicleUnder(true)
  after(60_000)
  assert.equal(arm.position, 'up')
  arm.vehicleUnder(false)
  after(2000)
  assert.deepEqual(seen, ['rising', 'up', 'lowering', 'down'])
})

test('contact bounce is no pulse', (t) => {
  const { arm, after } = anArm(t)
  arm.pulse(99)
  after(5000)
  assert.equal(arm.position, 'down')
})

test('nobody comes: it lowers by itself', (t) => {
  const { arm, after } = anArm(t)
  arm.pulse(500)
  after(1500)
  after(29_999)
  assert.equal(arm.position, 'up')
  after(1)
  assert.equal(arm.position, 'lowering')
})

test('a vehicle under a lowering arm reverses it', (t) => {
  const { arm, seen, after } = anArm(t)
  arm.pulse(500)
  after(1500)
  arm.close()
  after(1000)
  arm.vehicleUnder(true)
  after(1500)
  assert.deepEqual(seen, ['rising', 'up', 'lowering', 'rising', 'up'])
})

test('over a vehicle it does not close by order either', (t) => {
  const { arm, after } = anArm(t)
  arm.pulse(500)
  after(1500)
  arm.vehicleUnder(true)
  arm.close()
  after(5000)
  assert.equal(arm.position, 'up')
})

test('two pulses let one vehicle through, or two where the controller counts', (t) => {
  for (const [countsPulses, then] of [
    [false, 'lowering'],
    [true, 'up'],
  ] as const) {
    const { arm, after } = anArm(t, { countsPulses })
    arm.pulse(500)
    arm.pulse(500)
    after(1500)
    arm.vehicleUnder(true)
    arm.vehicleUnder(false)
    assert.equal(arm.position, then)
    t.mock.timers.reset()
  }
})

test('held open it stays up until it is let go', (t) => {
  const { arm, after } = anArm(t)
  arm.hold(true)
  after(100_000)
  arm.vehicleUnder(true)
  arm.vehicleUnder(false)
  after(5000)
  assert.equal(arm.position, 'up')
  arm.hold(false)
  after(2000)
  assert.equal(arm.position, 'down')
})
