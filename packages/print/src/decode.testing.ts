import jsqr from 'jsqr'
import sharp from 'sharp'
import type { ReadPage } from './read.testing.ts'

/* What a phone would read: a decoder that is not ours, on what others have drawn. */

type Picture = { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number }
const decode = ({ data, width, height }: Picture): string | undefined => jsqr.default(data, width, height)?.data

/** The code on a page of a PDF, painted about so many pixels wide from what stands black in the file; undefined: none is read. */
export function decodePage({ width, height, black }: ReadPage, pixels = 600): string | undefined {
  const scale = pixels / width
  const [w, h] = [Math.ceil(width * scale), Math.ceil(height * scale)]
  const data = new Uint8ClampedArray(w * h * 4).fill(255)
  const edge = (at: number) => Math.round(at * scale)
  for (const { x, y, width: across, height: down } of black)
    for (let row = edge(y); row < edge(y + down); row++)
      for (let column = edge(x); column < edge(x + across); column++) {
        const at = (row * w + column) * 4
        data.fill(0, at, at + 3)
      }
  return decode({ data, width: w, height: h })
}

/** The code in a PNG or SVG, as another program draws it; with its width in pixels. */
export async function decodePicture(picture: Buffer, pixels?: number) {
  const { data, info } = await sharp(picture).resize(pixels).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  return { text: decode({ data: new Uint8ClampedArray(data), width, height }), width }
}
