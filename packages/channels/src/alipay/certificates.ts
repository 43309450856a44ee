import { createHash, X509Certificate } from 'node:crypto'
import type { Instant } from '@lanepay/domain/types.ts'

/** The certificates of a file, in file order. @throws when one of them is not X.509, or there is none. */
export function readBundle(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw new TypeError('no certificate in the file')
  return blocks.map((block) => new X509Certificate(block))
}

/** The first certificate of a file, the one it is about. @throws as `readBundle`. */
export const leafOf = (pem: string): X509Certificate => readBundle(pem)[0] as X509Certificate

/** How Alipay names a certificate: md5 of the issuer, last name first, and the decimal serial (alipay.md 2.7). */
export function certificateSn(certificate: X509Certificate): string {
  const issuer = certificate.issuer.split('\n').reverse().join(',')
  return createHash('md5')
    .update(`${issuer}${BigInt(`0x${certificate.serialNumber}`)}`)
    .digest('hex')
}

/** SHA-1 and SHA-256 with RSA; the SM2 and ECDSA roots in the same file do not count (alipay.md 2.7). */
const isSignedWithRsa = (certificate: X509Certificate) =>
  certificate.signatureAlgorithmOid.startsWith('1.2.840.113549.1.1')

/** `alipay_root_cert_sn`: the names of the RSA roots in file order. */
export const rootCertificatesSn = (roots: readonly X509Certificate[]): string =>
  roots.filter(isSignedWithRsa).map(certificateSn).join('_')

export const isValidAt = (certificate: X509Certificate, now: Instant): boolean =>
  certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime()

/**
 * Whether the first certificate of `chain` leads to one of `roots` at `now`: names, signatures and dates of every link,
 * over authorities that came with it (alipay.md 2.7).
 */
export function isTrusted(
  [leaf, ...authorities]: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  now: Instant,
): boolean {
  if (!leaf || !isValidAt(leaf, now)) return false
  const issued = (by: X509Certificate) =>
    by.ca && isValidAt(by, now) && leaf.checkIssued(by) && leaf.verify(by.publicKey)
  if (roots.some(issued)) return true
  return authorities.some((next) => {
    // Each step uses an authority up, so that two that vouch for each other end here.
    return issued(next) && isTrusted([next, ...authorities.filter((other) => other !== next)], roots, now)
  })
}
