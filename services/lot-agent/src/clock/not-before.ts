import type { Instant } from '@lanepay/domain/types.ts'

/**
 * Now, for what began at `from`: no stay ends before it began, whatever became of the clock meanwhile. The price then sees a
 * stay of no length.
 */
export const notBefore = (from: Instant, now: Instant): Instant => (now < from ? from : now)
