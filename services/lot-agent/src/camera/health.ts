import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { NewEvent } from '../disk/store.ts'

/** Clocks that differ by more than this are ill (lot-devices.md 1). */
const driftMs = 60_000
const lostAfterMs = 60_000

/** Watches whether cameras are heard and whether their clocks are right; tells every change once. */
export function cameraHealth(cameras: readonly string[], elapsedMs: () => number) {
  const heard = new Map(cameras.map((camera) => [camera, elapsedMs()]))
  const states = new Map<string, 'well' | 'ill' | 'lost'>()
  const change = (
    camera: string,
    state: 'well' | 'ill' | 'lost',
    because: string,
    at: Instant,
    drift?: number,
  ): NewEvent[] => {
    if ((states.get(camera) ?? 'well') === state) return []
    states.set(camera, state)
    return [{ kind: 'device', at, device: camera, state, because, ...(drift === undefined ? {} : { driftMs: drift }) }]
  }
  return {
    heard(camera: string, at: Instant): NewEvent[] {
      heard.set(camera, elapsedMs())
      return states.get(camera) === 'lost' ? change(camera, 'well', 'heard again', at) : []
    },
    clock(camera: string, read: Pick<LaneRead, 'takenAt' | 'stored'>, now: Instant): NewEvent[] {
      if (read.takenAt === null || read.stored) return []
      const drift = read.takenAt - now
      return Math.abs(drift) > driftMs
        ? change(camera, 'ill', 'its clock is wrong', now, drift)
        : change(camera, 'well', 'its clock is right', now, drift)
    },
    lost: (now: Instant): NewEvent[] =>
      cameras.flatMap((camera) =>
        elapsedMs() - heard.get(camera)! > lostAfterMs ? change(camera, 'lost', 'not heard for a minute', now) : [],
      ),
  }
}
