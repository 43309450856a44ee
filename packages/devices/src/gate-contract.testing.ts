import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LaneGate, Obeyed } from './lane-device.ts'

/*
 * What every gate with a line of its own promises the lot, whoever made it: one list, run against each adapter and a simulated
 * device over real sockets. Above all: a call closes the contact once or not at all, and nothing is ever called twice by itself.
 */

/** The relay, as the simulator gives it. */
export type ContractRelay = {
  /** How often its contact was closed. */
  pulses(): number
  /** The next call closes the contact, and its answer is lost. */
  loseNextAnswer(): void
  /** The next call finds the device out of order, and nothing is done. */
  failNext(): void
  /** The password is another one from now on. */
  changePassword(): void
  setNetwork(network: 'up' | 'down' | 'half-dead'): void
  refusals(): readonly unknown[]
}

export type GateTraits = {
  /** Whether it asks who calls. Default true. */
  readonly asksForLogin?: boolean
  /** What the device says of itself when it is asked; null where it says nothing. */
  readonly serial: string | null
}

export type GateStage = {
  readonly relay: ContractRelay
  readonly gate: LaneGate
  /** Ends the device; the gate is closed before. */
  close(): Promise<void>
}

/** Runs the list. `start` gives a device and the gate that calls it, waiting for an answer a second at most; each test a new one. */
export function gateContract(name: string, traits: GateTraits, start: () => Promise<GateStage>): void {
  const { asksForLogin = true } = traits
  let stage: GateStage
  let isOpen = false
  /** The contact was closed so often, and stays so: nothing comes again later. */
  const pulsed = async (times: number) => {
    await sleep(300)
    assert.equal(stage.relay.pulses(), times)
  }
  const opens = async (obeyed: Obeyed) => assert.equal(await stage.gate.open(), obeyed)
  const closeGate = async () => {
    if (isOpen) await stage.gate.close()
    isOpen = false
  }

  describe(`a gate keeps its promises: ${name}`, () => {
    beforeEach(async () => {
      stage = await start()
      isOpen = true
    })
    afterEach(async () => {
      const refusals = stage.relay.refusals()
      await closeGate()
      await stage.close()
      assert.deepEqual(refusals, [], 'the device understood everything')
    })

    test('one call closes the contact once', async () => {
      await opens('told')
      await pulsed(1)
    })

    test('each call closes it again, one after the other and at once', async () => {
      await opens('told')
      assert.deepEqual(await Promise.all([stage.gate.open(), stage.gate.open()]), ['told', 'told'])
      await pulsed(3)
    })

    test('an answer that is lost leaves it unsure, and it is not called again', async () => {
      await opens('told')
      stage.relay.loseNextAnswer()
      await opens('unsure')
      await pulsed(2)
    })

    test('the very first answer may be lost as well', async () => {
      stage.relay.loseNextAnswer()
      await opens('unsure')
      await sleep(300)
      assert.ok(stage.relay.pulses() <= 1)
    })

    test('a device out of order leaves it unsure, and it is not called again', async () => {
      stage.relay.failNext()
      await opens('unsure')
      await pulsed(0)
    })

    test('a device that is not there was not reached, and what could not get there is not kept for later', async () => {
      stage.relay.setNetwork('down')
      await opens('unreached')
      stage.relay.setNetwork('up')
      await pulsed(0)
      await opens('told')
      await pulsed(1)
    })

    test('a line that only looks alive leaves it unsure, then and later', async () => {
      stage.relay.setNetwork('half-dead')
      await opens('unsure')
      stage.relay.setNetwork('up')
      await pulsed(0)
    })

    test('a wrong login closes nothing, and is no secret to whoever asks', { skip: !asksForLogin }, async () => {
      await opens('told')
      stage.relay.changePassword()
      await opens('unreached')
      const probe = await stage.gate.probe()
      assert.ok(!probe.ok && probe.error.code === 'wrong-login', JSON.stringify(probe))
      assert.doesNotMatch(probe.error.because, /secret/)
      await pulsed(1)
    })

    test('asked how it is, it closes nothing', async () => {
      const probe = await stage.gate.probe()
      assert.ok(probe.ok, JSON.stringify(probe))
      assert.equal(probe.value.serial, traits.serial)
      await pulsed(0)
    })

    test('asked over a line that is down, it is unreachable', async () => {
      stage.relay.setNetwork('down')
      const probe = await stage.gate.probe()
      assert.ok(!probe.ok && probe.error.code === 'unreachable' && probe.error.because !== '', JSON.stringify(probe))
    })

    test('closed, it is called no more', async () => {
      await closeGate()
      await opens('unreached')
      await pulsed(0)
    })

    test('closed in the middle of a call, nobody waits for its answer', async () => {
      stage.relay.setNetwork('half-dead')
      const opening = stage.gate.open()
      await sleep(50)
      await closeGate()
      assert.notEqual(await opening, 'told')
    })
  })
}
