import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { day, lastMorning, midnightOf } from '@lanepay/simulator-wire/mornings.ts'
import { balanceOf, flowsOf } from './flows.ts'
import type { Works } from './money.ts'

/*
 * An account whose owner has agreed that its balance goes to the bank by itself (alipay.md 10.1): each morning at nine, Beijing time,
 * what it had when the day before ended and still has.
 */

const idOf = (pid: string, at: number): string => `settlement-${pid}-${at}`
const settle = ({ book }: Works, pid: string, at: number, fen: number): void => {
  const id = idOf(pid, at)
  book.deposits.put(id, { id, pid, amountFen: (0 - fen) as Fen, at: at as Instant })
}

/** From now on: mornings that have been are over, with nothing paid out on them. */
export function beginSettling(works: Works): void {
  const at = lastMorning(works.clock.now())
  for (const pid of works.house.pids) if (!works.book.deposits.get(idOf(pid, at))) settle(works, pid, at, 0)
}

/** Every morning that has come since the last one, for each merchant; a morning is settled once, be it of nothing. */
export function settleDaily(works: Works): void {
  const { daily, house, book, clock, faults } = works
  if (!daily.on) return
  const now = clock.now()
  const last = lastMorning(now)
  for (const pid of house.pids) {
    if (book.deposits.get(idOf(pid, last))) continue
    const ofPid = idOf(pid, 0).slice(0, -1)
    const mornings = [...book.deposits.values()].filter(({ id, of }) => of === undefined && id.startsWith(ofPid))
    for (let at = Math.max(...mornings.map((one) => one.at)) + day; at <= last; at += day) {
      const endedWith = flowsOf(book, pid, (midnightOf(at) - 1) as Instant)
        .filter((flow) => flow.at < midnightOf(at))
        .reduce((sum, { fen }) => sum + fen, 0)
      const had = Math.max(0, Math.min(endedWith, balanceOf(book, pid, now).availableFen))
      const fen = had > 0 && faults.take('settlement-more') !== null ? had + 100 : had
      settle(works, pid, at, fen)
      const returned = fen > 0 ? faults.take('settlement-returned') : null
      if (!returned) continue
      const id = `${idOf(pid, at)}-back`
      const backAt = (at + (returned.ms ?? 2 * day)) as Instant
      book.deposits.put(id, { id, pid, amountFen: fen as Fen, at: backAt, of: idOf(pid, at) })
    }
  }
}
