import { createHash } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import sharp from 'sharp'
import { pictureOfScan } from './scan.ts'

/*
 * A photograph of a paper, as anybody on the internet sends it: judged by its content and not by its name, then painted anew, so that what is
 * kept has no position, no maker, no second picture and no script in it, whatever came.
 */

/** What is taken: a photograph of a telephone has 3 to 8 MB. */
export const mostBytes = 10 * 1024 * 1024
/** Over this many pixels nothing is unpacked: a small file may say that it is a large picture. */
const mostPixels = 60_000_000
/** Below, letters on a licence cannot be read. */
export const leastSides = { short: 480, long: 640 } as const
const longSide = 2400
/** What channels take is below 2 MB (wechat-pay.md 18.3). */
const keptBytes = 2 * 1024 * 1024 - 1
const qualities = [86, 74, 60, 45] as const

export type PictureRefusal =
  | 'too-large'
  | 'not-a-picture'
  | 'heic-picture'
  | 'pdf-not-one-picture'
  | 'unreadable'
  | 'too-small'
  | 'blank'
export type TakenPicture = {
  readonly jpeg: Buffer
  readonly width: number
  readonly height: number
  readonly sha256: string
}

const beginsWith = (bytes: Uint8Array, at: number, text: string): boolean =>
  bytes.length >= at + text.length &&
  Buffer.from(bytes.buffer, bytes.byteOffset + at, text.length).toString('latin1') === text
/** JPEG, PNG or WebP by how it begins; nothing else reaches a decoder. */
const isPicture = (bytes: Uint8Array): boolean =>
  beginsWith(bytes, 0, '\xff\xd8\xff') ||
  beginsWith(bytes, 0, '\x89PNG\r\n\x1a\n') ||
  (beginsWith(bytes, 0, 'RIFF') && beginsWith(bytes, 8, 'WEBP'))

/** How an iPhone keeps photographs: HEVC in a box of ISO/IEC 23008-12. What unpacks it is not free to hand on, so nothing here does. */
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'])
/** Whether one of the brands in its first box says so; `mif1` alone may be anything. */
function isHeic(bytes: Uint8Array): boolean {
  if (!beginsWith(bytes, 4, 'ftyp')) return false
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 128))
  const brands = head.subarray(8, Math.min(head.length, head.readUInt32BE(0))).toString('latin1')
  return (brands.match(/.{4}/gs) ?? []).some((brand) => heicBrands.has(brand))
}

/**
 * Takes a picture in, or a scanned page that is one: upright, on white, as JPEG below 2 MB. A cut-off, tiny or empty one is refused, with the
 * reason.
 */
export async function takePicture(bytes: Uint8Array): Promise<Result<TakenPicture, PictureRefusal>> {
  if (bytes.length > mostBytes) return err('too-large')
  if (isHeic(bytes)) return err('heic-picture')
  if (!beginsWith(bytes, 0, '%PDF-')) return isPicture(bytes) ? paintAnew(bytes) : err('not-a-picture')
  const scan = pictureOfScan(bytes)
  if (scan === null) return err('pdf-not-one-picture')
  return beginsWith(scan.jpeg, 0, '\xff\xd8\xff') ? paintAnew(scan.jpeg, scan.turned) : err('unreadable')
}

/** `turned` is by how much, clockwise; left out, as the picture itself says. */
async function paintAnew(bytes: Uint8Array, turned?: number): Promise<Result<TakenPicture, PictureRefusal>> {
  const open = () => sharp(bytes, { limitInputPixels: mostPixels, failOn: 'truncated', pages: 1 })
  const told = await open()
    .metadata()
    .catch(() => null)
  if (told === null) return err('unreadable')
  const [short, long] = [Math.min(told.width, told.height), Math.max(told.width, told.height)]
  if (told.width * told.height > mostPixels) return err('too-large')
  if (short < leastSides.short || long < leastSides.long) return err('too-small')
  const painted = open()
    .rotate(turned)
    .resize({ width: longSide, height: longSide, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
  // What fails here is in the file: it was cut off, or lies about itself.
  const raw = await painted
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(() => null)
  if (raw === null) return err('unreadable')
  const { width, height, channels } = raw.info
  const again = () => sharp(raw.data, { raw: { width, height, channels } })
  const { channels: seen } = await again().stats()
  // A lens cap, a white wall: nothing on it differs from anything.
  if (seen.every(({ stdev }) => stdev < 3)) return err('blank')
  for (const quality of qualities) {
    const jpeg = await again().jpeg({ quality }).toBuffer()
    if (jpeg.length <= keptBytes)
      return ok({ jpeg, width, height, sha256: createHash('sha256').update(jpeg).digest('hex') })
  }
  return err('too-large')
}
