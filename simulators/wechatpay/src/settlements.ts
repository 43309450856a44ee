import { day, lastMorning, midnightOf } from '@lanepay/simulator-wire/mornings.ts'
import type { Settlement } from './book.ts'
import { balanceOf, flowsOf } from './flows.ts'
import { randomDigits } from './sealing.ts'
import type { Works } from './works.ts'

/*
 * What WeChat Pay pays out by itself (wechat-pay.md 19): each morning at nine, Beijing time, what an account had when the day before
 * ended and still has.
 */

const keyOf = (owner: string, at: number): string => `${owner}/${at}`
const ownersOf = ({ mode, account }: Works): readonly string[] => {
  const { mchid, subMerchants } = account()
  return mode === 'partner' ? subMerchants.map((one) => one.mchid) : [mchid]
}
const settle = ({ book }: Works, one: Settlement): void => book.put('settlement', keyOf(one.owner, one.at), one)
const number = () => `13${randomDigits(26)}`

/** From now on: mornings that have been are over, with nothing paid out on them. */
export function beginSettling(works: Works, now: number): void {
  const at = lastMorning(now)
  for (const owner of ownersOf(works))
    if (!works.book.get('settlement', keyOf(owner, at))) settle(works, { settlementId: number(), owner, amount: 0, at })
}

/** Every morning that has come since the last one, for each account; a morning is settled once. */
export function settleDaily(works: Works, now: number): void {
  const { book, faults, account } = works
  if (account().settlesDaily !== true) return
  const last = lastMorning(now)
  for (const owner of ownersOf(works)) {
    if (book.get('settlement', keyOf(owner, last))) continue
    const before = Math.max(...book.all('settlement').flatMap((one) => (one.owner === owner ? [one.at] : [])))
    for (let at = before + day; at <= last; at += day) {
      const endedWith = flowsOf(book, owner)
        .filter((flow) => flow.at < midnightOf(at))
        .reduce((sum, { way, fen }) => sum + (way === 'in' ? fen : -fen), 0)
      const had = Math.max(0, Math.min(endedWith, balanceOf(book, owner, now).availableFen))
      const amount = had > 0 && faults.take('settlement-more') !== null ? had + 100 : had
      const returned = amount > 0 ? faults.take('settlement-returned') : null
      settle(works, {
        ...{ settlementId: number(), owner, amount, at },
        ...(returned ? { returnedAt: at + (returned.ms ?? 2 * day) } : {}),
      })
    }
  }
}
