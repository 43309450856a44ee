import type { Instant } from '@lanepay/domain/types.ts'

/** How long to stay with the stand-by host before the first one is tried again. */
export const stayMs = 5 * 60_000

export type Standing = { readonly host: number; readonly until: Instant }
export const atFirstHost: Standing = { host: 0, until: 0 as Instant }

/** Which hosts to try, in this order: the one we stay with, then the others (wechat-pay.md 1). */
export function hostsToTry(hosts: readonly string[], standing: Standing, now: Instant): readonly number[] {
  const first = now < standing.until ? standing.host : 0
  return hosts.map((_, index) => (first + index) % hosts.length)
}

/** Where to stand after `host` was reached. Staying is not prolonged by use, so the way back is tried in time. */
export function standingAfter(standing: Standing, host: number, now: Instant): Standing {
  if (host === 0) return atFirstHost
  return host === standing.host && now < standing.until ? standing : { host, until: (now + stayMs) as Instant }
}
