import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StandInLane } from './fixtures.ts'
import { laneFaults } from './lane-faults.ts'
import type { LaneState } from './lane-handle.ts'

/** A lane whose simulator can do everything. */
class FaultyLane extends StandInLane {
  waiting: { kind: string; times: number; ms?: number }[] = []
  mishaps: Partial<LaneState> = {}
  fault(fault: { kind: string; times: number; ms?: number }): void {
    this.waiting.push(fault)
  }
  faults(): readonly { kind: string }[] {
    return this.waiting
  }
  clearFaults(kind?: string): void {
    this.waiting = this.waiting.filter((fault) => fault.kind !== kind)
  }
  setNetwork(network: 'up' | 'down'): void {
    this.mishaps = { ...this.mishaps, network }
  }
  setClockOffMs(clockOffMs: number): void {
    this.mishaps = { ...this.mishaps, clockOffMs }
  }
  fireAlarm(fireAlarm: boolean): void {
    this.mishaps = { ...this.mishaps, fireAlarm }
  }
  override state(): LaneState {
    return { ...super.state(), ...this.mishaps }
  }
}

test('a lane without faults has no switches', () => {
  assert.deepEqual(laneFaults({ entry: new StandInLane(), exit: new StandInLane() }), [])
})

test('every switch goes on, off again, and touches nothing but its own lane', async () => {
  const [entry, exit] = [new FaultyLane(), new FaultyLane()]
  const hooks = laneFaults({ entry, exit })
  assert.equal(new Set(hooks.map(({ id }) => id)).size, hooks.length)
  for (const hook of hooks) {
    assert.equal(hook.isOn(), false, hook.id)
    await hook.set(true)
    assert.deepEqual(
      hooks.filter((one) => one.isOn()).map(({ id }) => id),
      [hook.id],
    )
    await hook.set(false)
    assert.equal(hook.isOn(), false, hook.id)
  }
})

test('the switches ask for what their names say', async () => {
  const [entry, exit] = [new FaultyLane(), new FaultyLane()]
  for (const hook of laneFaults({ entry, exit })) if (hook.id.startsWith('exit:')) await hook.set(true)
  assert.deepEqual(exit.waiting, [
    { kind: 'gate-silent', times: 1 },
    { kind: 'push-lose', times: 1 },
    { kind: 'push-delay', times: 1, ms: 15_000 },
    { kind: 'push-double', times: 1 },
  ])
  assert.deepEqual(exit.mishaps, { clockOffMs: 8 * 3_600_000, network: 'down', fireAlarm: true })
  assert.deepEqual([entry.waiting, entry.mishaps], [[], {}])
})
