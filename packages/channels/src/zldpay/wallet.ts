/** A partner whose wallet drivers pay from (third-party-wallets.md A): its app, its car's own screen, or its page. */
export type PartnerWallet = {
  /** Its number, the same in all that it says. */
  readonly unionId: string
  readonly name: string
  /** Shared with it; both sides sign with it. */
  readonly key: string
  /** Where a browser is sent to pay: `https://…/thirdpay.do`. */
  readonly payUrl: string
  /** Where it hears what happens; null: it does not want to. */
  readonly noticeUrl: string | null
  /** By which book it is called there: the older one's callbacks are form pairs (A.1). */
  readonly book: 'newer' | 'older'
}
export type FindWallet = (unionId: string) => Promise<PartnerWallet | null>
