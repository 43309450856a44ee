import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Archive } from './zip.ts'

/** A file on the disk, readable from anywhere until it is closed; then it is gone. */
export type Spool = { readonly archive: Archive; close(): Promise<void> }

const pieceLength = 64 * 1024

/** Writes down what comes, which no memory has to hold. `too-large`: more than `most` bytes. What reading throws is thrown. */
export async function spool(bytes: AsyncIterable<Uint8Array>, most: number): Promise<Result<Spool, 'too-large'>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lanepay-bill-'))
  const file = await open(path.join(dir, 'bill'), 'wx+', 0o600)
  const close = async () => {
    await file.close()
    await rm(dir, { recursive: true, force: true })
  }
  let length = 0
  try {
    for await (const piece of bytes) {
      length += piece.length
      if (length > most) break
      await file.write(piece)
    }
  } catch (error) {
    await close()
    throw error
  }
  if (length > most) {
    await close()
    return err('too-large')
  }
  const read = async (from: number, wanted: number): Promise<Buffer> => {
    const piece = Buffer.alloc(wanted)
    const { bytesRead } = await file.read(piece, 0, wanted, from)
    return piece.subarray(0, bytesRead)
  }
  async function* pieces(from: number, wanted: number): AsyncGenerator<Buffer> {
    for (let at = from; at < from + wanted; at += pieceLength)
      yield await read(at, Math.min(pieceLength, from + wanted - at))
  }
  return ok({ archive: { length, read, pieces }, close })
}
