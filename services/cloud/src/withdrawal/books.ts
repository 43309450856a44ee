import type { ChannelName } from '@lanepay/domain/types.ts'
import type { Cause, Posting } from '@lanepay/ledger/post.ts'

/* What each step of a withdrawal posts in one lot (packages/ledger). The fee stays at the channel, with the platform. */

type Entries = Posting['entries']
export type PartMoved = {
  readonly operatorId: string
  readonly channel: ChannelName
  readonly amountFen: number
  readonly feeFen: number
}
export type Move = Extract<Cause, `withdrawal-${string}`>

/** Entries of nothing are left out: a part may be all fee, or none. */
export function entriesOf(move: Move, { operatorId, channel, amountFen, feeFen }: PartMoved): Entries {
  const operator = (sign: 1 | -1) =>
    ({ kind: 'operator-payable', party: operatorId, channel, amountFen: sign * amountFen }) as const
  const inFlight = (sign: 1 | -1) =>
    ({ kind: 'withdrawal-in-flight', party: operatorId, channel, amountFen: sign * amountFen }) as const
  const atBank = (sign: 1 | -1): Entries => [
    { kind: 'channel-clearing', party: '0', channel, amountFen: sign * (amountFen - feeFen) },
    { kind: 'platform-fee', party: '0', channel, amountFen: sign * feeFen },
  ]
  const entries: Record<Move, () => Entries> = {
    'withdrawal-asked': () => [operator(-1), inFlight(1)],
    'withdrawal-failed': () => [inFlight(-1), operator(1)],
    'withdrawal-done': () => [inFlight(-1), ...atBank(1)],
    'withdrawal-returned': () => [...atBank(-1), operator(1)],
  }
  return entries[move]().filter((entry) => entry.amountFen !== 0)
}
