import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { buildConsole } from '@lanepay/app-console/build.ts'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../browser.ts'
import { type Road, startRoad } from './road.ts'

/* A lot with a driver's road and the office that runs it, for all tests of a file, and a browser to sit at. */

export let road: Road
export let browser: Browser
before(async () => {
  const built = await buildConsole(join(tmpdir(), 'lanepay-console-of-tests'))
  ;[road, browser] = await Promise.all([startRoad({ console: built }), launchBrowser()])
})
after(async () => {
  await browser?.close()
  await road?.close()
})
