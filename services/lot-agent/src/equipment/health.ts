import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { NewEvent } from '../disk/store.ts'
import { clockWords } from './words.ts'

/** Clocks that differ by more than this are ill (lot-devices.md 1). */
const driftMs = 60_000
const mostHeldUpMs = 3_600_000
/** Reads whose clock offsets are looked at: one that was held up on its way says nothing of the clock. */
const offsetsKept = 5

export type HealthTiming = {
  /** A camera that posts and has not been heard for so long is lost. */
  readonly lostAfterMs: number
  /** A line that has been down for so long is lost. */
  readonly downAfterMs: number
  /** A camera that stands connected, and has read nothing for so long while others have, is silent. */
  readonly silentAfterMs: number
  /** So many reads of other lanes while it was silent. */
  readonly silentReads: number
}
export const usualHealthTiming: HealthTiming = {
  lostAfterMs: 60_000,
  downAfterMs: 10_000,
  silentAfterMs: 30 * 60_000,
  silentReads: 20,
}

export type DeviceState = 'well' | 'ill' | 'lost'
/** How one device is, for whoever looks. */
export type DeviceReport = {
  readonly device: string
  readonly lane: number
  readonly state: DeviceState
  /** Null: nothing is wrong. */
  readonly because: string | null
  /** Null: it has not said anything yet. */
  readonly heardAt: Instant | null
  /** How far its clock is ahead of ours, in the middle of its last reads; null: nobody knows. */
  readonly clockOffMs: number | null
  /** What it sent that nobody understood. */
  readonly faults: number
  /** It refused its login, and is tried again then; null: its login is not held back. */
  readonly loginAgainAt: Instant | null
}

/** A reason why a device is ill; each begins and ends by itself. */
export type Ill = 'clock' | 'silent' | 'stranger' | 'gate'

type Device = {
  readonly known: Known
  heardAt: number
  saidAt: Instant | null
  downSince: number | null
  downBecause: string
  lost: string | null
  readonly ills: Map<Ill, string>
  offsets: readonly number[]
  faults: number
  lastReadAt: number
  othersReads: number
  reads: number
  told: string
  toldState: DeviceState
}

/** A device of a lane. What posts is there as long as it posts, what has a line as long as the line stands. */
export type Known = {
  readonly device: string
  readonly lane: number
  readonly kind: 'camera' | 'gate' | 'display'
  readonly posts: boolean
}

/**
 * Watches whether devices are there, whether they say something, and whether their clocks are right; tells every change once.
 * Time is `elapsedMs`, which only runs forward.
 */
export function equipmentHealth(
  known: readonly Known[],
  elapsedMs: () => number,
  timing: HealthTiming = usualHealthTiming,
) {
  const devices = new Map(
    known.map((one): [string, Device] => [
      one.device,
      {
        known: one,
        heardAt: elapsedMs(),
        saidAt: null,
        downSince: null,
        downBecause: '',
        lost: null,
        ills: new Map(),
        offsets: [],
        faults: 0,
        lastReadAt: elapsedMs(),
        othersReads: 0,
        reads: 0,
        told: 'well',
        toldState: 'well',
      },
    ]),
  )
  /** Tells how it is now, if that is news; `well` says what has become well. */
  const change = (one: Device, at: Instant, well: string, drift?: number): NewEvent[] => {
    const state = one.lost !== null ? 'lost' : one.ills.size > 0 ? 'ill' : 'well'
    // While it is lost nothing else matters; while it is ill every other reason is news.
    const key = state === 'ill' ? `ill ${[...one.ills.keys()].sort().join(' ')}` : state
    if (key === one.told) return []
    one.told = key
    one.toldState = state
    const because = one.lost ?? ([...one.ills.values()].join('; ') || well)
    const measured = drift === undefined ? {} : { driftMs: Math.round(drift) }
    return [{ kind: 'device', at, device: one.known.device, state, because, ...measured }]
  }
  const of = (device: string, act: (one: Device) => NewEvent[]): NewEvent[] => {
    const one = devices.get(device)
    return one ? act(one) : []
  }
  const found = (one: Device, at: Instant, well: string): NewEvent[] => {
    one.heardAt = elapsedMs()
    one.saidAt = at
    one.downSince = null
    one.lost = null
    return change(one, at, well)
  }
  const isSilent = (one: Device): boolean =>
    one.known.kind === 'camera' &&
    elapsedMs() - one.lastReadAt >= timing.silentAfterMs &&
    one.othersReads >= timing.silentReads

  return {
    /** It said something, whatever it was. */
    heard: (device: string, at: Instant) => of(device, (one) => found(one, at, 'heard again')),
    up: (device: string, at: Instant) => of(device, (one) => found(one, at, 'heard again')),
    /** Its line is down; told when it stays so, for lines come back. */
    down: (device: string, because: string): void => {
      const one = devices.get(device)
      if (!one) return
      one.downSince ??= elapsedMs()
      one.downBecause = because
    },
    /** What is known of why it is down. */
    downBecause: (device: string, because: string): void => {
      const one = devices.get(device)
      if (one) one.downBecause = because
    },
    /** It is not there, and it is known why. */
    lostBecause: (device: string, because: string, at: Instant) =>
      of(device, (one) => {
        one.lost = because
        return change(one, at, '')
      }),
    /** What it refuses is why its line is down. One that stands says otherwise: then this says nothing. */
    refused: (device: string, because: string, at: Instant) =>
      of(device, (one) => {
        if (one.downSince === null) return []
        one.lost = because
        return change(one, at, '')
      }),
    ill: (device: string, ill: Ill, because: string, at: Instant) =>
      of(device, (one) => {
        one.ills.set(ill, because)
        return change(one, at, '')
      }),
    over: (device: string, ill: Ill, well: string, at: Instant) =>
      of(device, (one) => (one.ills.delete(ill) ? change(one, at, well) : [])),
    fault: (device: string): void => {
      const one = devices.get(device)
      if (one) one.faults += 1
    },
    /** A camera saw a vehicle. Stored records say nothing of now. */
    read(device: string, read: Pick<LaneRead, 'takenAt' | 'stored'>, now: Instant): NewEvent[] {
      if (read.stored) return []
      return of(device, (one) => {
        for (const other of devices.values()) if (other !== one) other.othersReads += 1
        one.reads += 1
        one.lastReadAt = elapsedMs()
        one.othersReads = 0
        const over = one.ills.delete('silent') ? change(one, now, 'it reads again') : []
        if (read.takenAt === null) return over
        one.offsets = withOffset(one.offsets, read.takenAt - now)
        const drift = median(one.offsets)
        if (Math.abs(drift) > driftMs) one.ills.set('clock', clockWords(drift))
        else one.ills.delete('clock')
        return [...over, ...change(one, now, 'its clock is right', drift)]
      })
    },
    /** Looks at what did not happen: who is not heard, and whose line is to be opened anew because nothing comes over it. */
    round(now: Instant): {
      readonly events: NewEvent[]
      readonly reopen: readonly { readonly device: string; readonly because: string }[]
    } {
      const reopen: { device: string; because: string }[] = []
      const events = [...devices.values()].flatMap((one) => {
        const { device, posts } = one.known
        if (posts && elapsedMs() - one.heardAt > timing.lostAfterMs)
          one.lost ??= `not heard for ${inWords(timing.lostAfterMs)}`
        if (one.downSince !== null && elapsedMs() - one.downSince >= timing.downAfterMs) one.lost ??= one.downBecause
        if (one.lost === null && one.downSince === null && isSilent(one)) {
          const because = silentWords(elapsedMs() - one.lastReadAt, one.othersReads)
          one.ills.set('silent', because)
          if (!posts) reopen.push({ device, because })
          // From here on anew: it is opened again after as long a silence, not every second.
          one.lastReadAt = elapsedMs()
          one.othersReads = 0
        }
        return change(one, now, '')
      })
      return { events, reopen }
    },
    report: (): readonly Omit<DeviceReport, 'loginAgainAt'>[] =>
      [...devices.values()].map((one) => ({
        device: one.known.device,
        lane: one.known.lane,
        state: one.toldState,
        because: one.lost ?? ([...one.ills.values()].join('; ') || null),
        heardAt: one.saidAt,
        clockOffMs: one.offsets.length === 0 ? null : Math.round(median(one.offsets)),
        faults: one.faults,
      })),
  }
}
export type EquipmentHealth = ReturnType<typeof equipmentHealth>

/**
 * A read may be held up on its way, so one that looks slow is weighed with those before it. Nothing makes a read look fast, or
 * holds it up for an hour: then the clock was set, and what was measured before says nothing any more.
 */
function withOffset(before: readonly number[], offset: number): readonly number[] {
  const slow = before.length === 0 ? 0 : median(before) - offset
  const wasSet = slow < -driftMs || slow > mostHeldUpMs
  return [...(wasSet ? [] : before), offset].slice(-offsetsKept)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const silentWords = (ms: number, others: number): string =>
  `it is connected and has read nothing for ${inWords(ms)} while other lanes read ${others} vehicles: look at what it is set to detect`
const inWords = (ms: number): string =>
  ms === 60_000 ? 'a minute' : ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 100) / 10} s`
