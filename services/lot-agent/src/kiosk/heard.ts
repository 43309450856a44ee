import type { Instant } from '@lanepay/domain/types.ts'
import type { NewEvent } from '../disk/store.ts'
import type { Till } from './wire.ts'

/** How a kiosk is, by what it said last. It is not on disk: a kiosk says it again every so often. */
export type KioskState = {
  readonly state: 'unheard' | 'well' | 'ill' | 'lost'
  readonly because: string | null
  readonly heardAt: Instant | null
  readonly till: Till | null
}
type Device = Extract<NewEvent, { kind: 'device' }>

const unheard: KioskState = { state: 'unheard', because: null, heardAt: null, till: null }
/** A kiosk says something three times within this. */
export const lostAfterMs = 60_000
/** By more than this nobody should leave a clock off (domain.md 4). */
const clockOffMs = 60_000

/** Watches the kiosks of a lot: what they say of themselves, and whether they say anything. Answers what is news, for the log. */
export function kiosksHeard(elapsed: () => number) {
  const known = new Map<number, KioskState & { readonly since: number }>()
  const become = (kiosk: number, next: KioskState, at: Instant, driftMs?: number): readonly Device[] => {
    const { state, because } = known.get(kiosk) ?? unheard
    known.set(kiosk, { ...next, since: next.state === 'lost' ? (known.get(kiosk)?.since ?? 0) : elapsed() })
    if (next.state === state && next.because === because) return []
    if (next.state === 'unheard' || (next.state === 'well' && state === 'unheard')) return []
    const drift = driftMs === undefined ? {} : { driftMs }
    return [
      {
        kind: 'device',
        at,
        device: `kiosk ${kiosk}`,
        state: next.state,
        because: next.because ?? 'heard again',
        ...drift,
      },
    ]
  }
  return {
    of: (kiosk: number): KioskState => {
      const { since: _, ...state } = { since: 0, ...(known.get(kiosk) ?? unheard) }
      return state
    },
    /** It said something of itself at this instant of ours. */
    said(
      kiosk: number,
      { at, till, fault }: { readonly at: number; readonly till: Till; readonly fault?: string },
      now: Instant,
    ): readonly Device[] {
      const offMs = at - now
      const isOff = Math.abs(offMs) > clockOffMs
      const because = isOff
        ? `its clock is wrong: ${Math.round(Math.abs(offMs) / 1000)} s ${offMs > 0 ? 'fast' : 'slow'}; set a time server on it`
        : fault === undefined
          ? null
          : `it says: ${fault}`
      const state = because === null ? 'well' : 'ill'
      return become(kiosk, { state, because, heardAt: now, till }, now, isOff ? offMs : undefined)
    },
    /** It said something of a purchase: it is there. */
    spoke(kiosk: number, now: Instant): readonly Device[] {
      const before = known.get(kiosk)
      if (!before) return []
      const { since: _, ...state } = before
      return become(
        kiosk,
        state.state === 'lost' ? { ...state, state: 'well', because: null } : { ...state, heardAt: now },
        now,
      )
    },
    /** Those that have said nothing for too long. */
    round(now: Instant): readonly Device[] {
      return [...known].flatMap(([kiosk, { since, ...state }]) =>
        state.state !== 'lost' && elapsed() - since > lostAfterMs
          ? become(kiosk, { ...state, state: 'lost', because: 'not heard for a minute' }, now)
          : [],
      )
    },
  }
}
export type KiosksHeard = ReturnType<typeof kiosksHeard>
