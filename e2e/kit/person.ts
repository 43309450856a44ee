import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import type { Browser, Page } from 'playwright-core'
import { houseKey, type Road } from './road.ts'

/** Somebody of this role of operator 1, signed in before a browser of its own; `init` runs in each of its pages first. */
export async function person(
  road: Road,
  browser: Browser,
  role: 'owner' | 'manager' | 'finance',
  init = '',
): Promise<Page> {
  const { cookie = '' } = await signedInAs(road.database, road.clock.now(), { role, operatorId: '1', houseKey })
  const [name = '', value = ''] = cookie.split('=', 2)
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' })
  context.setDefaultTimeout(60_000)
  await context.addCookies([{ name, value, url: road.publicUrl, httpOnly: true, sameSite: 'Lax' }])
  if (init !== '') await context.addInitScript({ content: init })
  return context.newPage()
}
