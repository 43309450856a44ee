import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { bestFirst, instantIn } from './names.ts'
import { findPictures } from './shelf.ts'

/** As JPEG; in Base64 a third more (lot-link `picture`). */
export const sentAtMost = 256 * 1024
/** Of a scene that is larger: enough to see who stands there. */
const shrunk = { width: 1280, quality: 70 } as const

export type SentPicture = { readonly lane: number; readonly at: Instant; readonly jpeg: string }

/**
 * A picture of a read, or of the lane's last read that has one, small enough for the line: the whole scene, made smaller where it
 * must be, else what was cut out of it. Null: there is none.
 */
export async function pictureToSend(
  dir: string,
  { lane, at: wanted }: { readonly lane: number; readonly at?: number },
  log: Log,
): Promise<SentPicture | null> {
  const at = wanted === undefined ? await lastOf(join(dir, String(lane))) : (wanted as Instant)
  if (at === null) return null
  for (const file of bestFirst(await findPictures(dir, { lane, at }))) {
    const jpeg = await read(file)
    const small = jpeg === null || jpeg.length <= sentAtMost ? jpeg : await shrink(jpeg, log)
    if (small !== null && small.length <= sentAtMost) return { lane, at, jpeg: small.toString('base64') }
  }
  return null
}

/** The newest read of a lane that has a picture: days and instants are ordered as their names are. */
async function lastOf(folder: string): Promise<Instant | null> {
  for (const day of (await names(folder)).sort().reverse()) {
    const instants = (await names(join(folder, day))).flatMap((file) => instantIn(file) ?? [])
    if (instants.length > 0) return Math.max(...instants) as Instant
  }
  return null
}

/** Null, or nothing, where it was let go meanwhile. */
const read = (file: string): Promise<Buffer | null> => unlessGone(() => readFile(file), null)
const names = (folder: string): Promise<string[]> => unlessGone(() => readdir(folder), [])
async function unlessGone<T>(act: () => Promise<T>, gone: T): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return gone
    throw error
  }
}

async function shrink(jpeg: Buffer, log: Log): Promise<Buffer | null> {
  try {
    // Loaded by those few lots whose cameras make such pictures.
    const { default: sharp } = await import('sharp')
    return await sharp(jpeg, { limitInputPixels: 50_000_000 })
      .resize({ width: shrunk.width, withoutEnlargement: true })
      .jpeg({ quality: shrunk.quality })
      .toBuffer()
  } catch (error) {
    log('warn', 'picture-not-made-smaller', { message: (error as Error).message })
    return null
  }
}
