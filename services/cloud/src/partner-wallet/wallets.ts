import type { FindWallet, PartnerWallet } from '@lanepay/channels/zldpay/wallet.ts'
import type { Database } from '@lanepay/database/database.ts'
import { type Static, Type } from 'typebox'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { selectWallet, upsertWallet, type WalletRow } from './store.ts'

const address = Type.String({ pattern: '^https?://[^?#\\s]+$', maxLength: 300 })
/** In a lot's plan: the partner, and what it and we sign with. */
export const WalletPlan = Type.Object(
  {
    unionId: Type.String({ pattern: '^[1-9]\\d{0,14}$' }),
    name: Type.String({ minLength: 1, maxLength: 40 }),
    key: Type.String({ pattern: '^[!-~]{16,64}$' }),
    payUrl: address,
    noticeUrl: Type.Optional(address),
    /** The book that it hears by; left out: the newer. */
    book: Type.Optional(Type.Union([Type.Literal('newer'), Type.Literal('older')])),
    /** By so much it may lower what one stay owes (`confirmCoupon`); left out: by nothing. */
    couponUpToFen: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
)
export type WalletPlan = Static<typeof WalletPlan>

/** An account at a wallet names the wallet, and no other names one. */
export const checkWallet = (plan: {
  readonly accounts: readonly { readonly channel: string; readonly merchant: { readonly walletUnionId?: string } }[]
}): readonly { readonly field: string; readonly rule: string }[] =>
  plan.accounts.flatMap(({ channel, merchant }, index) =>
    (channel === 'zldpay') === (merchant.walletUnionId !== undefined)
      ? []
      : [
          {
            field: `/accounts/${index}/merchant/walletUnionId`,
            rule: 'the number of the wallet, at zldpay and nowhere else',
          },
        ],
  )

const purpose = 'partner-wallet'

/** Keeps what a checked plan says of a partner, its key sealed. The same twice is once. */
export async function keepWallet(database: Database, houseKey: Uint8Array, plan: WalletPlan): Promise<void> {
  const { unionId, name, key, payUrl, noticeUrl = null, couponUpToFen = 0, book = 'newer' } = plan
  const sealed = sealAtRest(houseKey, purpose, unionId, key)
  await database.reference.query(upsertWallet, [unionId, name, sealed, payUrl, noticeUrl, couponUpToFen, book])
}

/** Partners as they are now: a plan may have changed meanwhile. */
export const walletsOf =
  (database: Database, houseKey: Uint8Array): FindWallet =>
  async (unionId) => {
    const [row] = await database.reference.query<WalletRow>(selectWallet, [unionId])
    return row ? walletIn(houseKey, row) : null
  }

export const walletIn = (houseKey: Uint8Array, row: WalletRow): PartnerWallet => ({
  ...{ unionId: row.union_id, name: row.name, key: openAtRest(houseKey, purpose, row.union_id, row.sealed) },
  ...{ payUrl: row.pay_url, noticeUrl: row.notice_url, book: row.book },
})
