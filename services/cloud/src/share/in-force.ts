import type { Database } from '@lanepay/database/database.ts'
import { firstIdAt, instantOfId } from '@lanepay/domain/ids.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import { type RuleSince, selectRulesSince } from './rule-store.ts'

export type RuleAtWork = { readonly version: Id; readonly waitMinutes: number }

/** By which rule an order that is made at this time is shared; null for none. The same time has the same answer for ever. */
export type RulesInForce = (lot: LotKey, channel: ChannelName, at: number) => Promise<RuleAtWork | null>

/** A version may be committed a little after another that was numbered later. */
const lateMs = 600_000

/**
 * The rules of all lots, kept in this process, and every `freshMs` what has come. That is soon enough, because a rule is known
 * two minutes before it holds (rule-file.ts); and so an order of a lot without a rule asks the database nothing.
 */
export function rulesInForce(database: Database, freshMs = 10_000): RulesInForce {
  const known = new Map<string, Map<string, RuleSince>>()
  let newest = '0' as Id
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  const keyOf = (bucket: number, lotId: number, channel: ChannelName) => `${bucket}/${lotId}/${channel}`

  const read = async (): Promise<void> => {
    const startedAt = performance.now()
    const since = newest === '0' ? newest : firstIdAt(instantOfId(newest) - lateMs)
    for (const { db } of database.nodes)
      for (const row of await db.query<RuleSince>(selectRulesSince, [since])) {
        const key = keyOf(row.bucket, row.lot_id, row.channel)
        const rules = known.get(key) ?? new Map<string, RuleSince>()
        known.set(key, rules.set(row.version, row))
        if (BigInt(row.version) > BigInt(newest)) newest = row.version as Id
      }
    readAt = startedAt
  }
  return async ({ bucket, lotId }, channel, at) => {
    if (performance.now() - readAt > freshMs) {
      reading ??= read().finally(() => {
        reading = undefined
      })
      await reading
    }
    const rules = known.get(keyOf(bucket, lotId, channel))
    const rule = rules && ruleAt([...rules.values()], at)
    return rule && rule.parties > 0 ? { version: rule.version as Id, waitMinutes: rule.wait_minutes } : null
  }
}

/** The one with the latest beginning that has come; of two with the same, the one that was made later. */
export function ruleAt<Rule extends { readonly from_at: number; readonly version: string }>(
  rules: readonly Rule[],
  at: number,
): Rule | null {
  let best: Rule | null = null
  for (const rule of rules) {
    if (rule.from_at > at) continue
    const isLater = !best || rule.from_at > best.from_at
    if (isLater || (rule.from_at === best?.from_at && BigInt(rule.version) > BigInt(best.version))) best = rule
  }
  return best
}
