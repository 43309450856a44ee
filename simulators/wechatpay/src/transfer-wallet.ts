import type { Transfer } from './book.ts'
import { openidFor } from './sealing.ts'
import { passTime } from './time.ts'
import { isToTake, move } from './transfers.ts'
import { merchantName, type PayAnswer } from './wallet.ts'
import type { Works } from './works.ts'

/* A transfer as the driver's phone shows it, and what the driver does about it. */

export type TransferSheet = {
  readonly amountFen: number
  readonly description: string
  readonly merchant: string
}

/** What came into a wallet. */
export type Taken = { readonly transferNumber: string; readonly amountFen: number; readonly at: number }

const find = ({ book }: Works, packageInfo: unknown): Transfer | undefined =>
  book.all('transfer').find((one) => one.packageInfo === packageInfo)

/** What the sheet shows, or null when there is no such package. */
export function transferSheetOf(works: Works, packageInfo: string): TransferSheet | null {
  const one = find(works, packageInfo)
  if (!one) return null
  const { owner, content } = one
  return { amountFen: content.transfer_amount, description: content.transfer_remark, merchant: merchantName(owner) }
}

const fail = (reason: string, message: string): PayAnswer => ({ result: 'fail', reason, message })

/** The driver presses the button: it must be this driver's, and still there to be taken. */
export function takeInWallet(works: Works, ask: { readonly params: unknown; readonly user: string }): PayAnswer {
  const now = works.clock.now()
  passTime(works, now)
  const params = (ask.params ?? {}) as Readonly<Record<string, unknown>>
  const one = find(works, params.package)
  if (!one) return fail('no-such-package', '收款参数有误')
  const { content, owner } = one
  if (params.mchId !== owner || params.appId !== content.appid) return fail('wrong-account', '商户号或AppID不一致')
  if (openidFor(works.account().openidSeed, content.appid, ask.user) !== content.openid)
    return fail('not-the-receiver', '你的微信号与商家指定的微信号不一致')
  if (!isToTake(one.step.state)) return fail(one.step.state, '该笔转账已失效')
  take(works, one, now)
  return works.faults.take('error-after-take') ? fail('fault', '系统繁忙，请稍后再试') : { result: 'ok' }
}

/** Into the wallet; on its way for a while where that was commanded, and confirmed once more it arrives at once. */
export function take(works: Works, one: Transfer, now: number): Transfer {
  const lingers = works.faults.take('transfer-lingers')
  if (!lingers) return move(works, one, { at: now, state: 'SUCCESS' }, [])
  const arrives = { at: now + (lingers.ms ?? 60_000), state: 'SUCCESS' } as const
  return move(works, one, { at: now, state: 'TRANSFERING' }, [arrives])
}

/** Everything that this driver has taken, in the order in which it came. */
export const takenBy = ({ book, account }: Works, user: string): readonly Taken[] =>
  book
    .all('transfer')
    .filter(
      ({ step, content }) =>
        step.state === 'SUCCESS' && content.openid === openidFor(account().openidSeed, content.appid, user),
    )
    .map(({ transferNumber, content, step }) => ({
      transferNumber,
      amountFen: content.transfer_amount,
      at: step.at,
    }))
    .toSorted((a, b) => a.at - b.at)
