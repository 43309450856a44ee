import type { Result } from '@lanepay/domain/result.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import type { ChannelError, Merchant } from './channel.ts'

/*
 * The channel's own account of a day (wechat-pay.md 13, alipay.md 11), which reconciliation holds our book against. A bill
 * is read as a stream: a day of many lots does not fit into memory.
 */

/** `trade`: payments and refunds. `fund-flow`: every movement of the account, whatever caused it. */
export type BillKind = 'trade' | 'fund-flow'
export type BillAsk = {
  readonly kind: BillKind
  /** `2026-06-01`, a day in Beijing. */
  readonly day: string
}

type TradeLine = {
  readonly tradeNumber: string
  readonly channelTradeNo: string
  /** As `PaidFacts.accountKey`. */
  readonly accountKey: string
  /** What the driver's payment or refund was for. Never negative: the kind says which way it went. */
  readonly amountFen: Fen
  /** What reached or left the account of it before the fee; less than the amount where a coupon was not money. */
  readonly settledFen: Fen
  /** The channel's fee in thousandths of a fen: positive is taken, negative is given back. */
  readonly feeMilliFen: number
  readonly at: Instant
  /** The channel's words, for a person who looks at a difference. */
  readonly product: string
  readonly note: string
}

export type BillLine =
  | (TradeLine & { readonly kind: 'payment' })
  | (TradeLine & {
      readonly kind: 'refund'
      readonly refundNumber: string
      readonly channelRefundNo: string | null
      /** As it stood when the bill was made; `failed` gave nothing back. */
      readonly state: 'done' | 'pending' | 'failed'
    })
  /** A code payment that was reversed: nothing was kept of it. */
  | (TradeLine & { readonly kind: 'reversed' })
  | {
      readonly kind: 'flow'
      /** The channel's number for the movement itself. */
      readonly flowNo: string
      /** The channel's number for what caused it. */
      readonly channelNo: string
      /** Our number for it, where the bill carries one. */
      readonly ourNumber: string | null
      readonly way: 'in' | 'out'
      readonly amountFen: Fen
      readonly balanceFen: Fen
      readonly at: Instant
      readonly business: string
      /**
       * `ourNumber` is a payment's, and what moved is of its refunds, or is what came back of its shares with them: a channel that
       * names them so (alipay.md 11.2).
       */
      readonly of?: 'refunds' | 'share-returns'
      /** The balance on its way to the bank, or what a bank sent back of it (wechat-pay.md 19, alipay.md 10.1). */
      readonly isPayout?: true
      readonly note: string
    }

/** Whose bill it was and that its own sums hold: proof that nothing is missing between its first and last line. */
export type BillRead = { readonly lines: number; readonly payments: number; readonly refunds: number }

/**
 * Why a file is not believed. Each refuses all of it, half a bill reconciles nothing. `mangled-number`: a spreadsheet has
 * rounded one of our numbers or written it as a power of ten.
 */
export type BillFault =
  | 'cut'
  | 'wrong-hash'
  | 'not-unpacked'
  | 'too-large'
  | 'unknown-columns'
  | 'bad-row'
  | 'mangled-number'
  | 'other-account'
  | 'other-day'
  | 'wrong-summary'

/**
 * `not-ready`: the channel is still making it. `no-bill`: it has none for that day, which is an empty day once the hour
 * by which bills are made has passed; ask once more later.
 */
export type BillError =
  | { readonly kind: 'not-ready' | 'no-bill'; readonly code: string }
  | { readonly kind: 'damaged'; readonly fault: BillFault; readonly line: number | null; readonly detail: string }
  | ChannelError

export type Keep = (bytes: Uint8Array) => void | Promise<void>

/** The same bytes, each piece given to `keep` before whoever reads has it. */
export async function* keeping(bytes: AsyncIterable<Uint8Array>, keep: Keep | undefined): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    await keep?.(piece)
    yield piece
  }
}

export interface Bills {
  /**
   * Fetches the bill and hands its lines over as they come, some hundred at a time; the next follow when `take` is done.
   * They are worth nothing until the result is a value: only then did hash, columns, days, accounts and sums all hold.
   * On an error everything taken is dropped, and the bill is asked for anew. What `take` throws is thrown.
   *
   * `keep` gets the file itself as it came, piece by piece, packed as it was; of a bill that was sealed for us what was
   * opened, because its keys are good for this once. What it throws is thrown.
   */
  read(
    merchant: Merchant,
    ask: BillAsk,
    take: (lines: readonly BillLine[]) => void | Promise<void>,
    keep?: Keep,
  ): Promise<Result<BillRead, BillError>>
}
