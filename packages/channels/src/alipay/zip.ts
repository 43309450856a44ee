import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

/** An archive where it lies: its directory stands at its end, so it is read from behind. */
export type Archive = {
  readonly length: number
  /** Fewer bytes than wanted where it ends before. */
  read(from: number, length: number): Promise<Buffer>
  pieces(from: number, length: number): AsyncIterable<Uint8Array>
}
export const inMemory = (archive: Buffer): Archive => ({
  length: archive.length,
  read: async (from, length) => archive.subarray(from, from + length),
  async *pieces(from, length) {
    yield archive.subarray(from, from + length)
  },
})

/** One file of an archive, still packed. */
export type PackedFile = {
  /** Decoded as GBK: Alipay does not say which charset it is, and this one it is (alipay.md 11.2). */
  readonly name: string
  readonly packed: () => AsyncIterable<Uint8Array>
  readonly isDeflated: boolean
  readonly size: number
  readonly crc32: number
}

const endLength = 22
const listedLength = 46
const localLength = 30
const longestComment = 0xffff
/** A bill has two files in its archive; whoever lists more than fits here does not mean well. */
const longestDirectory = 64 * 1024

/**
 * The files of a ZIP archive, by the directory at its end, without those whose names lead out of a folder. Refuses what is
 * cut, encrypted, packed in another way or too large for this format. Nothing is unpacked yet.
 */
export async function filesIn(archive: Archive): Promise<Result<readonly PackedFile[], string>> {
  const tailAt = Math.max(0, archive.length - endLength - longestComment - longestDirectory)
  const tail = await archive.read(tailAt, archive.length - tailAt)
  const end = endOf(tail)
  if (end === null) return err('the directory at the end is missing')
  const count = tail.readUInt16LE(end + 10)
  const length = tail.readUInt32LE(end + 12)
  let at = tail.readUInt32LE(end + 16) - tailAt
  if (at + length !== end) return err('the directory is not where it should be')
  if (at < 0) return err('the directory is too long')
  const files: PackedFile[] = []
  for (let index = 0; index < count; index++) {
    if (at + listedLength > end || tail.readUInt32LE(at) !== 0x02014b50) return err('the directory is damaged')
    const file = await fileAt(archive, tail.subarray(0, end), at, tailAt + end)
    if (!file.ok) return file
    if (!leadsOut.test(file.value.name)) files.push(file.value)
    at += listedLength + [28, 30, 32].reduce((sum, field) => sum + tail.readUInt16LE(at + field), 0)
  }
  return at === end ? ok(files) : err('the directory is damaged')
}

/** Where the record that ends an archive stands: its comment reaches exactly to the last byte. */
function endOf(tail: Buffer): number | null {
  const first = Math.max(0, tail.length - endLength - longestComment)
  for (let at = tail.length - endLength; at >= first; at--)
    if (tail.readUInt32LE(at) === 0x06054b50 && at + endLength + tail.readUInt16LE(at + 20) === tail.length) return at
  return null
}

const leadsOut = /[/\\]|\.\.|^[A-Za-z]:/
const gbk = new TextDecoder('gbk')

/** `at` is where the directory lists it, `end` where the directory ends in the archive. */
async function fileAt(archive: Archive, tail: Buffer, at: number, end: number): Promise<Result<PackedFile, string>> {
  const flags = tail.readUInt16LE(at + 8)
  const method = tail.readUInt16LE(at + 10)
  const packedSize = tail.readUInt32LE(at + 20)
  const size = tail.readUInt32LE(at + 24)
  const nameLength = tail.readUInt16LE(at + 28)
  const local = tail.readUInt32LE(at + 42)
  const name = gbk.decode(tail.subarray(at + listedLength, at + listedLength + nameLength))
  if (flags & 1) return err('encrypted')
  if (method !== 0 && method !== 8) return err(`packed by method ${method}`)
  if (size === 0xffffffff || packedSize === 0xffffffff) return err('in the format for larger archives')
  if (local + localLength > end) return err('a file is not where it should be')
  const head = await archive.read(local, localLength)
  if (head.length < localLength || head.readUInt32LE(0) !== 0x04034b50) return err('a file is not where it should be')
  const from = local + localLength + head.readUInt16LE(26) + head.readUInt16LE(28)
  if (from + packedSize > end) return err('a file is cut')
  const packed = () => archive.pieces(from, packedSize)
  return ok({ name, packed, isDeflated: method === 8, size, crc32: tail.readUInt32LE(at + 16) })
}

/**
 * A file's bytes, piece by piece, never more than it says it has. Ends with null when they are exactly what was packed,
 * else with what is wrong with them: whatever came before is not to be used then.
 */
export async function* unpack(file: PackedFile): AsyncGenerator<Uint8Array, string | null> {
  let size = 0
  let sum = 0
  try {
    for await (const piece of file.isDeflated ? inflated(file.packed()) : file.packed()) {
      size += piece.length
      if (size > file.size) return 'longer than it says'
      sum = crc32(piece, sum)
      yield piece
    }
  } catch (error) {
    return `cannot be unpacked: ${(error as NodeJS.ErrnoException).code}`
  }
  return size === file.size && sum === file.crc32 ? null : 'not what was packed'
}

function inflated(packed: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  const inflate = createInflateRaw()
  pipeline(packed, inflate).catch(() => {}) // whoever reads hears of it, or has stopped reading
  return inflate
}
