import type { KeyObject, X509Certificate } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { NotificationRefusal } from '../channel.ts'
import { certificateSn, isTrusted, readBundle } from './certificates.ts'
import { readObject, textOf } from './json.ts'
import { rsa } from './rsa-keys.ts'
import { rsa2Holds } from './rsa2.ts'

/** A key of Alipay's. In public-key mode there is one, without a name and without an end. */
export type RingKey = { readonly certSn: string | null; readonly key: KeyObject; readonly validUntil: Instant }
export type KeyRing = readonly RingKey[]

/** A message and what may have been signed: alternatives where the rule depends on the kind of message (alipay.md 8.2). */
export type Signed = {
  readonly texts: readonly string[]
  readonly sign: string
  /** Certificate mode: the certificate the message names. */
  readonly certSn: string | null
}

/** @throws TypeError when the certificate does not hold an RSA key. */
export const certificateRingKey = (certificate: X509Certificate): RingKey => ({
  certSn: certificateSn(certificate),
  key: rsa(certificate.publicKey),
  validUntil: certificate.validToDate.getTime() as Instant,
})

/** `unknown-key` is the one refusal that a download may cure. A message that names no certificate may be by any we hold. */
export function checkSignature(ring: KeyRing, signed: Signed, now: Instant): Result<void, NotificationRefusal> {
  const { texts, sign, certSn } = signed
  const usable = ring.filter((held) => now <= held.validUntil)
  const named = usable.filter((held) => certSn === null || held.certSn === null || held.certSn === certSn)
  if (named.length === 0)
    return err({ kind: 'unknown-key', detail: `no valid certificate ${certSn?.slice(0, 60) ?? 'at all'}` })
  const holds = named.some(({ key }) => texts.some((text) => rsa2Holds(key, text, sign)))
  return holds ? ok(undefined) : err({ kind: 'bad-signature', detail: 'does not verify' })
}

/**
 * The certificate in the signed text of `alipay.open.app.alipaycert.download`: the one that was asked for, and leading to
 * a root we were given (alipay.md 2.7).
 */
export function readDownload(
  text: string,
  asked: { readonly certSn: string; readonly roots: readonly X509Certificate[]; readonly now: Instant },
): Result<RingKey, string> {
  const answer = readObject(text)
  const content = textOf(answer?.alipay_cert_content)
  if (answer?.code !== '10000' || content === null)
    return err(`no certificate: ${textOf(answer?.sub_code) ?? 'no reason'}`)
  try {
    const chain = readBundle(Buffer.from(content, 'base64').toString('utf8'))
    const [leaf] = chain
    if (!leaf || certificateSn(leaf) !== asked.certSn) return err('another certificate than the one asked for')
    return isTrusted(chain, asked.roots, asked.now) ? ok(certificateRingKey(leaf)) : err('leads to no root of ours')
  } catch (error) {
    return err(`not X.509: ${error instanceof Error ? error.message : error}`)
  }
}
