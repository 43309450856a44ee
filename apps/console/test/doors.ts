import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startStaff } from '@lanepay/cloud/staff/staff.testing.ts'
import type { BrowserContext } from 'playwright-core'
import { launchBrowser } from '../../../e2e/browser.ts'
import { buildConsole } from '../src/build.ts'
import { watched } from './office.ts'

export { faultsOf } from './office.ts'
export type Doors = Awaited<ReturnType<typeof startDoors>>

/** The console over the doors of persons alone, on a clock that a test moves, and a browser that speaks Chinese. Close it. */
export async function startDoors() {
  const built = await buildConsole(join(tmpdir(), 'lanepay-console-of-tests'))
  const [staff, browser] = await Promise.all([startStaff({ console: built }), launchBrowser()])
  const origin = await staff.server.listen({ host: '127.0.0.1', port: 0 })
  const contexts: BrowserContext[] = []
  return {
    ...{ staff, origin, url: `${origin}/console` },
    /** A fresh browser at a path of the console: its page, what it complains of, and whom it asks. */
    async opens(path: string) {
      await Promise.all(contexts.splice(0).map((context) => context.close()))
      const context = await browser.newContext({ locale: 'zh-CN', reducedMotion: 'reduce' })
      contexts.push(context)
      context.setDefaultTimeout(60_000)
      const page = await context.newPage()
      const complaints = watched(page)
      const asks: string[] = []
      page.on('request', (request) => asks.push(request.url()))
      await page.goto(`${origin}/console${path}`)
      return { page, complaints, asks }
    },
    async close() {
      await browser.close()
      await staff.close()
    },
  }
}
