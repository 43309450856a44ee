import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { demonstration } from './demonstration.ts'
import { holds, type Office, picture, sights, startOffice, watched } from './office.ts'
import { keptLists } from './rows/kept-lists.ts'

/* The page of a shop and that of a driver who scans its code, which are no pages of the console, held to the same. */

let office: Office
before(async () => {
  office = await startOffice()
  await demonstration(office)
})
after(() => office?.close())

for (const sight of sights)
  test(`the shop's page in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
    const { cookie } = await keptLists(office)
    const { context } = await office.sits({ role: null }, sight)
    await context.addInitScript((language) => localStorage.setItem('lp-language', language), sight.language)
    const look = async (path: string, until: string, name: string) => {
      const page = await context.newPage()
      const complaints = watched(page)
      await page.goto(office.cloud.cloud.url + path)
      await page.locator(until).waitFor()
      await picture(page, name, sight)
      await holds(page, sight, name)
      assert.deepEqual(complaints, [], name)
      return page
    }
    await look('/shop/', '#sign-in:not([hidden])', 'shop-sign-in')
    await look('/shop/#link=of-nobody', '#link:not([hidden])', 'shop-link')
    const [name = '', value = ''] = cookie.split('=', 2)
    await context.addCookies([{ name, value, url: office.cloud.cloud.url, httpOnly: true, sameSite: 'Lax' }])
    const desk = await look('/shop/', '#given li', 'shop-desk')
    await desk.locator('#show-code').click()
    await desk.locator('#code-box:not([hidden])').waitFor()
    await holds(desk, sight, 'shop-code')
    const code = new URL((await desk.locator('#code').getAttribute('data-url')) ?? '')
    await look(code.pathname + code.hash, '#take:not([hidden])', 'shop-coupon')
    await context.close()
  })
