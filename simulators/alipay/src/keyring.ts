import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { type Account, type Mode, requestSns } from './account.ts'
import { certificateSn } from './certificates.ts'

/** The keys in use, ready to work with: parsing them per message would cost more than signing. */
export type Keyring = {
  /** Verifies the merchant's requests. */
  readonly appPublic: KeyObject
  /** Signs answers and notifications. */
  readonly signing: KeyObject
  readonly stranger: KeyObject
  /** Certificate mode: what requests must name, and the SN that goes out with what is signed. */
  readonly certificates: { readonly app: string; readonly root: string; readonly appValidTo: number } | null
  readonly alipayCertSn: string | null
}

/** The account's keys for the mode the application is registered in. */
export function keyringOf(account: Account, mode: Mode): Keyring {
  const certificates = mode === 'certificate' ? account.certificates : undefined
  const leaf = certificates?.alipay.at(-1)
  return {
    appPublic: createPublicKey(account.appKey),
    signing: createPrivateKey(leaf?.key ?? account.alipayKey),
    stranger: createPrivateKey(account.strangersKey),
    certificates: certificates ? requestSns(certificates) : null,
    alipayCertSn: leaf ? certificateSn(leaf.certificate) : null,
  }
}
