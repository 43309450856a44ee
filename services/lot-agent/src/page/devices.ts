import type { Instant } from '@lanepay/domain/types.ts'
import type { cameraHealth } from '../camera/health.ts'
import type { DeviceView } from './api.ts'

type Health = ReturnType<typeof cameraHealth>
type Known = Omit<DeviceView, 'device'>

const unheard: Known = { state: 'well', because: null, heardAt: null, clockOffMs: null }

/** The same watch over the cameras, with its last word on each kept for whoever looks. */
export function knownHealth(health: Health): Health & { of(device: string): DeviceView } {
  const known = new Map<string, Known>()
  const of = (device: string): Known => known.get(device) ?? unheard
  const know = (device: string, what: Partial<Known>) => void known.set(device, { ...of(device), ...what })
  const kept = (changes: ReturnType<Health['heard']>) => {
    for (const change of changes)
      if (change.kind === 'device') know(change.device, { state: change.state, because: change.because })
    return changes
  }
  return {
    heard(camera, at) {
      know(camera, { heardAt: at })
      return kept(health.heard(camera, at))
    },
    clock(camera, read, now) {
      if (read.takenAt !== null && !read.stored) know(camera, { clockOffMs: read.takenAt - now })
      return kept(health.clock(camera, read, now))
    },
    lost: (now: Instant) => kept(health.lost(now)),
    of: (device) => ({ device, ...of(device) }),
  }
}
