import type { Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { ChannelError, Merchant } from './channel.ts'

/*
 * Cash that a machine owes a driver, given into the driver's wallet (bolink-protocol.md 6, scene 13). The driver takes it by
 * hand, within the channel's own time, and what was not taken is the account's again. Behind a permission of the channel's own:
 * an account without it has no such ability.
 */

export type CashChangeOrder = {
  /** Ours, 32 digits. The same number always comes with the same content. */
  readonly changeNumber: string
  readonly amountFen: Fen
  /** The driver's identity under this very account: only this wallet can take it. */
  readonly payee: string
  /** Shown to the driver; the adapter cuts and cleans it to the channel's limits. */
  readonly remark: string
  /** Public URL without query that the channel posts its notifications to. */
  readonly notifyUrl: string
}

/** What the driver's page needs so that the wallet asks whether to take it. */
export type CashChangeSheet = {
  readonly kind: 'wechatpay-transfer'
  readonly params: { readonly mchId: string; readonly appId: string; readonly package: string }
}

export type CashChangeState =
  | { readonly state: 'pending' }
  /**
   * Waits for the driver. A query does not bring the sheet again; `give` with the same content does, unless the driver is at it
   * already: the page then brings up the one it has.
   */
  | { readonly state: 'to-take'; readonly sheet: CashChangeSheet | null }
  | {
      readonly state: 'taken'
      readonly channelNo: string
      readonly amountFen: Fen
      readonly takenAt: Instant | null
    }
  /** Was there to be taken and was not: overdue, or taken back. The account has the money again. */
  | { readonly state: 'returned'; readonly code: string; readonly message: string }
  /** Could not be given, and never will be under this number. */
  | { readonly state: 'failed'; readonly code: string; readonly message: string }

/** What became of one of them: a reason to ask, and nothing more. */
export type CashChangeNotice = { readonly changeNumber: string }

export interface CashChange {
  /**
   * Idempotent by number: an unclear answer is asked about, and then repeated with the same one. `refused`: the channel has none of it,
   * also of an ask before this one.
   */
  give(merchant: Merchant, order: CashChangeOrder): Promise<Result<CashChangeState, ChannelError>>
  /** `unknown`: it was never accepted, so it may be given again with the same number, and with no other. */
  query(
    merchant: Merchant,
    changeNumber: string,
  ): Promise<Result<CashChangeState | { readonly state: 'unknown' }, ChannelError>>
  /** Asks for it back: `pending` until a query says `returned`, or `taken` where the driver was faster. */
  takeBack(merchant: Merchant, changeNumber: string): Promise<Result<CashChangeState, ChannelError>>
}
