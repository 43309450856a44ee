import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Enrolling, houseKey, startEnrolling } from '@lanepay/cloud/enrol/enrol.testing.ts'
import type { Channels } from '@lanepay/cloud/payment/settle.ts'
import type { Role } from '@lanepay/cloud/staff/acts.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../../../e2e/browser.ts'
import { faultsOf, watched } from '../../../e2e/kit/seen.ts'
import { type BuiltConsole, buildConsole } from '../src/build.ts'
import type { Both, Language } from '../src/kit/language.ts'

export { faultsOf, watched }

/** How a page is looked at: in which language, light or dark, how wide. */
export type Sight = {
  readonly language: Language
  readonly theme: 'light' | 'dark'
  readonly width: number
}
/** Each language, each theme and each width at least once, and both ways on a telephone. */
export const sights: readonly Sight[] = [
  { language: 'zh', theme: 'light', width: 1280 },
  { language: 'en', theme: 'dark', width: 1280 },
  { language: 'zh', theme: 'dark', width: 390 },
  { language: 'en', theme: 'light', width: 390 },
]
const nameOf = ({ language, theme, width }: Sight): string => `${language}-${theme}-${width}`

export type Office = Awaited<ReturnType<typeof startOffice>>

/** The console as the cloud serves it, over a real cloud and database, and a real browser before it. Close it. */
export async function startOffice({
  clock = systemClock,
  channels = {},
}: {
  readonly clock?: Clock
  readonly channels?: Channels
} = {}) {
  const built: BuiltConsole = await buildConsole(join(tmpdir(), 'lanepay-console-of-tests'))
  const [cloud, browser]: [Enrolling, Browser] = await Promise.all([
    startEnrolling({ clock, console: built, channels }),
    launchBrowser(),
  ])
  const contexts: BrowserContext[] = []
  const url = `${cloud.cloud.url}/console`
  return {
    ...{ cloud, browser, built, url },

    /** A browser in which somebody of this role is signed in; null: nobody is. What its pages complain about is in `complaints`. */
    async sits(
      who: Omit<Parameters<typeof signedInAs>[2], 'role'> & { readonly role: Role | null },
      sight: Sight = sights[0]!,
    ) {
      const { role, ...rest } = who
      const context = await browser.newContext({
        viewport: { width: sight.width, height: sight.width < 700 ? 844 : 900 },
        colorScheme: sight.theme,
        locale: 'zh-CN',
        timezoneId: 'Asia/Shanghai',
        reducedMotion: 'reduce',
        hasTouch: sight.width < 700,
      })
      contexts.push(context)
      context.setDefaultTimeout(60_000)
      await context.addInitScript((language) => localStorage.setItem('lanepay.language', language), sight.language)
      if (role !== null) {
        const { cookie = '' } = await signedInAs(cloud.data.database, clock.now(), { role, houseKey, ...rest })
        const [name = '', value = ''] = cookie.split('=', 2)
        await context.addCookies([{ name, value, url: cloud.cloud.url, httpOnly: true, sameSite: 'Lax' }])
      }
      const page = await context.newPage()
      const complaints = watched(page)
      return { context, page, complaints }
    },

    async close() {
      await browser.close()
      await cloud.close()
    },
  }
}

/** What a page of a language is called, in its heading. */
export const headingOf = (page: Page, title: Both<string>, language: Language) =>
  page.getByRole('heading', { level: 1, name: title[language] })

/** Until nothing on the page says that it loads, and it no longer moves. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('.lp-wait') === null)
}

/**
 * Holds what is on the screen to what every page of the console promises: read and used by everybody, nothing sideways, one heading, the
 * language of the sight, and reached by the keyboard.
 */
export async function holds(page: Page, sight: Sight, what: string): Promise<void> {
  assert.deepEqual(await faultsOf(page), [], `${what} in ${nameOf(sight)}: what axe found`)
  const { scroll, client, lang, headings } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
  }))
  assert.ok(scroll <= client, `${what} in ${nameOf(sight)} is ${scroll} wide on ${client}`)
  assert.equal(lang, sight.language === 'zh' ? 'zh-CN' : 'en', what)
  assert.equal(headings, 1, `${what} has one heading that names it`)
  if (sight.language === 'en') {
    const text = ((await page.locator('main').textContent()) ?? '').replaceAll(/[“"].*?[”"]/g, '')
    assert.doesNotMatch(text, /(?:请|的|确认|取消|没有|全部)/, `${what} speaks English in English`)
  }
}

const pictures = fileURLToPath(new URL('../../../e2e/screenshots/console', import.meta.url))
/** Keeps a picture of what is on the screen, for people: in e2e/screenshots/console, or where `LANEPAY_SCREENSHOTS` says. */
export async function picture(page: Page, name: string, sight: Sight): Promise<void> {
  const folder = process.env.LANEPAY_SCREENSHOTS ?? pictures
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}-${nameOf(sight)}.png`), fullPage: true })
}
