import type { Settlement } from './book.ts'
import { balanceOf, flowsOf } from './flows.ts'
import { randomDigits } from './sealing.ts'
import type { Works } from './works.ts'

/*
 * What WeChat Pay pays out by itself (wechat-pay.md 19): each morning at nine, Beijing time, what an account had when the day before
 * ended and still has.
 */

const hour = 3_600_000
const day = 24 * hour
const chinaAhead = 8 * hour

const midnightOf = (at: number): number => Math.floor((at + chinaAhead) / day) * day - chinaAhead
const keyOf = (owner: string, at: number): string => `${owner}/${at}`

/** Every morning that has come since the last one, for each account; a morning is settled once. */
export function settleDaily({ settlesDaily, mode, account, book, faults }: Works, now: number): void {
  if (!settlesDaily) return
  const { mchid, subMerchants } = account()
  const owners = mode === 'partner' ? subMerchants.map((one) => one.mchid) : [mchid]
  const last = now - midnightOf(now) < 9 * hour ? midnightOf(now) - day + 9 * hour : midnightOf(now) + 9 * hour
  for (const owner of owners) {
    if (book.get('settlement', keyOf(owner, last))) continue
    const before = book.all('settlement').filter((one) => one.owner === owner)
    const first = flowsOf(book, owner)[0]
    if (!first) continue
    const settled = Math.max(midnightOf(first.at) + 9 * hour, ...before.map(({ at }) => at))
    for (let at = settled + day; at <= last; at += day) {
      const endedWith = flowsOf(book, owner)
        .filter((flow) => flow.at < midnightOf(at))
        .reduce((sum, { way, fen }) => sum + (way === 'in' ? fen : -fen), 0)
      const amount = Math.max(0, Math.min(endedWith, balanceOf(book, owner, now).availableFen))
      const returned = amount > 0 ? faults.take('settlement-returned') : null
      const one: Settlement = {
        ...{ settlementId: `13${randomDigits(26)}`, owner, amount, at },
        ...(returned ? { returnedAt: at + (returned.ms ?? 2 * day) } : {}),
      }
      book.put('settlement', keyOf(owner, at), one)
    }
  }
}
