import { crc32, inflateRawSync } from 'node:zlib'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

/*
 * The files of a zip (APPNOTE.TXT 6.3.10) that somebody sent, with bounds on all that it may claim: what it says of itself is read from
 * its directory at the end (4.3.12), and nothing is unpacked beyond what was asked for.
 */

export type Unzipped = {
  /** The whole of one file; null: there is none of this name. */
  file(name: string): Result<Buffer | null, 'not-a-zip' | 'too-large'>
}
export type Bounds = {
  readonly files: number
  /** Bytes of all files that are read, unpacked. */
  readonly bytes: number
}
type Entry = { readonly method: number; readonly crc: number; readonly packed: number; readonly at: number }

const endSign = 0x06054b50
const directorySign = 0x02014b50
const localSign = 0x04034b50

export function unzip(bytes: Buffer, bounds: Bounds): Result<Unzipped, 'not-a-zip' | 'too-large'> {
  const end = bytes.lastIndexOf(signOf(endSign))
  if (end < 0 || end + 22 > bytes.length) return err('not-a-zip')
  const count = bytes.readUInt16LE(end + 10)
  if (count > bounds.files) return err('too-large')
  const entries = new Map<string, Entry>()
  let at = bytes.readUInt32LE(end + 16)
  for (let n = 0; n < count; n++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== directorySign) return err('not-a-zip')
    const [name, more, comment] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ]
    entries.set(bytes.toString('utf8', at + 46, at + 46 + name), {
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      at: bytes.readUInt32LE(at + 42),
    })
    at += 46 + name + more + comment
  }
  let left = bounds.bytes
  return ok({
    file: (name) => {
      const entry = entries.get(name)
      if (!entry) return ok(null)
      if (entry.at + 30 > bytes.length || bytes.readUInt32LE(entry.at) !== localSign) return err('not-a-zip')
      const start = entry.at + 30 + bytes.readUInt16LE(entry.at + 26) + bytes.readUInt16LE(entry.at + 28)
      if (start + entry.packed > bytes.length) return err('not-a-zip')
      const packed = bytes.subarray(start, start + entry.packed)
      const whole = unpacked(entry.method, packed, left)
      if (!whole.ok) return whole
      left -= whole.value.length
      return crc32(whole.value) === entry.crc ? whole : err('not-a-zip')
    },
  })
}

function unpacked(method: number, packed: Buffer, atMost: number): Result<Buffer, 'not-a-zip' | 'too-large'> {
  if (method === 0) return packed.length > atMost ? err('too-large') : ok(packed)
  if (method !== 8) return err('not-a-zip')
  if (atMost <= 0) return err('too-large')
  try {
    return ok(inflateRawSync(packed, { maxOutputLength: atMost }))
  } catch (error) {
    return err((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'not-a-zip')
  }
}

const signOf = (sign: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(sign)
  return bytes
}
