import QRCode from 'qrcode'
import type { Modules } from './document.ts'

/*
 * A text as a QR code, for paper, for pages and for screens. Level Q: a quarter of a code on a wall may be scratched, dirty or
 * behind a reflection, and it still reads.
 */
const level = { errorCorrectionLevel: 'Q' } as const
/** Left light around a code, in modules: readers need it to find the code (ISO/IEC 18004, 6.3.8). */
export const quietZone = 4

/** As squares to draw, without its quiet zone. */
export function codeModules(text: string): Modules {
  const { modules } = QRCode.create(text, level)
  return { size: modules.size, isDark: (row, column) => modules.get(row, column) !== 0 }
}

/** As a picture of about so many pixels a side: whole pixels for each module, so that edges are sharp. */
export function codePng(text: string, pixels: number): Promise<Buffer> {
  const across = codeModules(text).size + 2 * quietZone
  return QRCode.toBuffer(text, { ...level, margin: quietZone, scale: Math.max(1, Math.floor(pixels / across)) })
}

/** As a drawing of any size, its quiet zone included. */
export const codeSvg = (text: string): Promise<string> =>
  QRCode.toString(text, { ...level, type: 'svg', margin: quietZone })
