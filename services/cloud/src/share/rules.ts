import type { Channel, ChannelError, Merchant } from '@lanepay/channels/channel.ts'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { mistakesIn, type RuleMistake } from '@lanepay/domain/share/mistakes.ts'
import type { ShareRule } from '@lanepay/domain/share/rule.ts'
import type { ChannelName, Id, LotKey } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { knownAheadMs, type WrittenRule } from './rule-file.ts'
import { insertRule, type KeptParty, type RuleRow, selectRule, selectRulesOfLot } from './rule-store.ts'

/*
 * Rules of shares, as a person puts them. The channel is asked before anything is kept: what it lets us share, and each
 * receiver, which it must know. Receivers are added twice as once, so a rule that failed half-way is simply put again.
 */

export type RuleRefusal =
  | { readonly kind: 'mistakes'; readonly mistakes: readonly RuleMistake[] }
  /** The channel, or the account we have with it, shares nothing. */
  | { readonly kind: 'shares-nothing'; readonly channel: ChannelName }
  | { readonly kind: 'no-answer'; readonly channel: ChannelName; readonly code: string }

export type RuleDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly newId: () => Id
  /** Under which the rule is kept: the same again is the same rule, as it was put first. Left out: a new one. */
  readonly version?: Id
  /** Written in the same transaction, once. */
  readonly noted?: (tx: Tx, rule: RuleRow) => Promise<void>
}
export type LotToShare = LotKey & { readonly platformFeeBasisPoints: number }

/** Puts a rule, to hold from its time on; nothing is kept unless everything is right. Answers its row. */
export async function putRule(
  deps: RuleDeps,
  lot: LotToShare,
  at: { readonly channel: Channel; readonly merchant: Merchant },
  rule: WrittenRule,
): Promise<Result<RuleRow, RuleRefusal>> {
  const { shares } = at.channel
  if (!shares) return err({ kind: 'shares-nothing', channel: rule.channel })
  const requestNumber = () => numberOf('share', lot, deps.newId())
  const noAnswer = (error: ChannelError) =>
    err({ kind: 'no-answer', channel: rule.channel, code: 'code' in error ? error.code : error.kind } as const)
  const limit = await shares.limit(at.merchant, requestNumber())
  if (!limit.ok) return noAnswer(limit.error)
  const numbers: ShareRule = { limitBasisPoints: limit.value, parties: rule.parties }
  const mistakes = [
    ...mistakesIn(numbers, lot),
    ...(shares.returns ? unreturnable(rule) : []), // where there is no call for it, it is done within the refund
  ]
  if (mistakes.length > 0) return err({ kind: 'mistakes', mistakes })
  for (const [n, { receiver }] of rule.parties.entries()) {
    const added = await shares.addReceiver(at.merchant, receiver, requestNumber())
    if (added.ok) continue
    if (added.error.kind === 'unclear') return noAnswer(added.error)
    const said = 'code' in added.error ? added.error.code : added.error.kind
    mistakes.push({ field: `/parties/${n}/receiver`, rule: `the channel does not take this receiver: ${said}` })
  }
  if (mistakes.length > 0) return err({ kind: 'mistakes', mistakes })
  return ok(await keep(deps, lot, { ...rule, limitBasisPoints: limit.value }))
}

/** WeChat Pay takes shares back from merchants alone (wechat-pay.md 14.6): whoever writes the rule hears of it beforehand. */
const unreturnable = ({ parties }: WrittenRule): RuleMistake[] =>
  parties.flatMap(({ receiver, onRefund }, n) =>
    receiver.kind === 'person' && onRefund === 'taken-back'
      ? [
          {
            field: `/parties/${n}/onRefund`,
            rule: 'must be operator: a person gives nothing back through this channel',
          },
        ]
      : [],
  )

/** Ends sharing through a channel, two minutes from now; what was paid by then is still shared. */
export const endRule = (deps: RuleDeps, lot: LotKey, channel: ChannelName): Promise<RuleRow> =>
  keep(deps, lot, { channel, from: null, waitMinutes: 1, limitBasisPoints: 0, parties: [] })

export const rulesOf = (database: Database, lot: LotKey): Promise<RuleRow[]> =>
  database.of(lot.bucket).query<RuleRow>(selectRulesOfLot, [lot.bucket, lot.lotId])

async function keep(
  { database, clock, newId, version, noted }: RuleDeps,
  lot: LotKey,
  rule: WrittenRule & { readonly limitBasisPoints: number },
): Promise<RuleRow> {
  const now = clock.now()
  // Asking the channel took its time: what was far enough ahead may not be any more.
  const from = Math.max(rule.from ?? 0, now + knownAheadMs)
  const row: RuleRow = {
    bucket: lot.bucket,
    lot_id: lot.lotId,
    version: version ?? newId(),
    channel: rule.channel,
    from_at: from,
    wait_minutes: rule.waitMinutes,
    limit_basis_points: rule.limitBasisPoints,
    parties: rule.parties.map(withoutName),
    made_at: now,
  }
  const key = [row.bucket, row.lot_id, row.version]
  const terms = [row.channel, instantOut(from), row.wait_minutes, row.limit_basis_points]
  return twiceIfUnknown(() =>
    database.of(lot.bucket).transaction(async (tx) => {
      const [put] = await tx.query(insertRule, [...key, ...terms, JSON.stringify(row.parties), instantOut(now)])
      if (put) await noted?.(tx, row)
      const [kept] = await tx.query<RuleRow>(selectRule, key)
      return kept ?? row
    }),
  )
}

const withoutName = ({ receiver, ...party }: WrittenRule['parties'][number]): KeptParty => ({
  ...party,
  receiver: { kind: receiver.kind, account: receiver.account },
})
