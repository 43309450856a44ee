import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Instant } from '@lanepay/domain/types.ts'

/** A key of WeChat Pay's, under the serial by which messages name it. */
export type RingKey = {
  readonly kind: 'public-key' | 'certificate'
  readonly serial: string
  readonly key: KeyObject
  readonly validFrom: Instant
  readonly validUntil: Instant
}
/** Public keys and certificates side by side: during a change-over either may sign the next message (5.4). */
export type KeyRing = readonly RingKey[]

const always = { validFrom: 0 as Instant, validUntil: Number.MAX_SAFE_INTEGER as Instant }

/** @throws when the PEM is no public key. `id` begins `PUB_KEY_ID_`. It never expires. */
export const publicRingKey = ({ id, pem }: { readonly id: string; readonly pem: string }): RingKey => ({
  kind: 'public-key',
  serial: id,
  key: createPublicKey(pem),
  ...always,
})

/** @throws when the PEM is no certificate. */
export function certificateRingKey(pem: string): RingKey {
  const certificate = new X509Certificate(pem)
  return {
    kind: 'certificate',
    serial: certificateSerial(certificate),
    key: certificate.publicKey,
    validFrom: certificate.validFromDate.getTime() as Instant,
    validUntil: certificate.validToDate.getTime() as Instant,
  }
}

/** The X.509 serial as WeChat Pay writes it: hexadecimal, upper case, whole bytes. */
export const certificateSerial = (certificate: X509Certificate): string => certificate.serialNumber.toUpperCase()

const sameSerial = (a: string, b: string) =>
  a === b || (!a.startsWith('PUB_KEY_ID_') && bareSerial(a) === bareSerial(b))
const bareSerial = (serial: string) => serial.toUpperCase().replace(/^0+/, '')

/** The key a message names, unless it has expired. */
export const findKey = (ring: KeyRing, serial: string, now: Instant): RingKey | undefined =>
  ring.find((held) => sameSerial(held.serial, serial) && now <= held.validUntil)

/** Adds what was downloaded and drops what has expired; every certificate that is still valid stays (5.3). */
export const mergeKeys = (ring: KeyRing, fresh: KeyRing, now: Instant): KeyRing => [
  ...ring.filter((held) => now <= held.validUntil && !fresh.some((other) => sameSerial(other.serial, held.serial))),
  ...fresh.filter((key) => now <= key.validUntil),
]

/** For encrypting fields: the public key if there is one, else the valid certificate that became effective last (5.3). */
export function encryptingKey(ring: KeyRing, now: Instant): RingKey | undefined {
  const usable = ring.filter((held) => held.validFrom <= now && now <= held.validUntil)
  return (
    usable.find((held) => held.kind === 'public-key') ??
    usable.toSorted((earlier, later) => later.validFrom - earlier.validFrom)[0]
  )
}
