/*
 * Input as no honest device sends it, made from what honest devices send: broken, cut, spliced, repeated, nested, lengthened, with
 * lengths and numbers that are lies. The same seed makes the same inputs.
 */
export type Random = () => number

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function repeatable(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const below = (random: Random, limit: number): number => Math.floor(random() * limit)
const oneOf = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)]!

/** Most are short; one in a hundred is of some ten thousand, one in two thousand of a million. */
function anyLength(random: Random, most: number): number {
  const kind = random()
  const limit = kind < 0.8 ? 64 : kind < 0.99 ? 4_096 : kind < 0.9995 ? 65_536 : 1_048_576
  return 1 + below(random, Math.min(limit, most))
}

/** Bytes that mean something to some reader, as Latin-1 text. */
const signs: readonly string[] = [
  // Text that ends within a character, or is none, in UTF-8 and in GBK; marks and controls.
  ...[
    '\0',
    '\xff',
    '\xff\xfe',
    '\xef\xbb\xbf',
    '\xe4\xb8',
    '\xc0\x80',
    '\xed\xa0\x80',
    '\x81',
    '\xfe\x39',
    '\x1b[2J',
    ' ',
    '\n',
  ],
  // JSON.
  ...['"', '\\', '\\u0000', '\\ud800', '{', '}', '[', ']', 'null', 'true', '{}', '[]', '""', '[{}]'],
  // XML.
  ...[
    '<',
    '>',
    '</',
    '/>',
    '&',
    '&amp;',
    '&#0;',
    '&#x110000;',
    '&lol;',
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<![CDATA[',
    ']]>',
  ],
  ...['<!--', '-->', '<?', '?>', "<a b='", ' a="b"', '<EventNotificationAlert>', '</EventNotificationAlert>'],
  // Multipart and other heads.
  ...['\r\n', '\r\n\r\n', '\n\n', '--boundary', '\r\n--boundary\r\n', '--boundary--', '\xff\xd8'],
  ...[
    'Content-Length: 99999999\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 0\r\n',
    'Content-Type: image/jpeg\r\n',
  ],
  ...[
    'content-disposition: form-data; name=',
    '; name="',
    'filename="',
    ';boundary=',
    'Digest ',
    'nonce="',
    'qop=auth',
    ',',
  ],
  // Forms.
  ...['=', '&', '%', '%00', '%E4%B8', '%zz', '+', '.', '-', '_'],
  // Frames.
  ...[
    'VZ',
    'VZ\0\0\0\0\0\0',
    'VZ\x01\0\xff\xff\xff\xff',
    'IR\x01\0\0\0\0\xa8',
    'IR\x02\0\xff\xff\xff\xff',
    '\0\x64\xff\xff\x62\xff',
    '\xaa\x55',
    '\xca\xac',
  ],
  // Names that every object has.
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'],
]
const numbers: readonly string[] = [
  ...[
    '0',
    '-0',
    '-1',
    '1',
    '2',
    '100',
    '101',
    '255',
    '256',
    '65535',
    '65536',
    '2147483648',
    '4294967295',
    '4294967296',
  ],
  ...[
    '8640000000000',
    '9007199254740991',
    '9007199254740992',
    '99999999999999999999',
    '1e309',
    '1e-400',
    '0.5',
    'NaN',
    '0x10',
  ],
  '\xef\xbc\x91', // a full-width 1
]

const nests: readonly (readonly [open: string, close: string])[] = [
  ['[', ']'],
  ['{"a":', '}'],
  ['<a>', '</a>'],
  ['<a b="c">', ''],
  ['[', ''],
  ['(', ')'],
]
function nested(random: Random, most: number): string {
  const [open, close] = oneOf(random, nests)
  // What recurses without a limit gives up at some ten thousand.
  const length = random() < 0.1 ? Math.min(most, 65_536) : anyLength(random, most)
  const depth = Math.max(1, Math.floor(length / (open.length + close.length)))
  return open.repeat(depth) + (close === '' ? '' : '1') + close.repeat(depth)
}

/** What a value may be replaced by. */
function anyValue(random: Random, most: number): string {
  const kind = random()
  if (kind < 0.35) return oneOf(random, numbers)
  if (kind < 0.7) return oneOf(random, signs)
  if (kind < 0.8) return `"${oneOf(random, signs)}"`
  if (kind < 0.9) return nested(random, most)
  return repeated(oneOf(random, signs), anyLength(random, most))
}
const repeated = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length))

type Cut = readonly [from: number, to: number]
const anyCut = (random: Random, text: string): Cut => {
  const from = below(random, text.length + 1)
  return [from, Math.min(text.length, from + anyLength(random, text.length))]
}
const replaced = (text: string, [from, to]: Cut, by: string): string => text.slice(0, from) + by + text.slice(to)

const fences: readonly (readonly [open: string, close: string])[] = [
  ['": "', '"'],
  ['":"', '"'],
  ['": ', '\n'],
  ['":', ','],
  ['":', '}'],
  ['>', '<'],
  ['<', '>'],
  ['="', '"'],
  ['=', '&'],
  [': ', '\r\n'],
  ['\r\n\r\n', '\r\n'],
]
/** Where a value stands, in whatever the text is written; null where none is found. */
function anyField(random: Random, text: string): Cut | null {
  const [open, close] = oneOf(random, fences)
  const start = text.indexOf(open, below(random, text.length))
  if (start < 0) return null
  const end = text.indexOf(close, start + open.length)
  return end < 0 ? null : [start + open.length, end]
}

type Harm = (text: string, random: Random, given: Given) => string
type Given = { readonly samples: readonly string[]; readonly most: number }

const bigEndian = (value: number): string => Buffer.from(Uint32Array.of(value).buffer).swap32().toString('latin1')

const otherValue: Harm = (text, random, { most }) => {
  const at = anyField(random, text)
  return at ? replaced(text, at, anyValue(random, most)) : text
}

const harms: readonly Harm[] = [
  // The one that gets furthest comes up most.
  ...[otherValue, otherValue, otherValue, otherValue, otherValue],
  function fieldTwice(text, random) {
    const at = anyField(random, text)
    return at ? replaced(text, [at[1], at[1]], text.slice(...at)) : text
  },
  function number(text, random) {
    const from = below(random, text.length + 1)
    const digits = /-?\d+/g
    digits.lastIndex = from
    const found = digits.exec(text)
    return found ? replaced(text, [found.index, digits.lastIndex], oneOf(random, numbers)) : text
  },
  function oneByte(text, random) {
    const at = below(random, text.length + 1)
    return replaced(text, [at, at + 1], String.fromCharCode(below(random, 256)))
  },
  function oneBit(text, random) {
    const at = below(random, Math.max(1, text.length))
    const byte = (text.charCodeAt(at) || 0) ^ (1 << below(random, 8))
    return replaced(text, [at, at + 1], String.fromCharCode(byte))
  },
  function sign(text, random) {
    const at = below(random, text.length + 1)
    return replaced(text, [at, at], oneOf(random, signs))
  },
  function lengthInHead(text, random) {
    const at = below(random, Math.min(16, text.length + 1))
    const lie = oneOf(random, [0, 1, 0x7f, 0xff, 0xffff, 0x100000, 0x100001, 0x7fffffff, 0xffffffff, text.length])
    return replaced(text, [at, at + 4], bigEndian(lie))
  },
  (text, random) => text.slice(0, below(random, text.length + 1)),
  (text, random) => text.slice(below(random, text.length + 1)),
  (text, random) => replaced(text, anyCut(random, text), ''),
  function lengthened(text, random, { most }) {
    const at = below(random, text.length + 1)
    return replaced(text, [at, at], repeated(oneOf(random, signs), anyLength(random, most)))
  },
  function deeper(text, random, { most }) {
    const at = below(random, text.length + 1)
    return replaced(text, [at, at], nested(random, most))
  },
  function saidAgain(text, random, { most }) {
    const cut = anyCut(random, text)
    const piece = text.slice(...cut)
    return piece === '' ? text : replaced(text, cut, repeated(piece, anyLength(random, most)))
  },
  function spliced(text, random, { samples }) {
    const other = oneOf(random, samples)
    return text.slice(0, below(random, text.length + 1)) + other.slice(below(random, other.length + 1))
  },
  function noise(text, random) {
    const [from, to] = anyCut(random, text)
    const bytes = Array.from({ length: Math.min(256, to - from) }, () => below(random, 256))
    return replaced(text, [from, to], String.fromCharCode(...bytes))
  },
]

/** One input, of at most about this many bytes, made from one of the samples by one to six harms; now and then by none. */
export function hostileFrom(samples: readonly Buffer[], random: Random, most = 1_048_576): Buffer {
  const texts = samples.map((sample) => sample.toString('latin1'))
  let text = oneOf(random, texts)
  const harmed = below(random, 40) === 0 ? 0 : 1 + below(random, 1 + below(random, 6))
  for (let i = 0; i < harmed; i += 1) text = oneOf(random, harms)(text, random, { samples: texts, most })
  return Buffer.from(text.slice(0, most), 'latin1')
}

/** The same bytes in pieces, cut anywhere; now and then each byte alone. */
export function piecesOf(bytes: Buffer, random: Random): readonly Buffer[] {
  const kind = random()
  if (kind < 0.4) return [bytes]
  const most = kind < 0.5 && bytes.length <= 4_096 ? 1 : Math.max(16, Math.ceil(bytes.length / 8))
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const next = Math.min(bytes.length, at + 1 + below(random, most))
    pieces.push(bytes.subarray(at, next))
    at = next
  }
  return pieces
}
