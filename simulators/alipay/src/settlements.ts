import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { balanceOf, flowsOf } from './flows.ts'
import type { Works } from './money.ts'

/*
 * An account whose owner has agreed that its balance goes to the bank by itself (alipay.md 10.1): each morning at nine, Beijing time,
 * what it had when the day before ended and still has.
 */

const hour = 3_600_000
const day = 24 * hour
const chinaAhead = 8 * hour

const midnightOf = (at: number): number => Math.floor((at + chinaAhead) / day) * day - chinaAhead
const idOf = (pid: string, at: number): string => `settlement-${pid}-${at}`

/** Every morning that has come since the last one, for each merchant; a morning is settled once, be it of nothing. */
export function settleDaily({ settlesDaily, house, book, clock, faults }: Works): void {
  if (!settlesDaily) return
  const now = clock.now()
  const last = now - midnightOf(now) < 9 * hour ? midnightOf(now) - day + 9 * hour : midnightOf(now) + 9 * hour
  for (const pid of house.pids) {
    if (book.deposits.get(idOf(pid, last))) continue
    const first = flowsOf(book, pid, now)[0]
    if (!first) continue
    let at = midnightOf(first.at) + 9 * hour + day
    while (at < last && book.deposits.get(idOf(pid, at))) at += day
    for (; at <= last; at += day) {
      const endedWith = flowsOf(book, pid, (midnightOf(at) - 1) as Instant)
        .filter((flow) => flow.at < midnightOf(at))
        .reduce((sum, { fen }) => sum + fen, 0)
      const fen = Math.max(0, Math.min(endedWith, balanceOf(book, pid, now).availableFen)) as Fen
      const id = idOf(pid, at)
      book.deposits.put(id, { id, pid, amountFen: (0 - fen) as Fen, at: at as Instant })
      const returned = fen > 0 ? faults.take('settlement-returned') : null
      if (!returned) continue
      const backAt = (at + (returned.ms ?? 2 * day)) as Instant
      book.deposits.put(`${id}-back`, { id: `${id}-back`, pid, amountFen: fen, at: backAt, of: id })
    }
  }
}
