import type { LaneGate, Obeyed } from '@lanepay/devices/lane-device.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Opening } from '../disk/store.ts'
import type { LanePlan, LotAgentPlan } from '../plan.ts'
import { gateName } from './abilities.ts'
import type { EquipmentHealth } from './health.ts'
import type { Tell } from './tell.ts'
import { faultWords } from './words.ts'

/** Orders in a row that nothing followed, before the gate is ill: the first is told by itself, as `gate-silent`. */
const silentInARow = 2

/** Watches what becomes of orders to gates: one that never moves, or is never reached, is told as a device. */
export function gateWatch(given: {
  readonly plan: LotAgentPlan
  readonly health: EquipmentHealth
  readonly tell: Tell
  readonly clock: Clock
}) {
  const { plan, health, tell, clock } = given
  const silent = new Map<number, number>()
  const lastEnded = new Map<number, Id>()
  const lost = (lane: LanePlan, because: string) => tell(health.lostBecause(gateName(lane), because, clock.now()))
  return {
    /** What the gate's own line made of an order. */
    obeyed(lane: LanePlan, obeyed: Obeyed): void {
      const now = clock.now()
      switch (obeyed) {
        case 'told':
          tell(health.up(gateName(lane), now))
          return
        case 'unreached':
          lost(lane, 'an order to open never reached it: power, network, and its address and login in the plan')
          return
        case 'unsure':
          tell(health.ill(gateName(lane), 'gate', unsure, now))
      }
    },
    /** Whether it opened. */
    ended({ id, lane: number, state }: Opening): void {
      const lane = plan.lanes.find((one) => one.id === number)
      if (!lane || (state !== 'opened' && state !== 'silent')) return
      const now = clock.now()
      if (state === 'opened') {
        silent.delete(number)
        tell(health.over(gateName(lane), 'gate', 'it opens again', now))
        return
      }
      if (lastEnded.get(number) === id) return
      lastEnded.set(number, id)
      const times = (silent.get(number) ?? 0) + 1
      silent.set(number, times)
      if (times < silentInARow) return
      tell(health.ill(gateName(lane), 'gate', neverMoves(lane, times), now))
    },
    /** Asks a gate with a line of its own how it is. */
    async look(lane: LanePlan, gate: LaneGate): Promise<void> {
      const probe = await gate.probe()
      if (probe.ok) tell(health.up(gateName(lane), clock.now()))
      else lost(lane, faultWords(probe.error))
    },
  }
}

const unsure = 'told to open, and no answer came: look whether the arm moves; it is not told again by itself'

function neverMoves({ gate, inputs }: LanePlan, times: number): string {
  const relay = gate && gate.by !== 'camera' ? 'its relay' : `output ${gate?.output ?? 1} of the camera`
  const sensor = inputs.armOpen === null ? '' : `, and the limit switch on input ${inputs.armOpen}`
  return `told to open ${times} times and it never moved: the wire from ${relay} to OPEN, the power of its controller${sensor}`
}
