import { inflateSync } from 'node:zlib'

/*
 * The picture in a scanned paper. Offices scan to PDF: one page, and on it nothing but one JPEG. That JPEG is taken out as the scanner has made
 * it. Whatever else a PDF may show (text, drawings, a second picture, a stamp laid over it) cannot be left out honestly, so such a one has no
 * picture here. Of ISO 32000-1: syntax (7.3), object streams (7.5.7), the page tree (7.7.3), operators (8.4.4, 8.8, 9.3.6).
 */

/** A picture and by how much its page shows it turned, in degrees clockwise. */
export type Scan = { readonly jpeg: Uint8Array; readonly turned: 0 | 90 | 180 | 270 }

/** Bytes that all streams together may unpack to: a small file may say that it is large. */
const mostUnpacked = 8 * 1024 * 1024
const deepest = 16
const mostNodes = 64
/** A scanned page has a dozen. */
const mostObjects = 2000

type Name = `/${string}`
type Value = number | string | boolean | null | Ref | Operator | readonly Value[] | Dict
type Ref = { readonly ref: number }
type Operator = { readonly operator: string }
type Dict = ReadonlyMap<string, Value>
type Found = { readonly value: Value; readonly stream: readonly [from: number, to: number] | null }

/** It is no PDF of the kind that is read here. */
class OtherPdf extends Error {}
const other = (because: string): never => {
  throw new OtherPdf(because)
}

/** The one picture of a scanned page; null for a PDF that is anything else. Its time grows as its length does. */
export function pictureOfScan(pdf: Uint8Array): Scan | null {
  try {
    return read(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength))
  } catch (error) {
    if (error instanceof OtherPdf) return null
    throw error
  }
}

function read(pdf: Buffer): Scan {
  const objects = objectsOf(pdf)
  let unpacked = 0
  const counted = (bytes: Buffer): Buffer => {
    unpacked += bytes.length
    return unpacked > mostUnpacked ? other('unpacks to too much') : bytes
  }
  const inflate = (bytes: Uint8Array): Buffer => {
    try {
      return inflateSync(bytes, { maxOutputLength: mostUnpacked })
    } catch (error) {
      // zlib says by an exception that what was sent to us is damaged or unpacks to more than that.
      return other(`cannot be unpacked: ${(error as Error).message}`)
    }
  }
  const follow = (value: Value | undefined): Value => {
    let now = value ?? null
    for (let hops = 0; isRef(now); hops++) now = hops > deepest ? null : (objects.get(now.ref)?.value ?? null)
    return now
  }
  const dictOf = (value: Value | undefined): Dict => {
    const found = follow(value)
    return found instanceof Map ? found : other('a dictionary is missing')
  }
  const bytesOf = ({ stream }: Found): Buffer => (stream ? pdf.subarray(...stream) : other('a stream is missing'))
  const filtersOf = (dict: Dict): readonly Value[] => {
    const filter = follow(dict.get('Filter'))
    return filter === null ? [] : isList(filter) ? filter.map(follow) : [filter]
  }
  const unpack = (found: Found): Buffer => {
    const dict = dictOf(found.value)
    const [filter, ...more] = filtersOf(dict)
    if (filter === undefined) return counted(bytesOf(found))
    if (filter !== '/FlateDecode' || more.length > 0 || dict.has('DecodeParms')) return other('packed in another way')
    return counted(inflate(bytesOf(found)))
  }
  for (const found of [...objects.values()])
    if (found.value instanceof Map && found.value.get('Type') === '/ObjStm') {
      const text = unpack(found).toString('latin1')
      const [count, first] = [follow(found.value.get('N')), follow(found.value.get('First'))]
      if (typeof count !== 'number' || typeof first !== 'number') return other('a list of objects without a length')
      if (count > mostObjects) return other('too many objects')
      const [head, body] = [new Reader(text), new Reader(text, first)]
      for (let at = 0; at < count; at++) {
        const [number, offset] = [head.value(), head.value()]
        if (typeof number !== 'number' || typeof offset !== 'number') return other('a list of objects without numbers')
        // One after the other, so that nothing is read more than once.
        if (first + offset < body.at) return other('objects within each other')
        body.at = first + offset
        const value = body.value()
        if (!objects.has(number)) objects.set(number, { value, stream: null })
      }
    }

  const catalogues = [...objects.values()].filter(
    ({ value }) => value instanceof Map && value.get('Type') === '/Catalog',
  )
  const [catalogue] = catalogues
  if (catalogue === undefined || catalogues.length > 1) return other('not one catalogue')
  let nodes = 0
  const pagesOf = (value: Value | undefined, above: Dict, depth: number): readonly Dict[] => {
    if (depth > deepest || ++nodes > mostNodes) return other('a tree of pages without an end')
    const node = new Map([...above, ...dictOf(value)])
    const kids = follow(node.get('Kids'))
    if (!isList(kids)) return [node]
    const handedOn = new Map([...node].filter(([name]) => name === 'Resources' || name === 'Rotate'))
    return kids.flatMap((kid) => pagesOf(kid, handedOn, depth + 1))
  }
  const pages = pagesOf(dictOf(catalogue.value).get('Pages'), new Map(), 0)
  const [page] = pages
  if (page === undefined || pages.length > 1) return other('not one page')
  const notes = follow(page.get('Annots'))
  if (isList(notes) && notes.length > 0) return other('something is laid over the page')

  const contents = page.get('Contents')
  const parts = isList(follow(contents)) ? (follow(contents) as readonly Value[]) : [contents]
  const text = parts
    .map((part) => {
      const found = isRef(part) ? objects.get(part.ref) : undefined
      return found ? unpack(found).toString('latin1') : other('a page without contents')
    })
    .join('\n')
  const { name, matrix } = onlyPicture(text)
  const entry = dictOf(dictOf(page.get('Resources')).get('XObject')).get(name)
  const image = isRef(entry) ? objects.get(entry.ref) : undefined
  if (!image) return other('a picture that is not there')
  const dict = dictOf(image.value)
  const [filter, ...more] = filtersOf(dict)
  if (dict.get('Subtype') !== '/Image' || filter !== '/DCTDecode' || more.length > 0) return other('no JPEG')
  if (['SMask', 'Mask', 'ImageMask', 'Decode'].some((key) => dict.has(key))) return other('a picture in a mask')
  const rotate = follow(page.get('Rotate')) ?? 0
  if (typeof rotate !== 'number' || rotate % 90 !== 0) return other('turned by no quarter')
  return { jpeg: bytesOf(image), turned: ((((turnOf(matrix) + rotate) % 360) + 360) % 360) as Scan['turned'] }
}

type Matrix = readonly [number, number, number, number, number, number]
/** What changes nothing that is seen: how things would be painted, marks, and where invisible text would stand. */
const silent = new Set([
  ...['n', 'W', 'W*', 'gs', 'ri', 'i', 'w', 'J', 'j', 'M', 'd', 'g', 'G', 'rg', 'RG', 'k', 'K', 'cs', 'CS', 'sc', 'SC'],
  ...['scn', 'SCN', 'BMC', 'BDC', 'EMC', 'MP', 'DP', 're'],
  ...['BT', 'ET', 'Tf', 'Td', 'TD', 'Tm', 'T*', 'Tc', 'Tw', 'Tz', 'TL', 'Ts'],
])

/** The one picture that a page shows, and its place. A ground beneath it, and text that was recognised and is invisible, may be there. */
function onlyPicture(text: string): { readonly name: string; readonly matrix: Matrix } {
  const reader = new Reader(text)
  let matrix: Matrix = [1, 0, 0, 1, 0, 0]
  const kept: Matrix[] = []
  let invisible = false
  let seen: { readonly name: string; readonly matrix: Matrix } | null = null
  let operands: Value[] = []
  while (!reader.isAtEnd()) {
    const value = reader.value()
    if (!isOperator(value)) {
      operands.push(value)
      continue
    }
    const { operator } = value
    const [first] = operands
    if (operator === 'q') kept.push(matrix)
    else if (operator === 'Q') matrix = kept.pop() ?? matrix
    else if (operator === 'cm') matrix = times(matrixOf(operands), matrix)
    else if (operator === 'Do') {
      if (seen !== null || !isName(first)) return other('more than one picture')
      seen = { name: first.slice(1), matrix }
    } else if (operator === 'Tr') invisible = first === 3
    else if (operator === 'Tj' || operator === 'TJ') {
      if (!invisible) return other('text on the page')
    } else if (operator === 'f' || operator === 'f*') {
      if (seen !== null) return other('something painted over the picture')
    } else if (!silent.has(operator)) return other(`${operator} is drawn`)
    operands = []
  }
  return seen ?? other('no picture on the page')
}

function matrixOf(operands: readonly Value[]): Matrix {
  if (operands.length !== 6 || operands.some((one) => typeof one !== 'number')) return other('no matrix')
  return operands as unknown as Matrix
}
const times = ([a, b, c, d, e, f]: Matrix, [A, B, C, D, E, F]: Matrix): Matrix => [
  ...([a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D] as const),
  ...([e * A + f * C + E, e * B + f * D + F] as const),
]
/** Degrees clockwise by which a matrix turns a picture; one that is mirrored or stands askew is no scan. */
function turnOf([a, b, c, d]: Matrix): number {
  const small = Math.max(...[a, b, c, d].map(Math.abs)) * 0.01
  const [straight, across] = [Math.abs(b) < small && Math.abs(c) < small, Math.abs(a) < small && Math.abs(d) < small]
  if (straight && a * d > 0) return a > 0 ? 0 : 180
  if (across && b * c < 0) return b > 0 ? 270 : 90
  return other('mirrored or askew')
}

/** Every object that stands in the file by itself; of several of one number the last, as an update appends it. */
function objectsOf(pdf: Buffer): Map<number, Found> {
  const text = pdf.toString('latin1')
  const objects = new Map<number, Found>()
  const heads = /(?<!\d)(\d{1,9})[\0\t\n\f\r ]{1,4}\d{1,5}[\0\t\n\f\r ]{1,4}obj\b/g
  for (let head = heads.exec(text), tried = 0; head !== null; head = heads.exec(text), tried++) {
    if (tried > mostObjects) return other('too many objects')
    const reader = new Reader(text, heads.lastIndex)
    const value = reader.valueIfAny()
    let stream: Found['stream'] = null
    if (value instanceof Map) {
      const begins = /[\0\t\n\f\r ]{0,8}stream\r?\n/y
      begins.lastIndex = reader.at
      if (begins.test(text)) {
        const from = begins.lastIndex
        const length = value.get('Length')
        const told = typeof length === 'number' && length >= 0 ? from + length : -1
        const to =
          told >= 0 && /^\s{0,2}endstream/.test(text.slice(told, told + 11)) ? told : text.indexOf('endstream', from)
        if (to < 0) return other('a stream without an end')
        stream = [from, to]
      }
    }
    if (value !== undefined) objects.set(Number(head[1]), { value, stream })
    // What was read is not read again, also where it made no sense.
    heads.lastIndex = stream?.[1] ?? reader.at
  }
  return objects
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value)
const isRef = (value: Value | undefined): value is Ref => typeof value === 'object' && value !== null && 'ref' in value
const isOperator = (value: Value): value is Operator =>
  typeof value === 'object' && value !== null && 'operator' in value
const isName = (value: Value | undefined): value is Name => typeof value === 'string' && value.startsWith('/')

const nothing = /(?:[\0\t\n\f\r ]|%[^\r\n]*)*/y
const nameAt = /\/[^\0\t\n\f\r ()<>[\]{}/%]*/y
const numberAt = /[+-]?(?:\d+\.?\d*|\.\d+)/y
const refAt = /(\d{1,9})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![A-Za-z])/y
const wordAt = /[A-Za-z'"*0-9]+/y

/** Reads values from a place on. Strings are not kept: nothing here needs one. */
class Reader {
  readonly text: string
  at: number
  constructor(text: string, at = 0) {
    this.text = text
    this.at = at
  }

  isAtEnd(): boolean {
    this.take(nothing)
    return this.at >= this.text.length
  }

  /** The next value; undefined where there is none that can be read. */
  valueIfAny(): Value | undefined {
    try {
      return this.value()
    } catch (error) {
      if (error instanceof OtherPdf) return undefined
      throw error
    }
  }

  value(depth = 0): Value {
    if (depth > deepest) return other('too deep')
    this.take(nothing)
    const { text, at } = this
    if (text.startsWith('<<', at)) return this.dict(depth)
    switch (text[at]) {
      case '[':
        return this.list(depth)
      case '(':
        return this.string()
      case '<': {
        const end = text.indexOf('>', at)
        this.at = end < 0 ? text.length : end + 1
        return ''
      }
      case '/':
        return this.take(nameAt)![0]
    }
    const ref = this.take(refAt)
    if (ref) return { ref: Number(ref[1]) }
    const number = this.take(numberAt)
    if (number) return Number(number[0])
    const word = this.take(wordAt)?.[0]
    if (word === undefined) return other('nothing that can be read')
    return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : { operator: word }
  }

  private dict(depth: number): Dict {
    const dict = new Map<string, Value>()
    this.at += 2
    for (;;) {
      this.take(nothing)
      if (this.text.startsWith('>>', this.at)) {
        this.at += 2
        return dict
      }
      const key = this.value(depth + 1)
      if (!isName(key)) return other('a key that is no name')
      const value = this.value(depth + 1)
      dict.set(key.slice(1), isOperator(value) ? other('a word in a dictionary') : value)
    }
  }

  private list(depth: number): readonly Value[] {
    const list: Value[] = []
    this.at++
    for (;;) {
      this.take(nothing)
      if (this.text[this.at] === ']') {
        this.at++
        return list
      }
      const value = this.value(depth + 1)
      list.push(isOperator(value) ? other('a word in a list') : value)
    }
  }

  private string(): string {
    let open = 0
    for (; this.at < this.text.length; this.at++) {
      const now = this.text[this.at]
      if (now === '\\') this.at++
      else if (now === '(') open++
      else if (now === ')' && --open === 0) {
        this.at++
        return ''
      }
    }
    return other('a string without an end')
  }

  private take(what: RegExp): RegExpExecArray | null {
    what.lastIndex = this.at
    const found = what.exec(this.text)
    if (found) this.at = what.lastIndex
    return found
  }
}
