import { crc32, createDeflateRaw } from 'node:zlib'
import type { Sink } from './book.ts'

/*
 * A zip file, written as it comes: no part of it is ever held whole (APPNOTE.TXT 6.3.10). Sizes and checksum of a file are known
 * after its last byte, so they follow it (4.3.9, general purpose bit 3), and again in the directory at the end.
 */

/** Beyond this a zip needs the 64-bit extension (4.5.3), which spreadsheets do not all read. */
const most = 0xffff_ffff
const named = { deflated: 8, version: 20, flags: 0x0808 } as const // sizes follow, names are UTF-8 (appendix D)
const beijingMs = 8 * 3_600_000

export type Zip = {
  /** Begins a file; the one before it has ended. */
  file(name: string): Promise<ZipFile>
  end(): Promise<void>
}
export type ZipFile = {
  /** Answers when the sink has room for more. @throws what the sink threw */
  write(text: string): Promise<void>
  end(): Promise<void>
}

/** @throws RangeError when the zip grows beyond 4 GB. */
export function zipInto(sink: Sink, at: number): Zip {
  let offset = 0
  const directory: Buffer[] = []
  const out = async (bytes: Buffer): Promise<void> => {
    offset += bytes.length
    if (offset > most) throw new RangeError('a zip of more than 4 GB')
    await sink(bytes)
  }
  const stamp = dosTime(at)
  return {
    async file(name) {
      const start = offset
      const bytes = Buffer.from(name)
      await out(Buffer.concat([headed(0x04034b50, [named.version]), fields(stamp, 0, 0, 0, bytes.length), bytes]))
      const deflate = createDeflateRaw()
      const ready: Buffer[] = []
      let failure: Error | undefined
      deflate.on('data', (chunk: Buffer) => ready.push(chunk))
      deflate.on('error', (error) => {
        failure = error
      })
      let crc = 0
      let size = 0
      let packed = 0
      const drain = async () => {
        if (failure) throw failure
        while (ready.length > 0) {
          const chunk = Buffer.concat(ready.splice(0))
          packed += chunk.length
          await out(chunk)
        }
      }
      return {
        async write(text) {
          const chunk = Buffer.from(text)
          crc = crc32(chunk, crc)
          size += chunk.length
          if (size > most) throw new RangeError(`${name} is more than 4 GB`)
          await new Promise<void>((done) => deflate.write(chunk, () => done()))
          await drain()
        },
        async end() {
          await new Promise<void>((resolve, reject) => {
            deflate.once('end', resolve).once('error', reject)
            deflate.end()
          })
          await drain()
          await out(Buffer.concat([u32(0x08074b50), u32(crc), u32(packed), u32(size)]))
          directory.push(
            Buffer.concat([
              headed(0x02014b50, [named.version, named.version]),
              fields(stamp, crc, packed, size, bytes.length),
              Buffer.alloc(10), // no comment, first disk, no attributes
              u32(start),
              bytes,
            ]),
          )
        },
      }
    },
    async end() {
      const start = offset
      const whole = Buffer.concat(directory)
      await out(whole)
      const count = u16(directory.length)
      await out(Buffer.concat([u32(0x06054b50), u32(0), count, count, u32(whole.length), u32(start), u16(0)]))
    },
  }
}

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const headed = (signature: number, versions: readonly number[]): Buffer =>
  Buffer.concat([u32(signature), ...versions.map(u16), u16(named.flags), u16(named.deflated)])
const fields = (stamp: Buffer, crc: number, packed: number, size: number, nameLength: number): Buffer =>
  Buffer.concat([stamp, u32(crc), u32(packed), u32(size), u16(nameLength), u16(0)])

/** Two seconds fine, from 1980 on (4.4.6); of Beijing, for a zip knows no zone. */
function dosTime(at: number): Buffer {
  const t = new Date(at + beijingMs)
  const day = ((t.getUTCFullYear() - 1980) << 9) | ((t.getUTCMonth() + 1) << 5) | t.getUTCDate()
  const time = (t.getUTCHours() << 11) | (t.getUTCMinutes() << 5) | (t.getUTCSeconds() >> 1)
  return Buffer.concat([u16(time), u16(day)])
}
