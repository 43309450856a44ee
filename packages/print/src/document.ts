import { fonts, newPdf, type Weight } from './fonts.ts'
import { printable } from './printable.ts'

/*
 * A PDF as it is printed: measured in millimetres from the upper left corner of the finished sheet, in our two fonts, of
 * which only the characters that are used are put in.
 */

/** A PDF counts in points of 1/72 inch. */
export const points = (millimetres: number): number => (millimetres * 72) / 25.4

export type Sheet = {
  readonly widthMm: number
  readonly heightMm: number
  /** What is printed beyond the edge and cut off, with the marks to cut by; left out: the sheet as it is. */
  readonly bleedMm?: number
}
/** In millimetres from the upper left corner of the finished sheet. */
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
/** Black and white as a press has them, one ink and none, so that small type and codes have sharp edges. */
export type Colour = 'black' | 'white' | `#${string}`
export type Type = {
  /** The greatest size in points: it gets smaller until the whole text is in its box. */
  readonly size: number
  readonly weight?: Weight
  readonly colour?: Colour
  readonly align?: 'left' | 'center' | 'right'
  readonly stands?: 'top' | 'middle'
}
/** The dark and light squares of a code, without a quiet zone. */
export type Modules = { readonly size: number; readonly isDark: (row: number, column: number) => boolean }

export type Document = {
  /** Begins a new page; what follows goes on it. */
  sheet(sheet: Sheet): void
  /** Prints the whole text into the box, on as many lines as it takes, and answers with the size it took in points. */
  text(text: string, box: Box, type: Type): number
  fill(box: Box, colour: Colour): void
  frame(box: Box, colour: Colour, lineMm: number): void
  /** A code as one shape without seams, to the edge of the box: the quiet zone must be left around it. */
  code(modules: Modules, box: Box): void
  /** The characters so far that our fonts do not have. Each was printed as its number, like `[U+4DAE]`, none left blank. */
  missing(): readonly string[]
  /** The finished file; the same one for the same content and time. */
  finish(): Promise<Buffer>
}

/** Marks begin where nothing is cut any more, and are this long. */
const markMm = 5
const hairMm = 0.1
// Smaller than anybody reads, so that whatever is printed ends; a text gets here when its box was made for no text.
const leastPoints = 0.5

/** @param about.title what a reader shows as the name of the file; `at`: when it is made, in ms since 1970 UTC */
export async function openDocument(about: {
  readonly title: string
  readonly at: number
  readonly language?: 'zh-CN' | 'en'
}): Promise<Document> {
  const { has, ...files } = await fonts()
  const pdf = newPdf({
    pdfVersion: '1.7',
    lang: about.language ?? 'zh-CN',
    displayTitle: true,
    info: { Title: about.title, Creator: 'Lanepay', Producer: 'Lanepay', CreationDate: new Date(about.at) },
  })
  for (const [weight, file] of Object.entries(files)) pdf.registerFont(weight, file as Buffer & string)
  const pieces: Buffer[] = []
  const ended = new Promise<void>((resolve, reject) =>
    pdf
      .on('data', (piece: Buffer) => pieces.push(piece))
      .on('end', resolve)
      .on('error', reject),
  )
  const missing = new Set<string>()
  const rectangle = ({ x, y, width, height }: Box) => pdf.rect(points(x), points(y), points(width), points(height))

  return {
    sheet({ widthMm, heightMm, bleedMm }) {
      const margin = bleedMm === undefined ? 0 : bleedMm + markMm
      pdf.addPage({ size: [points(widthMm + 2 * margin), points(heightMm + 2 * margin)], margin: 0 })
      if (bleedMm === undefined) return
      tellCut(pdf, margin, bleedMm)
      pdf.translate(points(margin), points(margin))
      for (const [x, outX] of [
        [0, -1],
        [widthMm, 1],
      ] as const)
        for (const [y, outY] of [
          [0, -1],
          [heightMm, 1],
        ] as const) {
          const from = [x + outX * bleedMm, y + outY * bleedMm] as const
          pdf.moveTo(points(from[0]), points(y)).lineTo(points(from[0] + outX * markMm), points(y))
          pdf.moveTo(points(x), points(from[1])).lineTo(points(x), points(from[1] + outY * markMm))
        }
      pdf.lineWidth(points(hairMm)).stroke(ink('black'))
    },
    text(unchecked, box, { size, weight = 'regular', colour = 'black', align = 'left', stands = 'top' }) {
      const { text, missing: without } = printable(unchecked, has)
      for (const character of without) missing.add(character)
      const [width, height] = [points(box.width), points(box.height)]
      pdf.font(weight)
      // Where a line breaks depends on the size, so all of it is measured at each. No character is wider than its size.
      const takes = (at: number): number => (at > width ? Infinity : pdf.fontSize(at).heightOfString(text, { width }))
      let fits = size
      while (takes(fits) > height && fits > leastPoints) fits *= 0.96
      const above = stands === 'middle' ? Math.max(0, (height - takes(fits)) / 2) : 0
      pdf
        .fontSize(fits)
        .fillColor(ink(colour))
        // Without a height of its own a text that ends low on the page would begin another page.
        .text(text, points(box.x), points(box.y) + above, { width, height: Infinity, align })
      return fits
    },
    fill(box, colour) {
      rectangle(box).fill(ink(colour))
    },
    frame(box, colour, lineMm) {
      rectangle(box).lineWidth(points(lineMm)).stroke(ink(colour))
    },
    code({ size, isDark }, box) {
      const side = Math.min(box.width, box.height) / size
      for (let row = 0; row < size; row++)
        for (let column = 0; column < size; column++) {
          let run = 0
          while (column + run < size && isDark(row, column + run)) run++
          if (run === 0) continue
          rectangle({ x: box.x + column * side, y: box.y + row * side, width: run * side, height: side })
          column += run
        }
      pdf.fill(ink('black'))
    },
    missing: () => [...missing],
    async finish() {
      pdf.end()
      await ended
      return Buffer.concat(pieces)
    },
  }
}

/** Tells the press where the sheet ends, and how far beyond it is printed (PDF 1.7, 14.11.2). */
function tellCut(pdf: PDFKit.PDFDocument, margin: number, bleed: number): void {
  const { width, height, dictionary } = pdf.page as typeof pdf.page & { dictionary: { data: Record<string, unknown> } }
  const inside = (millimetres: number) => {
    const edge = points(millimetres)
    return [edge, edge, width - edge, height - edge]
  }
  dictionary.data.TrimBox = inside(margin)
  dictionary.data.BleedBox = inside(margin - bleed)
}

const ink = (colour: Colour): [number, number, number, number] | string =>
  colour === 'black' ? [0, 0, 0, 100] : colour === 'white' ? [0, 0, 0, 0] : colour
