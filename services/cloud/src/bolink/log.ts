import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import type { TakeIn } from '../session/take-in.ts'

/** Tells what a connected lot says happened in the words of a lot's log: each process keeps a log of its own for each lot. */
export function lotLogs(options: {
  readonly newId: () => Id
  readonly now: () => number
  readonly takeIn: TakeIn
  readonly device: string
}): (lot: LotKey, event: (seq: number, at: number) => LotEvent) => Promise<void> {
  const { newId, now, takeIn, device } = options
  const logs = new Map<number, { readonly epoch: string; seq: number; turn: Promise<unknown> }>()
  return ({ bucket, lotId }, event) => {
    const log = logs.get(lotId) ?? { epoch: newId(), seq: 0, turn: Promise.resolve() }
    logs.set(lotId, log)
    const act = async () => {
      // The number is used up by what was taken in only: what failed is told again under it.
      const seq = log.seq + 1
      await takeIn({ bucket, lotId, device }, { epoch: log.epoch, events: [event(seq, now())] })
      log.seq = seq
    }
    const turn = log.turn.then(act, act)
    log.turn = turn.catch(() => {}) // whoever uploaded hears of it; those behind it go on
    return turn
  }
}
