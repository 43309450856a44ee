import type { Instant } from '@lanepay/domain/types.ts'
import type { Lot } from './lot.ts'

/**
 * Tells the lot's log, and the cloud by it, that the plan in the file cannot work and the one before is in force; once more when
 * one works again. In a turn.
 */
export function tellOfPlan({ store }: Pick<Lot, 'store'>, refused: string | null, now: Instant): void {
  const event = { kind: 'device', at: now, device: 'plan' } as const
  if (refused !== null) {
    const because = `the plan in the file cannot work, the one before stays in force: ${refused}`.slice(0, 600)
    store.log({ ...event, state: 'ill', because })
  } else if (store.wasRefused('plan')) store.log({ ...event, state: 'well', because: 'the plan in the file works' })
  store.setRefused('plan', refused !== null)
}
