/* As much DER as an X.509 certificate needs (ITU-T X.690). */

/** One tag-length-value around the contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents)
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length: number[] = []
  for (let rest = body.length; rest > 0; rest >>>= 8) length.unshift(rest & 255)
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length, ...length]), body])
}

export const sequence = (...of: readonly Uint8Array[]): Buffer => der(0x30, ...of)
export const set = (...of: readonly Uint8Array[]): Buffer => der(0x31, ...of)
export const octets = (content: Uint8Array): Buffer => der(0x04, content)
export const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content)
export const nothing = (): Buffer => der(0x05)
export const yes = (): Buffer => der(0x01, Buffer.from([0xff]))
export const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text))
export const printable = (text: string): Buffer => der(0x13, Buffer.from(text, 'ascii'))
/** Context-specific and constructed: `[n] EXPLICIT`. */
export const explicit = (n: number, ...of: readonly Uint8Array[]): Buffer => der(0xa0 | n, ...of)

export function integer(value: bigint): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return der(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const part of rest) {
    const septets = [part & 127]
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) septets.unshift(128 | (left & 127))
    bytes.push(...septets)
  }
  return der(0x06, Buffer.from(bytes))
}

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 4.1.2.5). */
export function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  const late = new Date(at).getUTCFullYear() >= 2050
  return der(late ? 0x18 : 0x17, Buffer.from(late ? text : text.slice(2), 'ascii'))
}

/** The content of the value that starts at `from`, and where it ends. Throws RangeError when it is cut short. */
export function valueAt(bytes: Uint8Array, from: number): { tag: number; start: number; end: number } {
  let length = bytes[from + 1] ?? 0
  let start = from + 2
  if (length & 0x80) {
    const count = length & 0x7f
    length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0)
    start += count
  }
  if (start + length > bytes.length) throw new RangeError('DER value is cut short')
  return { tag: bytes[from] ?? 0, start, end: start + length }
}
