import type { ConnectCamera, ConnectedCamera, LaneOrders, LaneSays } from '@lanepay/devices/lane-device.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { LanePlan } from '../plan.ts'
import { serialOf } from './abilities.ts'
import type { EquipmentHealth } from './health.ts'
import type { LastRecords } from './last-records.ts'
import type { Tell } from './tell.ts'
import { faultWords } from './words.ts'

type Given = {
  readonly lane: LanePlan
  readonly connect: ConnectCamera
  readonly clock: Clock
  readonly log: Log
  readonly health: EquipmentHealth
  readonly tell: Tell
  readonly records: LastRecords
  /** Down for so long, it is asked why. */
  readonly askWhyAfterMs: number
  /** Hears it, and answers what the record asks for beside gate and display. */
  readonly hear: (says: LaneSays, now: Instant) => LaneOrders
  /** The line stands: what waits for it may go out. */
  readonly up: () => void
  readonly read: (says: Extract<LaneSays, { kind: 'read' }>, now: Instant) => void
}

/**
 * A camera with a line of its own, as the lot hears it: whoever it is not is not heard, what it kept while the line was down is
 * fetched, and why a line does not come to stand is found out and told.
 */
export function connectedCamera(given: Given): ConnectedCamera {
  const { lane, clock, log, health, tell, records } = given
  const serial = serialOf(lane.camera)
  let isClosed = false
  let fetching = 0
  let asking: NodeJS.Timeout | undefined
  let newest: string | null = null

  const hear = (said: LaneSays): void => {
    // A recorder does not say whose alert it passes on, and of several cameras passes on all.
    if (said.serial !== '' && said.serial !== serial) {
      stranger(said.serial)
      return
    }
    const says = { ...said, serial }
    const now = clock.now()
    tell(health.heard(serial, now))
    if (says.kind === 'read') tell(health.read(serial, says, now))
    const { keptStored } = given.hear(says, now)
    if (keptStored) void camera.obey({ openGate: false, keptStored }).catch(failed('kept-stored'))
    if (says.kind !== 'read') return
    // What comes live while older records are fetched must not hide them, should this end in the middle.
    if (!says.stored && fetching > 0) newest = says.recordId
    else records.heard(serial, says.recordId)
    given.read(says, now)
  }
  const stranger = (other: string): void => {
    const device = (name: string) => name.split('/')[0]
    if (device(other) === device(serial)) return // another channel, and another lane's business
    const because = `another camera (${other}) answers at the address of lane ${lane.id}: address or serial number in the plan`
    tell(health.ill(serial, 'stranger', because, clock.now()))
  }
  const failed = (what: string) => (error: Error) =>
    log('error', 'camera-line-failed', { lane: lane.id, what, message: error.message })

  const fetchMissed = async (after: string): Promise<void> => {
    fetching += 1
    const found = await camera.missed(after)
    fetching -= 1
    if (fetching === 0 && newest !== null) records.heard(serial, newest)
    if (fetching === 0) newest = null
    if (found !== null && found > 0) log('info', 'missed-records', { lane: lane.id, device: serial, records: found })
  }
  const why = async (): Promise<void> => {
    const probe = await camera.probe()
    if (isClosed || probe.ok) return
    const because = faultWords(probe.error)
    // These do not mend themselves; the others may in a moment.
    if (probe.error.code === 'wrong-login' || probe.error.code === 'not-this-device')
      tell(health.lostBecause(serial, because, clock.now()))
    else health.downBecause(serial, because)
  }
  const camera = given.connect({
    says: (said) => {
      if (isClosed) return
      try {
        hear(said)
      } catch (error) {
        // Nothing of it is on disk: the camera's memory has it still.
        failed('hear')(error as Error)
      }
    },
    fault: (fault) => {
      health.fault(serial)
      log('warn', 'camera-fault', { lane: lane.id, device: serial, ...fault })
    },
    link: (state, because) => {
      if (isClosed) return
      log(state === 'up' ? 'info' : 'warn', 'camera-line', { lane: lane.id, device: serial, state, because })
      clearTimeout(asking)
      if (state === 'down') {
        health.down(serial, because)
        // Not at once: why the next try fails says more than how the last line ended.
        asking = setTimeout(() => void why().catch(failed('probe')), given.askWhyAfterMs)
        return
      }
      tell(health.up(serial, clock.now()))
      const last = records.of(serial)
      // Before its first record nothing was missed.
      if (last !== null) void fetchMissed(last).catch(failed('missed'))
      given.up()
    },
  })
  return {
    obey: (orders) => camera.obey(orders),
    probe: () => camera.probe(),
    reconnect: (because) => camera.reconnect(because),
    missed: (after) => camera.missed(after),
    close: () => {
      isClosed = true
      clearTimeout(asking)
      return camera.close()
    },
  }
}
