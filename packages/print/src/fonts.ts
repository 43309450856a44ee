import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import PDFDocument from 'pdfkit'
import type { Has } from './printable.ts'

export type Weight = 'regular' | 'bold'
export type Fonts = Readonly<Record<Weight, Buffer>> & {
  /** Both weights have the same characters (fonts.test.ts). */
  readonly has: Has
}

const unpack = promisify(brotliDecompress)
const read = async (file: string): Promise<Buffer> =>
  unpack(await readFile(new URL(`../fonts/${file}.ttf.br`, import.meta.url)))
let opened: Promise<Fonts> | null = null

/**
 * Noto Sans SC in two weights, read and unpacked once, when something is first printed. They lie here as TrueType: out of
 * WOFF2 the library takes the whole font for a subset, and every page weighed 2.4 MB.
 */
export function fonts(): Promise<Fonts> {
  opened ??= (async () => {
    const [regular, bold] = await Promise.all([read('NotoSansSC-Regular'), read('NotoSansSC-Bold')])
    return { regular, bold, has: charactersOf(regular) }
  })()
  return opened
}

/** Which characters a font has. The library knows; its types do not say so. */
export function charactersOf(font: Buffer): Has {
  const pdf = newPdf()
  pdf.registerFont('asked', font as Buffer & string).font('asked')
  const { _font: asked } = pdf as unknown as { _font: { font: { hasGlyphForCodePoint: Has } } }
  return (codePoint) => asked.font.hasGlyphForCodePoint(codePoint)
}

/** A PDF without a page and, unlike usually, without Helvetica. */
export const newPdf = (options: PDFKit.PDFDocumentOptions = {}): PDFKit.PDFDocument =>
  new PDFDocument({ ...options, font: '', autoFirstPage: false })
