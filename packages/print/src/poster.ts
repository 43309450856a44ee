import { setImmediate } from 'node:timers/promises'
import { codeModules, quietZone } from './code.ts'
import { type Box, type Colour, type Document, openDocument, type Sheet } from './document.ts'
import { type PosterText, posterTexts } from './poster-texts.ts'

/*
 * What hangs in a lot: a code with the lot, the lane, what it is for, three steps and the wallets' names in Chinese and English,
 * and the number by which a person on the telephone can tell which code it is.
 */

export const posterSizes = {
  a4: { widthMm: 210, heightMm: 297 },
  a3: { widthMm: 297, heightMm: 420 },
  /** The usual light box at a lane. */
  lightbox: { widthMm: 600, heightMm: 900 },
  sticker: { widthMm: 100, heightMm: 100 },
} as const satisfies Record<string, Sheet>
export type PosterSize = keyof typeof posterSizes
const bleedMm = 3

export type Poster = {
  readonly kind: keyof typeof posterTexts
  readonly lot: string
  /** Null: hangs inside the lot. */
  readonly lane: string | null
  readonly url: string
  readonly checkNumber: string
  /** Whom a driver calls; null: nobody was named. */
  readonly helpPhone: string | null
}

/**
 * One PDF with a page for each poster. `marks`: printed over the edge, with marks to cut by; without, as an office printer takes it.
 * Between pages others get their turn: a lot may have hundreds of lanes.
 */
export async function printPosters(
  posters: readonly Poster[],
  how: { readonly size: PosterSize; readonly marks: boolean; readonly title: string; readonly at: number },
): Promise<{ readonly file: Buffer; readonly missing: readonly string[] }> {
  const document = await openDocument(how)
  const sheet = posterSizes[how.size]
  for (const poster of posters) {
    await setImmediate()
    document.sheet(how.marks ? { ...sheet, bleedMm } : sheet)
    if (how.size === 'sticker') drawSticker(document, poster, how.marks)
    else drawPoster(document, poster, sheet, how.marks)
  }
  return { missing: document.missing(), file: await document.finish() }
}

const colours: Readonly<Record<Poster['kind'], Colour>> = { entry: '#14663b', prepay: '#0f4c8f', exit: '#9c3412' }
const soft: Colour = '#444c55'

/** Drawn for A4 in millimetres, and larger for larger paper; what a sheet is higher than that goes around the code. */
function drawPoster(document: Document, poster: Poster, { widthMm, heightMm }: Sheet, marks: boolean): void {
  const unit = widthMm / posterSizes.a4.widthMm
  const spare = heightMm / unit - posterSizes.a4.heightMm
  const box = (x: number, y: number, width: number, height: number): Box => ({
    ...{ x: x * unit, y: y * unit, width: width * unit, height: height * unit },
  })
  const text = (what: string, at: Box, size: number, how: Partial<Parameters<Document['text']>[2]> = {}) =>
    document.text(what, at, { size: size * unit, align: 'center', stands: 'middle', ...how })
  const words: PosterText = posterTexts[poster.kind]
  band(document, poster.kind, { widthMm, heightMm: 52 * unit }, marks)
  text(poster.lot, box(12, 8, 186, 22), 40, { weight: 'bold', colour: 'white' })
  text(poster.lane ?? words.inside, box(12, 31, 186, 15), 26, { colour: 'white' })
  text(words.title, box(12, 57, 186, 20), 42, { weight: 'bold' })
  text(words.english.title, box(12, 77, 186, 11), 20, { colour: soft })
  drawCode(document, poster.url, box(50, 90 + spare / 2, 110, 110))
  text('微信支付 / 支付宝', box(12, 202 + spare * 0.75, 186, 12), 24, { weight: 'bold' })
  text('WeChat Pay / Alipay', box(12, 214 + spare * 0.75, 186, 8), 15, { colour: soft })
  words.steps.forEach((step, at) => {
    const y = 226 + at * 15 + spare
    text(String(at + 1), box(14, y, 12, 13), 24, { weight: 'bold' })
    text(step, box(28, y - 0.5, 168, 8.5), 17, { align: 'left' })
    text(words.english.steps[at]!, box(28, y + 7.5, 168, 6), 11, { align: 'left', colour: soft })
  })
  drawFoot(document, poster, box(14, 276 + spare, 182, 9), 12 * unit)
}

function drawSticker(document: Document, poster: Poster, marks: boolean): void {
  const words: PosterText = posterTexts[poster.kind]
  const text = (what: string, at: Box, size: number, how: Partial<Parameters<Document['text']>[2]> = {}) =>
    document.text(what, at, { size, stands: 'middle', ...how })
  band(document, poster.kind, { widthMm: 100, heightMm: 17 }, marks)
  text(poster.lot, { x: 4, y: 2, width: 92, height: 7.5 }, 14, { weight: 'bold', colour: 'white', align: 'center' })
  text(poster.lane ?? words.inside, { x: 4, y: 9.5, width: 92, height: 6 }, 11, { colour: 'white', align: 'center' })
  drawCode(document, poster.url, { x: 1, y: 19, width: 62, height: 62 })
  text(words.title, { x: 64, y: 20, width: 33, height: 12 }, 16, { weight: 'bold' })
  text(words.english.title, { x: 64, y: 32, width: 33, height: 7 }, 8, { colour: soft, stands: 'top' })
  words.steps.forEach((step, at) => {
    const y = 40 + at * 13.6
    text(`${at + 1} ${step}`, { x: 64, y, width: 33, height: 7 }, 8, { stands: 'top' })
    text(words.english.steps[at]!, { x: 64, y: y + 7, width: 33, height: 6 }, 6.5, { colour: soft, stands: 'top' })
  })
  text('微信支付 / 支付宝  WeChat Pay / Alipay', { x: 4, y: 82, width: 92, height: 6 }, 11, {
    weight: 'bold',
    align: 'center',
  })
  drawFoot(document, poster, { x: 4, y: 90, width: 92, height: 6 }, 8)
}

/** A band of the kind's colour across the top, over the edge where it is cut. */
function band(document: Document, kind: Poster['kind'], { widthMm, heightMm }: Sheet, marks: boolean): void {
  const over = marks ? bleedMm : 0
  document.fill({ x: -over, y: -over, width: widthMm + 2 * over, height: heightMm + over }, colours[kind])
}

/** Within `box` with its quiet zone, on a ground of its own. */
function drawCode(document: Document, url: string, box: Box): void {
  const modules = codeModules(url)
  const zone = (box.width * quietZone) / (modules.size + 2 * quietZone)
  document.fill(box, 'white')
  document.code(modules, {
    ...{ x: box.x + zone, y: box.y + zone, width: box.width - 2 * zone, height: box.height - 2 * zone },
  })
}

function drawFoot(document: Document, { checkNumber, helpPhone }: Poster, box: Box, size: number): void {
  const half = { ...box, width: box.width / 2 }
  const right = { ...half, x: box.x + half.width }
  document.text(`校验号 No. ${checkNumber}`, helpPhone === null ? box : half, { size, stands: 'middle' })
  if (helpPhone !== null) document.text(`服务电话 Call ${helpPhone}`, right, { size, stands: 'middle', align: 'right' })
}
