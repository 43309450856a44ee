import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aBrowser, type Staff, startStaff } from '@lanepay/cloud/staff/staff.testing.ts'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../../../e2e/browser.ts'

/* The page behind a one-time link, in a real browser under its own policy: nothing inline, nothing from elsewhere. */

let staff: Staff
let browser: Browser
let url: string
before(async () => {
  staff = await startStaff()
  url = await staff.server.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
})
after(async () => {
  await browser.close()
  await staff.close()
})

describe('the page of a link', () => {
  test('sets the password, and takes the secret out of the address at once', async () => {
    const asked = { account: 'zhang.wei', name: '张伟', phone: '13800138000', role: 'reviewer', lots: 'all' } as const
    const offered = await staff.manage.open({ operatorId: null }, staff.byCommand, asked)
    assert.ok(offered.ok)
    const page = await browser.newPage()
    const [complaints, asks]: [string[], string[]] = [[], []]
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => asks.push(request.url()))
    await page.goto(`${url}/staff/link#${offered.value.link}`)
    assert.equal(page.url(), `${url}/staff/link`)
    const say = async (password: string, again = password) => {
      await page.fill('#password', password)
      await page.fill('#again', again)
      await page.click('button')
    }
    const says = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()
    await say(staff.password, 'something else')
    await says('not the same')
    await say('password2026')
    await says('Too many people')
    await say(staff.password)
    await says('Set, for the account zhang.wei')
    assert.deepEqual(
      complaints.filter((text) => !text.includes('400 (Bad Request)')), // of the common password
      [],
    )
    assert.ok(asks.every((ask) => ask.startsWith(url) && !ask.includes(offered.value.link)))
    await page.close()
    const signedIn = aBrowser(staff.server)
    const answer = await signedIn.post('/api/staff/sign-in', { account: 'zhang.wei', password: staff.password })
    assert.equal(answer.status, 200)
    assert.equal((await signedIn.get('/api/me')).json.role, 'reviewer')
  })

  test('says of a link that does not work that it does not', async () => {
    const page = await browser.newPage()
    await page.goto(`${url}/staff/link#nothing`)
    await page.fill('#password', staff.password)
    await page.fill('#again', staff.password)
    await page.click('button')
    await page.getByRole('status').filter({ hasText: 'does not work' }).waitFor()
    await page.close()
  })

  test('is set in a frame of no page, and has nothing inline', async () => {
    const { headers, text } = await fetch(`${url}/staff/link`).then(async (one) => ({
      ...{ headers: one.headers, text: await one.text() },
    }))
    assert.match(
      headers.get('content-security-policy') ?? '',
      /default-src 'none'; script-src 'self'; style-src 'self'/,
    )
    assert.doesNotMatch(headers.get('content-security-policy') ?? '', /unsafe-inline|unsafe-eval/)
    assert.doesNotMatch(text, /<script(?![^>]*src=)|<style|style="|\son\w+=/)
  })
})
