import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'

/*
 * Reads our PDFs back, for tests: the pages, what is written where, and what is painted. It knows the operators that we use
 * and stops at any other, so that nothing is passed over.
 */

export type Written = { readonly text: string; readonly x: number; readonly y: number; readonly size: number }
/** In points from the upper left corner of the page. */
export type Painted = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type ReadPage = {
  readonly width: number
  readonly height: number
  /** By name, as they stand in the page; in points from the lower left corner. */
  readonly boxes: Readonly<Record<string, readonly number[]>>
  readonly written: readonly Written[]
  /** Everything filled with black ink, each rectangle of it. */
  readonly black: readonly Painted[]
  /** Lines that are drawn: from where to where. */
  readonly lines: readonly (readonly [number, number, number, number])[]
}

type Objects = ReadonlyMap<number, { readonly dictionary: string; readonly stream: Buffer | null }>

export function readPdf(file: Buffer): readonly ReadPage[] {
  const objects = objectsOf(file)
  const root = [...objects.values()].find(({ dictionary }) => /\/Type \/Pages\b/.test(dictionary))
  assert(root, 'a file has pages')
  const kids = /\/Kids \[([^\]]*)\]/.exec(root.dictionary)![1]!
  return [...kids.matchAll(/(\d+) 0 R/g)].map(([, number]) => pageOf(objects, objects.get(Number(number))!.dictionary))
}

/** All that is written on a page, piece after piece. */
export const textOf = (page: ReadPage): string => page.written.map(({ text }) => text).join('')

function objectsOf(file: Buffer): Objects {
  const text = file.toString('latin1')
  const objects = new Map<number, { dictionary: string; stream: Buffer | null }>()
  for (const found of text.matchAll(/(?:^|\n)(\d+) 0 obj\n/g)) {
    const from = found.index + found[0].length
    const end = text.indexOf('\nendobj', from)
    const body = text.slice(from, end)
    const at = body.indexOf('\nstream\n')
    const dictionary = at < 0 ? body : body.slice(0, at)
    const length = at < 0 ? 0 : Number(/\/Length (\d+)/.exec(dictionary)![1])
    const raw = file.subarray(from + at + 8, from + at + 8 + length)
    const stream = at < 0 ? null : /\/FlateDecode/.test(dictionary) ? inflateSync(raw) : raw
    objects.set(Number(found[1]), { dictionary, stream })
  }
  return objects
}

type Matrix = readonly [number, number, number, number, number, number]
const times = (a: Matrix, b: Matrix): Matrix => [
  a[0] * b[0] + a[1] * b[2],
  a[0] * b[1] + a[1] * b[3],
  a[2] * b[0] + a[3] * b[2],
  a[2] * b[1] + a[3] * b[3],
  a[4] * b[0] + a[5] * b[2] + b[4],
  a[4] * b[1] + a[5] * b[3] + b[5],
]

function pageOf(objects: Objects, dictionary: string): ReadPage {
  const reference = (key: string, within = dictionary) =>
    objects.get(Number(new RegExp(`/${key} (\\d+) 0 R`).exec(within)![1]))!
  const boxes = Object.fromEntries(
    [...dictionary.matchAll(/\/(\w+Box) \[([^\]]*)\]/g)].map(([, name, sides]) => [
      name!,
      sides!.trim().split(/\s+/).map(Number),
    ]),
  )
  const [, , width, height] = boxes.MediaBox as [number, number, number, number]
  const resources = reference('Resources').dictionary
  const fonts = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, number]) => [
      name!,
      unicodeOf(reference('ToUnicode', objects.get(Number(number))!.dictionary).stream!.toString('latin1')),
    ]),
  )
  const written: Written[] = []
  const black: Painted[] = []
  const lines: [number, number, number, number][] = []

  let matrix: Matrix = [1, 0, 0, 1, 0, 0]
  let line: Matrix = matrix
  let font = new Map<string, string>()
  let size = 0
  let isBlack = false
  let space = ''
  let from: [number, number] = [0, 0]
  let path: Painted[] = []
  let drawn: [number, number, number, number][] = []
  const kept: { matrix: Matrix; isBlack: boolean; space: string }[] = []
  const place = (x: number, y: number): [number, number] => {
    const [, , , , atX, atY] = times([1, 0, 0, 1, x, y], matrix)
    return [atX, height - atY]
  }
  const operands: string[] = []
  const content = reference('Contents').stream!.toString('latin1')
  for (const [token] of content.matchAll(/\[[^\]]*\]|<[0-9a-fA-F]*>|\/[^\s/[\]<>()]+|[^\s[\]<>/()]+/g)) {
    if (/^[[<(/]|^[-+.\d]/.test(token)) {
      operands.push(token)
      continue
    }
    const values = operands.splice(0)
    const numbers = values.map(Number)
    switch (token) {
      case 'q':
        kept.push({ matrix, isBlack, space })
        break
      case 'Q': {
        const back = kept.pop()!
        matrix = back.matrix
        isBlack = back.isBlack
        space = back.space
        break
      }
      case 'cm':
        matrix = times(numbers as unknown as Matrix, matrix)
        break
      case 'BT':
        line = [1, 0, 0, 1, 0, 0]
        break
      case 'Tm':
        line = numbers as unknown as Matrix
        break
      case 'Tf':
        font = fonts.get(values[0]!.slice(1))!
        size = numbers[1]!
        break
      case 'TJ': {
        const [x, y] = place(line[4], line[5])
        written.push({ text: charactersIn(values[0]!, font), x, y, size })
        break
      }
      case 'cs':
        space = values[0]!
        break
      case 'scn':
        isBlack = space === '/DeviceCMYK' && numbers.join(' ') === '0 0 0 1'
        break
      case 're': {
        const [x, y, w, h] = numbers as [number, number, number, number]
        const [a, b] = [place(x, y), place(x + w, y + h)]
        path.push({
          x: Math.min(a[0], b[0]),
          y: Math.min(a[1], b[1]),
          width: Math.abs(b[0] - a[0]),
          height: Math.abs(b[1] - a[1]),
        })
        break
      }
      case 'm':
        from = place(numbers[0]!, numbers[1]!)
        break
      case 'l': {
        const to = place(numbers[0]!, numbers[1]!)
        drawn.push([...from, ...to])
        from = to
        break
      }
      case 'f':
        if (isBlack) black.push(...path)
        path = []
        break
      case 'S':
        lines.push(...drawn)
        drawn = []
        path = []
        break
      case 'ET':
      case 'w':
      case 'Tr':
      case 'Tw':
      case 'Tc':
      case 'CS':
      case 'SCN':
        break
      default:
        assert.fail(`the page has an operator ${token} that its reader does not know`)
    }
  }
  return { width, height, boxes, written, black, lines }
}

const charactersIn = (shown: string, font: ReadonlyMap<string, string>): string =>
  [...shown.matchAll(/<([0-9a-fA-F]*)>/g)]
    .flatMap(([, hex]) => hex!.match(/.{4}/g) ?? [])
    .map((glyph) => font.get(glyph.toLowerCase()) ?? '\ufffd')
    .join('')

/** What the glyphs of a font mean, as the font itself says: without it nobody could search or copy the text. */
function unicodeOf(map: string): Map<string, string> {
  const meaning = new Map<string, string>()
  for (const [, ranges] of map.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g))
    for (const [, first, , list] of ranges!.matchAll(/<([0-9a-f]+)>\s*<([0-9a-f]+)>\s*\[([^\]]*)\]/gi)) {
      let glyph = Number.parseInt(first!, 16)
      for (const [, hex] of list!.matchAll(/<([0-9a-f ]*)>/gi)) {
        const text = Buffer.from(hex!.replaceAll(' ', ''), 'hex').swap16().toString('utf16le')
        meaning.set((glyph++).toString(16).padStart(4, '0'), text)
      }
    }
  return meaning
}
