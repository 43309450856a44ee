import type { ChannelName } from '@lanepay/domain/types.ts'
import type { Cause, Posting } from '@lanepay/ledger/post.ts'

/* What each step of cash change posts (packages/ledger): out of what the operator has at the channel, and back where it was not taken. */

export type ChangeMove = Extract<Cause, 'change-offered' | 'change-taken' | 'change-returned'>
export type ChangeMoved = {
  readonly operatorId: string
  readonly channel: ChannelName
  readonly amountFen: number
}

export function entriesOf(move: ChangeMove, { operatorId, channel, amountFen }: ChangeMoved): Posting['entries'] {
  const operator = (sign: 1 | -1) =>
    ({ kind: 'operator-payable', party: operatorId, channel, amountFen: sign * amountFen }) as const
  const inFlight = (sign: 1 | -1) =>
    ({ kind: 'change-in-flight', party: operatorId, channel, amountFen: sign * amountFen }) as const
  switch (move) {
    case 'change-offered':
      return [operator(-1), inFlight(1)]
    case 'change-taken':
      return [inFlight(-1), { kind: 'channel-clearing', party: '0', channel, amountFen }]
    case 'change-returned':
      return [inFlight(-1), operator(1)]
  }
}
