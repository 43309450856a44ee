import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Box, openDocument, points } from './document.ts'
import { readPdf, textOf } from './read.testing.ts'

const at = Date.UTC(2026, 10, 29)
const a4 = { widthMm: 210, heightMm: 297 }
const page = async (draw: (document: Awaited<ReturnType<typeof openDocument>>) => void) => {
  const document = await openDocument({ title: '阳光花园', at })
  draw(document)
  const file = await document.finish()
  return { file, pages: readPdf(file), missing: document.missing() }
}

test('what was printed reads back, in both weights, where it was put', async () => {
  const { file, pages } = await page((document) => {
    document.sheet(a4)
    document.text('微信 / 支付宝', { x: 20, y: 30, width: 100, height: 20 }, { size: 24, weight: 'bold' })
    document.text('Scan to pay', { x: 20, y: 60, width: 100, height: 20 }, { size: 12 })
  })
  assert.equal(pages.length, 1)
  assert.deepEqual(
    pages[0]!.written.map(({ text, x, size }) => ({ text, x: Math.round(x), size })),
    [
      { text: '微信 / 支付宝', x: Math.round(points(20)), size: 24 },
      { text: 'Scan to pay', x: Math.round(points(20)), size: 12 },
    ],
  )
  assert.ok(file.length < 20_000, `only the characters that are used are in the file: ${file.length} bytes`)
})

test('the same content makes the same file', async () => {
  const draw = (document: Awaited<ReturnType<typeof openDocument>>) => {
    document.sheet(a4)
    document.text('出口', { x: 0, y: 0, width: 50, height: 20 }, { size: 20 })
  }
  assert.deepEqual((await page(draw)).file, (await page(draw)).file)
})

const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'阳光花园地下停车场南门出口一二三，。（）') },
  { weight: 4, arbitrary: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzMW019 -') },
  { weight: 1, arbitrary: fc.constantFrom('䶮', '🚗', '\n', '\u202e') },
)
const anyText = fc.string({ unit: character, minLength: 1, maxLength: 300 })
const anyBox: fc.Arbitrary<Box> = fc.record(
  { x: fc.nat(50), y: fc.nat(50), width: fc.integer({ min: 15, max: 150 }), height: fc.integer({ min: 6, max: 200 }) },
  { noNullPrototype: true },
)

test('a text is printed whole and stays in its box, however long it is', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, anyBox, fc.integer({ min: 6, max: 80 }), async (text, box, size) => {
      const { pages } = await page((document) => {
        document.sheet(a4)
        document.text(text, box, { size, stands: 'middle', align: 'center' })
      })
      assert.equal(pages.length, 1, 'a text begins no page')
      const bare = (words: string) => words.replace(/\s/g, '')
      const shown = [...text].map((one) => ({ 䶮: '[U+4DAE]', '🚗': '[U+1F697]', '\u202e': '[U+202E]' })[one] ?? one)
      assert.equal(bare(textOf(pages[0]!)), bare(shown.join('')))
      for (const { x, y, size: took } of pages[0]!.written) {
        assert.ok(x >= points(box.x) - 0.01 && x <= points(box.x + box.width), `begins at ${x}`)
        // A line stands on its baseline: the letters go up from there, and a quarter of their size down.
        assert.ok(y - took * 0.8 >= points(box.y) - 0.01, `${y} is above the box`)
        assert.ok(y + took * 0.2 <= points(box.y + box.height) + 0.01, `${y} is below the box`)
      }
    }),
    { numRuns: 60 },
  )
})

test('a character that the fonts do not have is said, and printed as its number', async () => {
  const { pages, missing } = await page((document) => {
    document.sheet(a4)
    document.text('张䶮 𠮷田 镕', { x: 0, y: 0, width: 100, height: 20 }, { size: 12 })
  })
  assert.deepEqual(missing, ['䶮', '𠮷'])
  assert.equal(textOf(pages[0]!), '张[U+4DAE] [U+20BB7]田 镕')
})

test('a sheet that is cut has its marks outside of what is cut off, and tells the press where', async () => {
  const { pages } = await page((document) => document.sheet({ widthMm: 100, heightMm: 60, bleedMm: 3 }))
  const [{ width, height, boxes, lines }] = pages as [(typeof pages)[0]]
  const rounded = (sides: readonly number[] | undefined) => sides?.map((side) => Math.round((side * 25.4) / 7.2) / 10)
  assert.deepEqual(
    [rounded([width, height]), rounded(boxes.TrimBox), rounded(boxes.BleedBox)],
    [
      [116, 76],
      [8, 8, 108, 68],
      [5, 5, 111, 71],
    ],
  )
  assert.equal(lines.length, 8)
  for (const [x1, y1, x2, y2] of lines) {
    const [x, y] = [Math.min(x1, x2), Math.min(y1, y2)]
    const across = y1 === y2
    assert.ok(across || Math.abs(x1 - x2) < 0.001, 'a mark is straight')
    const [cut, other] = across ? [y, [x, Math.max(x1, x2)]] : [x, [y, Math.max(y1, y2)]]
    const [edges, bleeds] = across
      ? [
          [8, 68],
          [5, 111],
        ]
      : [
          [8, 108],
          [5, 71],
        ]
    assert.ok(
      edges.some((edge) => Math.abs(cut - points(edge)) < 0.01),
      `a mark points at the edge: ${cut}`,
    )
    assert.ok(other[1]! <= points(bleeds[0]!) + 0.01 || other[0]! >= points(bleeds[1]!) - 0.01, 'and is cut off')
  }
})
