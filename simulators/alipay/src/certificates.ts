import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import {
  bits,
  der,
  explicit,
  integer,
  nothing,
  octets,
  oid,
  printable,
  sequence,
  set,
  time,
  utf8,
  valueAt,
  yes,
} from './asn1.ts'

/** A distinguished name in encoding order: country first, common name last, as Alipay's certificates have it. */
export type DistinguishedName = readonly (readonly ['C' | 'O' | 'OU' | 'CN', string])[]

const nameOids = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const
const rsaSha256 = '1.2.840.113549.1.1.11'
const ecdsaSha256 = '1.2.840.10045.4.3.2'

const named = (name: DistinguishedName): Buffer =>
  sequence(
    ...name.map(([kind, text]) => set(sequence(oid(nameOids[kind]), kind === 'C' ? printable(text) : utf8(text)))),
  )

const keyId = (spki: Uint8Array): Buffer => createHash('sha256').update(spki).digest().subarray(0, 20)
const spkiOf = (key: KeyObject): Buffer =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' })

/**
 * Issues an X.509 v3 certificate, signed with SHA-256 by the issuer's RSA or EC private key.
 * Times are ms since 1970. The result is PEM text ending in a line feed.
 */
export function issueCertificate(ask: {
  readonly subject: DistinguishedName
  readonly subjectKey: KeyObject
  readonly issuer: DistinguishedName
  readonly issuerKey: KeyObject
  readonly notBefore: number
  readonly notAfter: number
  readonly authority: boolean
}): string {
  const algorithm =
    ask.issuerKey.asymmetricKeyType === 'rsa' ? sequence(oid(rsaSha256), nothing()) : sequence(oid(ecdsaSha256))
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const spki = spkiOf(ask.subjectKey)
  const extension = (id: string, critical: boolean, value: Buffer) =>
    sequence(oid(id), ...(critical ? [yes()] : []), octets(value))
  const extensions = sequence(
    extension('2.5.29.19', true, ask.authority ? sequence(yes()) : sequence()),
    // keyCertSign and cRLSign for an authority, digitalSignature for a leaf
    extension('2.5.29.15', true, ask.authority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7)),
    extension('2.5.29.14', false, octets(keyId(spki))),
    extension('2.5.29.35', false, sequence(der(0x80, keyId(spkiOf(ask.issuerKey))))),
  )
  const toBeSigned = sequence(
    explicit(0, integer(2n)),
    integer(BigInt(`0x${serial.toString('hex')}`)),
    algorithm,
    named(ask.issuer),
    sequence(time(ask.notBefore), time(ask.notAfter)),
    named(ask.subject),
    spki,
    explicit(3, extensions),
  )
  const whole = sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, ask.issuerKey)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** The certificates of a bundle, in file order. */
export const splitBundle = (pem: string): string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []

/** Alipay's certificate SN of the first certificate: md5 of the reversed issuer and the decimal serial (alipay.md 2.7). */
export function certificateSn(pem: string): string {
  const certificate = new X509Certificate(splitBundle(pem)[0] ?? pem)
  const issuer = certificate.issuer.split('\n').reverse().join(',')
  return createHash('md5')
    .update(issuer + BigInt(`0x${certificate.serialNumber}`).toString())
    .digest('hex')
}

/** The SN of a root bundle: those of its RSA-signed certificates, joined with `_` in file order (alipay.md 2.7). */
export const rootSn = (bundle: string): string => splitBundle(bundle).filter(isRsaSigned).map(certificateSn).join('_')

function isRsaSigned(pem: string): boolean {
  const bytes = new X509Certificate(pem).raw
  const whole = valueAt(bytes, 0)
  const algorithm = valueAt(bytes, valueAt(bytes, whole.start).end)
  return Buffer.from(bytes.subarray(algorithm.start)).indexOf(oid('1.2.840.113549.1.1').subarray(2)) === 2
}
