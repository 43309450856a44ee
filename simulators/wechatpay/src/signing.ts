import type { Account } from './account.ts'
import { randomText, signedText, signText } from './sealing.ts'

/** A key of WeChat Pay's with the name messages give it. */
export type Signer = { readonly serial: string; readonly privateKey: string }
export type SignerKind = 'public-key' | 'certificate'

/** How the serial of a public key begins; those of certificates are hexadecimal. */
export const publicKeySerial = 'PUB_KEY_ID_'
const signerOf = ({ publicKey, certificates }: Account, kind: SignerKind): Signer =>
  kind === 'public-key' ? { serial: publicKey.id, privateKey: publicKey.privateKey } : certificates.at(-1)!

/** Answers follow the `Wechatpay-Serial` that was sent, as far as the account has both kinds (wechat-pay.md 5.4). */
export function answerSigner(account: Account, requestedSerial: string | undefined): Signer {
  if (account.verification !== 'both') return signerOf(account, account.verification)
  return signerOf(account, requestedSerial?.startsWith(publicKeySerial) ? 'public-key' : 'certificate')
}

/** Notifications follow the account; during a switch `wanted`, which is theirs, decides. */
export const notificationSigner = (account: Account, wanted: SignerKind): Signer =>
  signerOf(account, account.verification === 'both' ? wanted : account.verification)

/** What `Wechatpay-Serial` of a request may name: any key the account has, old certificates included. */
export function isKnownSerial({ verification, publicKey, certificates }: Account, serial: string): boolean {
  if (serial.startsWith(publicKeySerial)) return verification !== 'certificate' && serial === publicKey.id
  return verification !== 'public-key' && certificates.some((certificate) => certificate.serial === serial)
}

/** `stranger`: a good signature by another key under our serial. `probe`: one that is not meant to hold (5.1). */
export type SignedAs = 'genuine' | 'stranger' | 'probe'

export type Signing = {
  readonly signer: Signer
  readonly strangersKey: string
  readonly as?: SignedAs
  /** ms since 1970. */
  readonly now: number
}

/** The signature headers of an answer or a notification over the body's exact bytes (wechat-pay.md 5.1). */
export async function signatureHeaders(body: string, signing: Signing): Promise<Record<string, string>> {
  const { signer, strangersKey, as = 'genuine', now } = signing
  const timestamp = String(Math.floor(now / 1000))
  const nonce = randomText(32)
  const text = signedText(timestamp, nonce, body)
  const signature = await signText(text, as === 'stranger' ? strangersKey : signer.privateKey)
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': signer.serial,
    'Wechatpay-Signature': as === 'probe' ? `WECHATPAY/SIGNTEST/${signature.slice(19)}` : signature,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}
