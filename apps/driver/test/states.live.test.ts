import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, afterEach, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { otherBrowserPage } from '../src/other-browser.ts'
import { changeStates } from './change-states.ts'
import { type PhoneBrowser, phoneBrowser } from './phone-browser.ts'
import { states } from './states.ts'

/*
 * How every state looks and feels, whatever it is about: no violation that axe knows of, targets a thumb can hit, nothing
 * beyond the edge of the narrowest phone, in both languages, light and dark, with ordinary and with enlarged text.
 */
let phones: PhoneBrowser
before(async () => {
  phones = await phoneBrowser()
})
after(() => phones.close())
afterEach(() => phones.forgetPhones())

/** Neither says its types in a way a module can import. */
const require = createRequire(import.meta.url)
type Pixels = { readonly data: Buffer; readonly width: number; readonly height: number }
const { PNG } = require('pngjs') as { PNG: { sync: { read: (png: Buffer) => Pixels } } }
const jsQR = require('jsqr') as (data: Uint8ClampedArray, width: number, height: number) => { data: string } | null

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
declare global {
  interface Window {
    axe: { run: (within: Document, options: object) => Promise<AxeResults> }
  }
}

async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

/** Everything that can be tapped and is smaller than a thumb. */
const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, a, input, [role=button]')].flatMap((target) => {
      const { width, height } = target.getBoundingClientRect()
      return width >= 48 && height >= 48 ? [] : [`${target.outerHTML.slice(0, 80)} ${width}x${height}`]
    }),
  )

/** What is wider than the screen, or cut off. */
const beyondTheEdge = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wide = [...document.querySelectorAll('main *, header *')].filter((element) => {
      const { right, left, width } = element.getBoundingClientRect()
      return width > 1 && !element.closest('svg, .heard') && (right > innerWidth + 0.5 || left < -0.5)
    })
    return [
      ...wide.map((element) => element.outerHTML.slice(0, 80)),
      ...(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []),
    ]
  })

/** English words that go on in the next line, and telephone numbers; Chinese may break anywhere, payment numbers must. */
const brokenWords = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const broken: string[] = []
    const texts = document.createTreeWalker(document.querySelector('main')!, NodeFilter.SHOW_TEXT)
    const range = document.createRange()
    while (texts.nextNode()) {
      const { currentNode: text } = texts
      if (text.parentElement!.closest('.number, .heard')) continue
      for (const { 0: word, index } of text.textContent!.matchAll(/[A-Za-z]+|[\d¥.·-]+/g)) {
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom)))
        if (lines.size > 1) broken.push(word)
      }
    }
    return broken
  })

const turnLanguage = (page: Page) => page.locator('button.language').click()

for (const { name, page: which, query = '', story, act, shows } of [...states, ...changeStates])
  test(`${name}: readable, reachable, for everybody`, async () => {
    const url = which === 'change' ? phones.changeUrl : which === 'cards' ? `${phones.url}/card` : phones.url
    const page = await phones.scans(story, { width: 320, height: 568, url: `${url}${query}` })
    await act?.(page)
    await page.getByText(shows).and(page.locator(':not(.heard)')).first().waitFor()

    await page.emulateMedia({ colorScheme: 'light' })
    assert.deepEqual(await violations(page), [], 'light, Chinese')
    assert.deepEqual(await smallTargets(page), [])
    assert.deepEqual(await beyondTheEdge(page), [])
    assert.notEqual(
      (await page.locator('[role=status]').first().textContent())?.trim(),
      '',
      'somebody who only hears it',
    )

    await turnLanguage(page)
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator('html[lang=en]').waitFor()
    assert.deepEqual(await violations(page), [], 'dark, English')
    assert.deepEqual(await smallTargets(page), [])
    assert.deepEqual(await beyondTheEdge(page), [])

    for (const size of ['130%', '200%']) {
      await page.evaluate((text) => {
        document.documentElement.style.fontSize = text
      }, size)
      assert.deepEqual(await beyondTheEdge(page), [], `text at ${size}`)
      assert.deepEqual(await brokenWords(page), [], `text at ${size}`)
    }
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0, 'nothing moves for who asked for that')
  })

for (const [of, about, wallets, not] of [
  ['a code', {}, ['微信', '支付宝', 'WeChat', 'Alipay'], ['找零']],
  ['cash change', { takes: 'change' }, ['微信', 'WeChat', '找零'], ['支付宝', 'Alipay']],
] as const)
  test(`a browser that is no wallet is told which apps work for ${of}, with the same code to scan`, async () => {
    const url = 'https://pay.example.com/p/0123456789ABCDEFGHJKMN'
    const context = await phones.browser.newContext({ viewport: { width: 320, height: 900 }, deviceScaleFactor: 2 })
    try {
      const page = await context.newPage()
      const lotName = '阳光花园 <i>"东"</i> & 西'
      await page.setContent(otherBrowserPage({ lotName, url, ...about }))
      for (const words of [...wallets, lotName]) await page.getByText(words).first().waitFor()
      for (const words of not) assert.equal(await page.getByText(words).count(), 0, words)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        assert.deepEqual(await violations(page), [], colorScheme)
        const { data, width, height } = PNG.sync.read(await page.locator('figure').screenshot())
        assert.equal(jsQR(new Uint8ClampedArray(data), width, height)?.data, url, `the code in ${colorScheme}`)
      }
      assert.deepEqual(await smallTargets(page), [])
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320)
      assert.equal(await page.locator('script').count(), 0)
    } finally {
      await context.close()
    }
  })
