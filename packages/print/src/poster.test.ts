import assert from 'node:assert/strict'
import test from 'node:test'
import { codePng, codeSvg } from './code.ts'
import { decodePage, decodePicture } from './decode.testing.ts'
import { points } from './document.ts'
import { type Poster, type PosterSize, posterSizes, printPosters } from './poster.ts'
import { posterTexts } from './poster-texts.ts'
import { type Painted, type ReadPage, readPdf, textOf } from './read.testing.ts'

/* What hangs is read by a decoder that is not ours; PDFs are painted from what stands in the file, not from what we meant. */

const kinds = ['entry', 'prepay', 'exit'] as const
const sizes = Object.keys(posterSizes) as PosterSize[]
const urlOf = (kind: string, of: string) => `https://pay.example.com/p/30E000580800DP1D5X5K97?${kind}${of}`
const aPoster = (kind: Poster['kind'], over: Partial<Poster> = {}): Poster => ({
  kind,
  lot: '阳光花园地下停车场',
  lane: kind === 'prepay' ? null : '南出口 2 号道',
  url: urlOf(kind, ''),
  checkNumber: '4001-3002-1-24',
  helpPhone: '0755-8888 6666',
  ...over,
})
const at = Date.UTC(2026, 10, 29)

/** Around everything black. */
function around(black: readonly Painted[]): Painted {
  const [left, top] = [Math.min(...black.map(({ x }) => x)), Math.min(...black.map(({ y }) => y))]
  const right = Math.max(...black.map(({ x, width }) => x + width))
  return { x: left, y: top, width: right - left, height: Math.max(...black.map(({ y, height }) => y + height)) - top }
}

for (const size of sizes)
  for (const marks of [true, false])
    test(`a PDF of ${size} ${marks ? 'with' : 'without'} marks: every code reads, and everything is said in both languages`, async () => {
      const posters = kinds.map((kind) => aPoster(kind, { url: urlOf(kind, size) }))
      const { file, missing } = await printPosters(posters, { size, marks, title: '阳光花园', at })
      assert.deepEqual(missing, [])
      const pages = readPdf(file)
      assert.equal(pages.length, kinds.length)
      pages.forEach((page, nth) => {
        const kind = kinds[nth]!
        assert.equal(decodePage(page), urlOf(kind, size))
        const said = textOf(page).replace(/\s/g, '')
        const { title, steps, english } = posterTexts[kind]
        const words = [
          title,
          ...steps,
          english.title,
          ...english.steps,
          '阳光花园地下停车场',
          '4001-3002-1-24',
          '0755-88886666',
        ]
        for (const word of [
          ...words,
          kind === 'prepay' ? '场内Inside' : '南出口2号道',
          '微信支付',
          '支付宝',
          'WeChatPay',
          'Alipay',
        ])
          assert.ok(said.includes(word.replace(/\s/g, '')), `${word} is not on the ${kind} page`)
        assert.equal(page.lines.length, marks ? 8 : 0)
      })
      assert.ok(file.length < 60_000, `three posters are ${file.length} bytes`)
    })

for (const size of sizes)
  test(`on ${size} the code is at least 50 mm wide, alone in its quiet zone, and no letter is too small to read`, async () => {
    const { file } = await printPosters([aPoster('exit')], { size, marks: false, title: '', at })
    const [page] = readPdf(file) as [ReadPage]
    const code = around(page.black)
    assert.ok(code.width >= points(50) && Math.abs(code.width - code.height) < 0.01, `${code.width} points`)
    const modules = Math.round(code.width / Math.min(...page.black.map(({ height }) => height)))
    const zone = (code.width / modules) * 4
    for (const { x, y, text, size: took } of page.written) {
      const beside = x >= code.x + code.width + zone || y <= code.y - zone || y - took >= code.y + code.height + zone
      assert.ok(beside || x + took * text.length <= code.x - zone, `${text} is within the quiet zone`)
      assert.ok(took >= 5.5, `${text} is printed in ${took} points`)
    }
    assert.ok(code.x >= zone && page.width - code.x - code.width >= zone)
  })

test('the longest names there may be are printed whole, and the code still reads', async () => {
  const poster = aPoster('exit', { lot: '长名停车场'.repeat(12), lane: '很长的车道名称'.repeat(6).slice(0, 40) })
  for (const size of sizes) {
    const { file } = await printPosters([poster], { size, marks: true, title: '', at })
    const [page] = readPdf(file) as [ReadPage]
    const said = textOf(page)
    assert.ok(said.includes(poster.lot) && said.includes(poster.lane!), size)
    assert.equal(decodePage(page), poster.url)
  }
})

test('what our fonts cannot print is told to whoever prints', async () => {
  const { missing } = await printPosters([aPoster('exit', { lot: '䶮城停车场' })], {
    size: 'a4',
    marks: false,
    title: '',
    at,
  })
  assert.deepEqual(missing, ['䶮'])
})

test('many posters are one file', async () => {
  const posters = Array.from({ length: 60 }, (_, lane) =>
    aPoster('exit', { lane: `${lane} 号出口`, url: urlOf('', `${lane}`) }),
  )
  const { file } = await printPosters(posters, { size: 'a4', marks: false, title: '', at })
  const read = readPdf(file).map((page) => decodePage(page))
  assert.deepEqual(
    read,
    posters.map(({ url }) => url),
  )
})

for (const pixels of [120, 300, 1000])
  test(`a PNG of ${pixels} pixels reads, and is no larger`, async () => {
    const { text, width } = await decodePicture(await codePng(urlOf('exit', ''), pixels))
    assert.equal(text, urlOf('exit', ''))
    assert.ok(width <= pixels && width > pixels / 2, `${width} pixels`)
  })

for (const kind of kinds)
  test(`an SVG of the ${kind} code reads`, async () =>
    assert.equal((await decodePicture(Buffer.from(await codeSvg(urlOf(kind, ''))), 400)).text, urlOf(kind, '')))
