import type { PriceStep, Tariff } from '@lanepay/domain/tariff/tariff.ts'
import { priceText } from '@lanepay/domain/tariff/told/price-text.ts'
import { type Language, sayings } from '@lanepay/domain/tariff/told/words.ts'

const [width, height] = [900, 480]
const margin = { left: 90, right: 24, top: 44, bottom: 56 }

/** The price by length of stay as an SVG picture: a line that steps up, hours below, money at the side. */
export function tablePicture(tariff: Tariff, steps: readonly PriceStep[], title: string, language: Language): string {
  const priced = steps.flatMap(({ toS, fen }) => (fen === null ? [] : [{ toS, fen }]))
  const longestS = Math.max(60, ...steps.map(({ toS }) => toS))
  const dearestFen = Math.max(100, ...priced.map(({ fen }) => fen))
  const x = (seconds: number): number =>
    round(margin.left + (seconds / longestS) * (width - margin.left - margin.right))
  const y = (fen: number): number =>
    round(height - margin.bottom - (fen / dearestFen) * (height - margin.top - margin.bottom))
  const line = priced.map(({ toS, fen }, index) =>
    index === 0 ? `M${x(0)} ${y(fen)}H${x(toS)}` : `V${y(fen)}H${x(toS)}`,
  )
  const hours = ticks(longestS / 3600).map(
    (hour) =>
      `<path d="M${x(hour * 3600)} ${y(0)}v6" stroke="#444"/><text x="${x(hour * 3600)}" y="${y(0) + 22}" text-anchor="middle">${hour}</text>`,
  )
  const amounts = ticks(dearestFen / 100).map(
    (yuan) =>
      `<path d="M${margin.left} ${y(yuan * 100)}H${width - margin.right}" stroke="#ddd"/><text x="${margin.left - 8}" y="${y(yuan * 100) + 4}" text-anchor="end">${escaped(priceText(yuan * 100, tariff, language))}</text>`,
  )
  const below = `${sayings.length[language]} (h)`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin.left}" y="26" font-size="16">${escaped(title)}</text>`,
    ...amounts,
    `<path d="M${margin.left} ${y(0)}H${width - margin.right}" stroke="#444"/>`,
    ...hours,
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 12}" text-anchor="middle">${escaped(below)}</text>`,
    `<path d="${line.join('')}" fill="none" stroke="#06c" stroke-width="2.5"/>`,
    '</svg>',
  ].join('\n')
}

const round = (value: number): number => Math.round(value * 10) / 10

/** Whole numbers from 0 to the most, about ten of them, a 1, 2 or 5 of some power of ten apart. */
function ticks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 10)))
  const apart = [1, 2, 5, 10].map((n) => n * power).find((step) => most / step <= 10) ?? 10 * power
  return Array.from({ length: Math.floor(most / apart) + 1 }, (_, index) => index * apart)
}

const escaped = (told: string): string =>
  told.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
