import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Malformed } from './malformed.ts'
import { boundaryIn, MultipartReader, type Part } from './multipart.ts'

const read = (body: string | Buffer, options: Partial<ConstructorParameters<typeof MultipartReader>[0]> = {}) => {
  const reader = new MultipartReader({ boundary: 'boundary', ...options })
  return [...reader.feed(Buffer.from(body as string, 'latin1')), ...reader.end()]
}
const contents = (parts: readonly Part[]): readonly string[] => parts.map(({ content }) => content.toString('latin1'))

const bodies: readonly (readonly [what: string, body: string, contents: readonly string[]])[] = [
  ['CRLF', '--boundary\r\nA: b\r\n\r\none\r\n--boundary\r\n\r\ntwo\r\n--boundary--\r\n', ['one', 'two']],
  ['LF', '--boundary\nA: b\n\none\n--boundary\n\ntwo\n--boundary--\n', ['one', 'two']],
  ['nothing behind the last boundary', '--boundary\r\n\r\none\r\n--boundary--', ['one']],
  [
    'a length is believed',
    '--boundary\r\nContent-Length: 12\r\n\r\n\n--boundary\n\r\n--boundary--',
    ['\n--boundary\n'],
  ],
  [
    'a length without a line end behind it',
    '--boundary\nContent-Length: 3\n\none--boundary\n\ntwo\n--boundary--',
    ['one', 'two'],
  ],
  ['nothing in a part with length', '--boundary\r\nContent-Length: 0\r\n\r\n\r\n--boundary--', ['']],
  ['nothing in a part without', '--boundary\r\nA: b\r\n\r\n\r\n--boundary\r\nA: b\r\n\r\n--boundary--', ['', '']],
  ['another boundary that begins alike', '--boundary\n\n--boundaryx\n--boundary--', ['--boundaryx']],
  ['the boundary within a line', '--boundary\n\none --boundary\n--boundary--', ['one --boundary']],
  ['white space behind the boundary', '--boundary \t\r\n\r\none\r\n--boundary-- \r\n', ['one']],
  ['one stream after the other', '--boundary\n\none\n--boundary--\n--boundary\n\ntwo\n--boundary--\n', ['one', 'two']],
  ['a part that was not finished', '--boundary\n\none\n--boundary\n\ntwo', ['one']],
]
for (const [what, body, expected] of bodies)
  test(`taken apart: ${what}`, () => assert.deepEqual(contents(read(body)), expected))

test('the head by lower-case names', () => {
  const [part] = read('--boundary\r\nContent-Type: application/xml; charset="UTF-8"\r\nX:y\r\n\r\n\r\n--boundary--')
  assert.deepEqual(Object.fromEntries(part!.head), { 'content-type': 'application/xml; charset="UTF-8"', x: 'y' })
})

const malformed: readonly (readonly [what: string, body: string])[] = [
  ['a length that is none', '--boundary\nContent-Length: -1\n\n'],
  ['a length beyond all measure', '--boundary\nContent-Length: 101\n\n'],
  ['a part without end', `--boundary\n\n${'x'.repeat(101)}`],
  ['a head that is none', '--boundary\nhead\n\n'],
  ['a head without end', `--boundary\n${'A: b\n'.repeat(2_000)}`],
  ['no boundary in sight', 'x'.repeat(101)],
]
for (const [what, body] of malformed)
  test(`refused: ${what}`, () => assert.throws(() => read(body, { most: 100 }), Malformed))

test('what is between parts is told', () => {
  let junk = 0
  const onJunk = () => {
    junk += 1
  }
  assert.deepEqual(contents(read('\r\n--boundary\n\none\n--boundary--\n\r\n', { onJunk })), ['one'])
  assert.equal(junk, 0)
  assert.deepEqual(
    contents(read('junk\n--boundary\nContent-Length: 3\n\nonejunk\n--boundary\n\ntwo\n--boundary--', { onJunk })),
    ['one', 'two'],
  )
  assert.equal(junk, 2)
})

test('a part that shows its own end is whole before the next boundary', () => {
  const reader = new MultipartReader({
    boundary: 'boundary',
    endsAt: (content) => (content.includes('.') ? content.indexOf('.') + 1 : null),
  })
  assert.deepEqual(contents(reader.feed(Buffer.from('--boundary\n\non'))), [])
  assert.deepEqual(contents(reader.feed(Buffer.from('e.\r\n'))), ['one.'])
  assert.deepEqual(contents(reader.feed(Buffer.from('--boundary\n\ntwo\n--boundary--\n'))), ['two'])
})

const lineEnd = fc.constantFrom('\r\n', '\n')
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array)),
  fc
    .string({ unit: fc.constantFrom('\r', '\n', '--boundary', '-', 'x'), maxLength: 12 })
    .map((text) => Buffer.from(text)),
)
const counted = fc.tuple(bytes, lineEnd).map(([content, eol]) => ({
  content,
  wire: Buffer.concat([
    Buffer.from(`--boundary${eol}Content-Length: ${content.length}${eol}${eol}`),
    content,
    Buffer.from(eol),
  ]),
}))
const uncounted = fc.tuple(fc.stringMatching(/^[a-z<>/ ]{0,40}$/), lineEnd).map(([text, eol]) => ({
  content: Buffer.from(text),
  wire: Buffer.from(`--boundary${eol}Content-Type: application/xml${eol}${eol}${text}${eol}`),
}))

test('law: cut anywhere, the parts are the same, whatever the pictures hold', () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(counted, uncounted), { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (parts, cuts) => {
        const body = Buffer.concat([...parts.map(({ wire }) => wire), Buffer.from('--boundary--\r\n')])
        const at = [0, ...cuts.map((cut) => cut % (body.length + 1)), body.length].toSorted((a, b) => a - b)
        const reader = new MultipartReader({ boundary: 'boundary', onJunk: () => assert.fail('junk') })
        const read = at.slice(1).flatMap((to, i) => reader.feed(body.subarray(at[i], to)))
        assert.deepEqual(
          read.map(({ content }) => content),
          parts.map(({ content }) => content),
        )
      },
    ),
  ))

const types: readonly (readonly [contentType: string, boundary: string | null])[] = [
  ['multipart/mixed; boundary=boundary', 'boundary'],
  ['multipart/form-data; charset=utf-8; boundary="a b"', 'a b'],
  ['multipart/mixed;boundary=MIME_boundary; x=y', 'MIME_boundary'],
  ['multipart/mixed', null],
]
for (const [contentType, boundary] of types)
  test(`the boundary in ${contentType}`, () => assert.equal(boundaryIn(contentType), boundary))
