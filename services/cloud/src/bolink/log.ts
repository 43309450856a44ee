import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import type { TakeIn } from '../session/take-in.ts'

/**
 * Tells what a connected lot says happened in the words of a lot's log: each process keeps a log of its own for each lot. Of what failed
 * nobody knows whether its number is used up, and whatever came next under it might be taken for it: so a log begins anew after it.
 */
export function lotLogs(options: {
  readonly newId: () => Id
  readonly now: () => number
  readonly takeIn: TakeIn
  readonly device: string
}): (lot: LotKey, event: (seq: number, at: number) => LotEvent) => Promise<void> {
  const { newId, now, takeIn, device } = options
  const logs = new Map<number, { epoch: string; seq: number; turn: Promise<unknown> }>()
  return ({ bucket, lotId }, event) => {
    const log = logs.get(lotId) ?? { epoch: newId(), seq: 0, turn: Promise.resolve() }
    logs.set(lotId, log)
    const act = async () => {
      log.seq += 1
      try {
        await takeIn({ bucket, lotId, device }, { epoch: log.epoch, events: [event(log.seq, now())] })
      } catch (error) {
        log.epoch = newId()
        log.seq = 0
        throw error
      }
    }
    const turn = log.turn.then(act, act)
    log.turn = turn.catch(() => {}) // whoever uploaded hears of it; those behind it go on
    return turn
  }
}
