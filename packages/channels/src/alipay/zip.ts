import { crc32, createInflateRaw } from 'node:zlib'
import { err, ok, type Result } from '@lanepay/domain/result.ts'

/** One file of an archive, still packed. */
export type PackedFile = {
  /** Decoded as GBK: Alipay does not say which charset it is, and this one it is (alipay.md 11.2). */
  readonly name: string
  readonly packed: Uint8Array
  readonly isDeflated: boolean
  readonly size: number
  readonly crc32: number
}

const endLength = 22
const listedLength = 46
const localLength = 30
const longestComment = 0xffff

/**
 * The files of a ZIP archive, by the directory at its end, without those whose names lead out of a folder. Refuses what is
 * cut, encrypted, packed in another way or too large for this format. Nothing is unpacked yet.
 */
export function filesIn(archive: Buffer): Result<readonly PackedFile[], string> {
  const end = endOf(archive)
  if (end === null) return err('the directory at the end is missing')
  const count = archive.readUInt16LE(end + 10)
  const length = archive.readUInt32LE(end + 12)
  let at = archive.readUInt32LE(end + 16)
  if (at + length !== end) return err('the directory is not where it should be')
  const files: PackedFile[] = []
  for (let index = 0; index < count; index++) {
    if (at + listedLength > end || archive.readUInt32LE(at) !== 0x02014b50) return err('the directory is damaged')
    const file = fileAt(archive, at, end)
    if (!file.ok) return file
    if (!leadsOut.test(file.value.name)) files.push(file.value)
    at += listedLength + [28, 30, 32].reduce((sum, field) => sum + archive.readUInt16LE(at + field), 0)
  }
  return at === end ? ok(files) : err('the directory is damaged')
}

/** Where the record that ends an archive stands: its comment reaches exactly to the last byte. */
function endOf(archive: Buffer): number | null {
  const first = Math.max(0, archive.length - endLength - longestComment)
  for (let at = archive.length - endLength; at >= first; at--)
    if (archive.readUInt32LE(at) === 0x06054b50 && at + endLength + archive.readUInt16LE(at + 20) === archive.length)
      return at
  return null
}

const leadsOut = /[/\\]|\.\.|^[A-Za-z]:/
const gbk = new TextDecoder('gbk')

function fileAt(archive: Buffer, at: number, end: number): Result<PackedFile, string> {
  const flags = archive.readUInt16LE(at + 8)
  const method = archive.readUInt16LE(at + 10)
  const packedSize = archive.readUInt32LE(at + 20)
  const size = archive.readUInt32LE(at + 24)
  const nameLength = archive.readUInt16LE(at + 28)
  const local = archive.readUInt32LE(at + 42)
  const name = gbk.decode(archive.subarray(at + listedLength, at + listedLength + nameLength))
  if (flags & 1) return err('encrypted')
  if (method !== 0 && method !== 8) return err(`packed by method ${method}`)
  if (size === 0xffffffff || packedSize === 0xffffffff) return err('in the format for larger archives')
  if (local + localLength > end || archive.readUInt32LE(local) !== 0x04034b50)
    return err('a file is not where it should be')
  const from = local + localLength + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  if (from + packedSize > end) return err('a file is cut')
  const packed = archive.subarray(from, from + packedSize)
  return ok({ name, packed, isDeflated: method === 8, size, crc32: archive.readUInt32LE(at + 16) })
}

/**
 * A file's bytes, piece by piece, never more than it says it has. Ends with null when they are exactly what was packed,
 * else with what is wrong with them: whatever came before is not to be used then.
 */
export async function* unpack(file: PackedFile): AsyncGenerator<Buffer, string | null> {
  let size = 0
  let sum = 0
  try {
    for await (const piece of file.isDeflated ? inflated(file.packed) : [Buffer.from(file.packed)]) {
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

function inflated(packed: Uint8Array): AsyncIterable<Buffer> {
  const inflate = createInflateRaw()
  inflate.end(packed)
  return inflate
}
