import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LaneSays, Obeyed } from '@lanepay/devices/lane-device.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import type { Opening } from '../disk/store.ts'
import type { Shown } from '../lane/text.ts'
import type { LanePlan } from '../plan.ts'
import type { Desk } from './desk.ts'
import { LaneDriver, type LaneLines } from './lane-driver.ts'

const plan = {
  id: 1,
  direction: 'exit',
  camera: { protocol: 'vzlpr-http', serial: 's' },
  inputs: { loop: null, underArm: null, armOpen: 3 },
} as const satisfies LanePlan
const now = 0 as Instant
const never = new AbortController().signal
const read = (stored = false): LaneSays => ({
  kind: 'read',
  serial: 's',
  recordId: '7',
  plate: null,
  plateText: '',
  colour: 'unknown',
  confidence: null,
  takenAt: null,
  stored,
  trigger: 'video',
})
const poll: LaneSays = { kind: 'poll', serial: 's', takesOrders: true }
const words: Shown = { show: ['出口'], say: '请' }

/** A desk with at most one order, told and withdrawn as the lot's own does. */
function aLane(lines: Partial<LaneLines> = {}, orders = 0) {
  let opening: Opening | null = null
  const log: string[] = []
  const desk: Desk & { order(): Opening; state(): string | null } = {
    order() {
      opening = {
        id: '1' as Id,
        lane: 1,
        occupancy: '2' as Id,
        session: null,
        cause: { kind: 'nothing-owed' },
        state: 'ordered',
        orderedAt: now,
      }
      return opening
    },
    state: () => opening?.state ?? null,
    hear: (_lane, says) => ({
      opening: says.kind === 'read' && orders > 0 && !says.stored ? desk.order() : null,
      words: says.kind === 'read' ? words : null,
    }),
    waiting: () => (opening?.state === 'ordered' ? opening : null),
    tell(one, by) {
      if (opening?.state !== 'ordered') return false
      opening = { ...one, state: 'told' }
      log.push(`told ${by}`)
      return true
    },
    became(one, obeyed) {
      log.push(obeyed)
      if (opening?.state === 'told' && obeyed === 'unreached') opening = { ...one, state: 'ordered' }
    },
    wordsWith: () => ({ show: ['一路平安'] }),
    shown: (_lane, { show }) => log.push(`shows ${show.join()}`),
    devices: () => {},
  }
  const driver = new LaneDriver({
    lane: plan,
    lines: { open: 'by-answer', show: 'by-answer', ...lines },
    desk,
    log: () => {},
    holdPollMs: 20,
    againMs: 1,
  })
  return {
    desk,
    driver,
    log,
    withdraw: () => {
      opening = opening && { ...opening, state: 'silent' }
    },
  }
}

describe('by answers alone', () => {
  test('a read is answered with the order and the words, told before it goes out', async () => {
    const { driver, log } = aLane({}, 1)
    assert.deepEqual(await driver.answer(read(), now, never), { openGate: true, show: ['出口'], say: '请' })
    assert.deepEqual(log, ['told answer', 'shows 出口'])
  })
  test('a poll is held until there is an order, and answered with it once', async () => {
    const { driver, desk } = aLane()
    const held = driver.answer(poll, now, never)
    desk.order()
    driver.ring()
    assert.deepEqual(await held, { openGate: true, show: ['一路平安'] })
    assert.deepEqual(await driver.answer(poll, now, never), { openGate: false })
  })
  test('a poll that the camera gave up takes nothing with it', async () => {
    const { driver, desk } = aLane()
    const gone = new AbortController()
    const held = driver.answer(poll, now, gone.signal)
    gone.abort()
    assert.deepEqual(await held, { openGate: false })
    desk.order()
    driver.ring()
    assert.equal(desk.state(), 'ordered')
    assert.equal((await driver.answer(poll, now, never)).openGate, true)
  })
  test('of two polls the older one is let go', async () => {
    const { driver, desk } = aLane()
    const [older, newer] = [driver.answer(poll, now, never), driver.answer(poll, now, never)]
    assert.deepEqual(await older, { openGate: false })
    desk.order()
    driver.ring()
    assert.equal((await newer).openGate, true)
  })
  test('words wait for the next poll; a poll that takes no orders gets none', async () => {
    const { driver } = aLane()
    driver.show(words)
    assert.deepEqual(await driver.answer({ ...poll, takesOrders: false }, now, never), { openGate: false })
    assert.deepEqual(await driver.answer(poll, now, never), { openGate: false, show: ['出口'], say: '请' })
    assert.deepEqual(await driver.answer(poll, now, never), { openGate: false })
  })
  test('a stored record is kept, and nothing opens or is shown', async () => {
    const { driver, log } = aLane({}, 1)
    assert.deepEqual(await driver.answer(read(true), now, never), {
      openGate: false,
      keptStored: { recordId: '7', more: true },
    })
    assert.deepEqual(log, [])
  })
})

describe('over lines', () => {
  const open = (...became: Obeyed[]) => {
    const calls: Obeyed[] = []
    return {
      calls,
      open: async () => {
        const obeyed = became[calls.length] ?? 'told'
        calls.push(obeyed)
        return obeyed
      },
    }
  }
  test('an order goes out at once, and the answer has no part in it but the words', async () => {
    const { calls, open: line } = open()
    const { driver, log } = aLane({ open: line }, 1)
    assert.deepEqual(await driver.answer(read(), now, never), { openGate: false, show: ['出口'], say: '请' })
    await sleep(5)
    assert.deepEqual([calls, log], [['told'], ['told line', 'shows 出口', 'told']])
  })
  test('a stored record is kept, and nothing opens or is shown', async () => {
    const { calls, open: line } = open()
    const { driver, log } = aLane({ open: line, show: async () => 'told' }, 1)
    assert.deepEqual(driver.hear(read(true), now), { openGate: false, keptStored: { recordId: '7', more: true } })
    await sleep(5)
    assert.deepEqual([calls, log], [[], []])
  })
  test('one that never got there goes out again, while it waits', async () => {
    const { calls, open: line } = open('unreached', 'unreached')
    const { driver, desk } = aLane({ open: line }, 1)
    driver.hear(read(), now)
    await sleep(50)
    assert.deepEqual([calls, desk.state()], [['unreached', 'unreached', 'told'], 'told'])
  })
  test('a few times, and then it is left to the rules', async () => {
    const { calls, open: line } = open(...Array<Obeyed>(20).fill('unreached'))
    const { driver } = aLane({ open: line }, 1)
    driver.hear(read(), now)
    await sleep(60)
    assert.equal(calls.length, 4)
  })
  test('never for a vehicle that has gone meanwhile', async () => {
    const { calls, open: line } = open('unreached')
    const { driver, withdraw } = aLane({ open: line }, 1)
    driver.hear(read(), now)
    withdraw()
    await sleep(30)
    assert.equal(calls.length, 1)
  })
  test('nowhere to show: nothing is said about it to the camera', async () => {
    const { driver } = aLane({ open: async () => 'told', show: 'nowhere' }, 1)
    assert.deepEqual(await driver.answer(read(), now, never), { openGate: false })
  })
  test('what a line answers after the end is nobody’s any more', async () => {
    const late = Promise.withResolvers<Obeyed>()
    const { driver, log } = aLane({ open: () => late.promise }, 1)
    driver.hear(read(), now)
    driver.close()
    late.resolve('unreached')
    await sleep(10)
    assert.deepEqual(log, ['told line', 'shows 出口'])
  })
})

test('whatever a line makes of it, an order goes out again only after it certainly never got there', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<Obeyed>('told', 'unsure', 'unreached'), { minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom('ring', 'read', 'poll'), { maxLength: 6 }),
      async (outcomes, steps) => {
        const calls: Obeyed[] = []
        const open = async () => {
          const obeyed = outcomes[calls.length] ?? 'told'
          calls.push(obeyed)
          return obeyed
        }
        const { driver, desk } = aLane({ open, show: 'nowhere' })
        desk.order()
        driver.ring()
        for (const step of steps) {
          if (step === 'ring') driver.ring()
          else
            assert.equal(
              (await driver.answer(step === 'read' ? read() : { ...poll, takesOrders: false }, now, never)).openGate,
              false,
            )
          await sleep(1)
        }
        await sleep(30)
        driver.close()
        assert.ok(
          calls.slice(0, -1).every((obeyed) => obeyed === 'unreached'),
          calls.join(),
        )
      },
    ),
    { numRuns: 40 },
  ))
