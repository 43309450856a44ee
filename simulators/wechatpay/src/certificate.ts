import { createPrivateKey, createPublicKey, sign } from 'node:crypto'

/*
 * Node reads X.509 certificates but makes none, and the simulator must not need a program beside it, so the one kind of
 * certificate WeChat Pay hands out (RSA 2048, SHA-256, wechat-pay.md 5.3) is put together here by hand, in DER.
 */

const tlv = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}
const sequence = (...parts: Uint8Array[]) => tlv(0x30, ...parts)
const objectId = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const sha256WithRsa = sequence(objectId('2a864886f70d01010b'), tlv(0x05))
/** One relative name: country, organisation or common name, by its object id. */
const nameOf = (parts: readonly (readonly [id: string, value: string])[]) =>
  sequence(...parts.map(([id, value]) => tlv(0x31, sequence(objectId(id), tlv(0x0c, Buffer.from(value))))))
const country = '550406'
const organisation = '55040a'
const commonName = '550403'

/** Years from 2050 on need the longer form (RFC 5280 4.1.2.5). */
function timeOf(ms: number): Buffer {
  const digits = `${new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14)}Z`
  return digits < '2050' ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
}

/**
 * A platform certificate for the key given, valid between the two instants (ms since 1970). `serial` is 40 hex digits
 * whose first is 1 to 7, so that it is a positive number of full length.
 */
export function makeCertificate(made: {
  readonly privateKey: string
  readonly serial: string
  readonly notBefore: number
  readonly notAfter: number
}): string {
  const key = createPrivateKey(made.privateKey)
  const issuer = nameOf([
    [country, 'CN'],
    [organisation, 'Lanepay Simulator'],
    [commonName, 'Simulated Tenpay Root CA'],
  ])
  const subject = nameOf([
    [country, 'CN'],
    [organisation, 'Lanepay Simulator'],
    [commonName, 'Simulated Tenpay sign'],
  ])
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from(made.serial, 'hex')),
    sha256WithRsa,
    issuer,
    sequence(timeOf(made.notBefore), timeOf(made.notAfter)),
    subject,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  )
  const der = sequence(body, sha256WithRsa, tlv(0x03, Buffer.from([0]), sign('sha256', body, key)))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
