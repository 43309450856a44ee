import { generateKeyPair, X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import {
  usualApplicationTerms,
  usualCashChangeTerms,
  type WechatPaySettings,
} from '@lanepay/channels/wechatpay/settings.ts'
import type { Store, Table } from '@lanepay/simulator-wire/store.ts'
import { makeCertificate } from './certificate.ts'
import { randomDigits, randomHex, randomText } from './sealing.ts'

/** An operator under the service provider, with an official account of its own. */
export type SubMerchant = { readonly mchid: string; readonly appid: string; readonly appSecret: string }

export type PlatformCertificate = {
  readonly serial: string
  readonly pem: string
  readonly privateKey: string
  /** ms since 1970. */
  readonly effectiveAt: number
  readonly expiresAt: number
}

/** By which keys WeChat Pay signs what it says to this account (wechat-pay.md 5.3, 5.4). */
export const verifications = ['certificate', 'public-key', 'both'] as const
export type Verification = (typeof verifications)[number]

/** Everything WeChat Pay and the merchant agreed on when the account was opened. */
export type Account = {
  readonly mchid: string
  readonly appid: string
  readonly appSecret: string
  readonly merchant: { readonly privateKey: string; readonly publicKey: string; readonly serial: string }
  readonly apiV3Key: string
  /** Another secret: of the older XML interfaces. */
  readonly apiV2Key: string
  readonly publicKey: { readonly id: string; readonly pem: string; readonly privateKey: string }
  /** The last one signs. Those before stay listed until they expire. */
  readonly certificates: readonly PlatformCertificate[]
  readonly verification: Verification
  readonly subMerchants: readonly SubMerchant[]
  /** How much of a payment operators let be shared, in 1/10000 (wechat-pay.md 14.1). */
  readonly shareLimit?: number
  /** Where we hear of shares that we receive ourselves. */
  readonly shareNotifyUrl?: string
  /** Whether balances are paid out each morning (settlements.ts). */
  readonly settlesDaily?: boolean
  /** What fund-flow bills call transfers (transfers.ts). */
  readonly transferBusiness?: string
  /** From it every openid is derived. */
  readonly openidSeed: string
}

const generate = promisify(generateKeyPair)
const fiveYearsMs = 5 * 365 * 86_400_000

async function keyPair(): Promise<{ privateKey: string; publicKey: string }> {
  return await generate('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
}

/** A key nobody was ever told about: what a stranger signs with. */
export const strangersKey = async (): Promise<string> => (await keyPair()).privateKey

/** A new one, as it is taken on. */
export const openSubMerchant = (): SubMerchant => ({
  mchid: `19${randomDigits(8)}`,
  appid: `wx${randomHex(16).toLowerCase()}`,
  appSecret: randomHex(32).toLowerCase(),
})

/** A fresh platform key with its certificate, effective from a minute ago. */
export async function issueCertificate(now: number): Promise<PlatformCertificate> {
  const { privateKey } = await keyPair()
  const serial = `5${randomHex(39)}`
  const effectiveAt = now - 60_000
  const expiresAt = effectiveAt + fiveYearsMs
  const pem = makeCertificate({ privateKey, serial, notBefore: effectiveAt, notAfter: expiresAt })
  if (new X509Certificate(pem).serialNumber !== serial) throw new Error('the certificate carries another serial')
  return { serial, pem, privateKey, effectiveAt, expiresAt }
}

async function openAccount(now: number): Promise<Account> {
  const [merchant, platform, certificate] = await Promise.all([keyPair(), keyPair(), issueCertificate(now)])
  return {
    mchid: `16${randomDigits(8)}`,
    appid: `wx${randomHex(16).toLowerCase()}`,
    appSecret: randomHex(32).toLowerCase(),
    merchant: { ...merchant, serial: `3${randomHex(39)}` },
    apiV3Key: randomText(32),
    apiV2Key: randomText(32),
    publicKey: { id: `PUB_KEY_ID_01${randomDigits(28)}`, pem: platform.publicKey, privateKey: platform.privateKey },
    certificates: [certificate],
    verification: 'both',
    subMerchants: [openSubMerchant(), openSubMerchant()],
    openidSeed: randomHex(64),
  }
}

/** Keeps the account: opened on the first start in a store, read back on every later one. */
export class AccountKeeper {
  #account: Account
  readonly #table: Table<Account>

  private constructor(account: Account, table: Table<Account>) {
    this.#account = account
    this.#table = table
  }

  static async open(store: Store, now: number): Promise<AccountKeeper> {
    const table = store.table<Account>('account')
    const known = table.get('account')
    if (known) {
      const keeper = new AccountKeeper(known, table)
      // Opened before there was this secret.
      if (known.apiV2Key === undefined) keeper.change({ apiV2Key: randomText(32) })
      return keeper
    }
    const keeper = new AccountKeeper(await openAccount(now), table)
    keeper.change({})
    return keeper
  }

  get now(): Account {
    return this.#account
  }

  change(changed: Partial<Account>): void {
    this.#account = { ...this.#account, ...changed }
    this.#table.put('account', this.#account)
  }
}

/** How this account is configured at the merchant: everything points at the one address of the simulator. */
export const settingsFor = (
  account: Account,
  at: { mode: 'direct' | 'partner'; codePay: 'v2' | 'v3'; url: string },
): WechatPaySettings => ({
  shares: {},
  ...(at.mode === 'partner'
    ? { withdrawals: true, applications: usualApplicationTerms }
    : { cashChange: usualCashChangeTerms }),
  codePay:
    at.codePay === 'v3'
      ? { version: 'v3' }
      : { version: 'v2', apiV2Key: account.apiV2Key, signType: 'HMAC-SHA256', refunds: 'v3' },
  mode: at.mode,
  mchid: account.mchid,
  appid: account.appid,
  appSecret: account.appSecret,
  merchantPrivateKey: account.merchant.privateKey,
  merchantSerial: account.merchant.serial,
  apiV3Key: account.apiV3Key,
  ...(account.verification === 'certificate'
    ? {}
    : { publicKey: { id: account.publicKey.id, pem: account.publicKey.pem } }),
  // None known beforehand: the first download has to prove itself (wechat-pay.md 5.3).
  ...(account.verification === 'public-key' ? {} : { certificates: { known: [] } }),
  hosts: [at.url],
  accountHost: at.url,
  oauthHost: at.url,
  connectTimeoutMs: 3_000,
  answerTimeoutMs: 10_000,
})
