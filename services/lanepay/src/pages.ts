import { resolve } from 'node:path'
import { buildConsole } from '@lanepay/app-console/build.ts'
import { buildDriverPage } from '@lanepay/app-driver/build.ts'
import { otherBrowserPage } from '@lanepay/app-driver/other-browser.ts'
import type { ConsolePage } from '@lanepay/cloud/console/routes.ts'
import type { DriverPage } from '@lanepay/cloud/driver/routes.ts'

/** The driver's page, built from its sources once and kept until they change. */
export async function driverPage(home: string): Promise<DriverPage> {
  return { ...(await buildDriverPage(resolve(home, 'driver-page'))), otherBrowser: otherBrowserPage }
}

/** The console, likewise. */
export const consolePage = (home: string): Promise<ConsolePage> => buildConsole(resolve(home, 'console'))
