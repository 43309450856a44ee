import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { hmacSha1 } from '@lanepay/cloud/staff/factor.ts'
import { aBrowser, type Staff, startStaff } from '@lanepay/cloud/staff/staff.testing.ts'
import { parseTotpSecret, totpCode, totpStep } from '@lanepay/domain/totp.ts'
import axe from 'axe-core'
import jsqr from 'jsqr'
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

  test('leads to the account, where an authenticator is set up and asked for from then on', async () => {
    const { account } = await staff.person()
    const page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    const signIn = async (code = '') => {
      await page.fill('#account', account)
      await page.fill('#password', staff.password)
      await page.fill('#code', code)
      await page.click('#sign-in button')
    }
    await page.goto(`${url}/staff/account`)
    await signIn()
    await page.fill('#again', staff.password)
    await page.click('#begin button')
    const qr = page.locator('#qr[src^="data:image/svg+xml"]')
    await qr.waitFor()
    const pixels = (await page.evaluate(`(async () => {
      const picture = document.querySelector('#qr')
      await picture.decode()
      const pen = Object.assign(document.createElement('canvas'), { width: 400, height: 400 }).getContext('2d')
      pen.drawImage(picture, 0, 0, 400, 400)
      return [...pen.getImageData(0, 0, 400, 400).data]
    })()`)) as number[]
    const read = jsqr.default(new Uint8ClampedArray(pixels), 400, 400)?.data
    const typed = await page.locator('#secret').textContent()
    assert.equal(read, `otpauth://totp/Lanepay:${account}?secret=${typed}&issuer=Lanepay`)
    const secret = parseTotpSecret(typed ?? '')
    assert.ok(secret.ok)
    const code = () => totpCode(hmacSha1, secret.value, totpStep(staff.clock.now()))
    await page.fill('#shown', code())
    await page.click('#confirm button')
    await page
      .locator('#codes')
      .filter({ hasText: /^(?:[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\s*){8}$/ })
      .waitFor()
    await page.click('#out button')
    await page.locator('#sign-in').waitFor()
    staff.clock.advance(30_000)
    await signIn()
    await page.getByRole('status').filter({ hasText: 'is needed too' }).waitFor()
    await signIn(code())
    await page.locator('#who').filter({ hasText: '8 recovery codes left' }).waitFor()
    assert.deepEqual(
      complaints.filter((text) => !text.includes('401 (Unauthorized)')), // who is not signed in yet
      [],
    )
    await page.close()
  })

  test('can be read and used by everybody, and so can the account', async () => {
    const { account } = await staff.person()
    const page = await browser.newPage()
    const faults = async () => {
      await page.evaluate(axe.source)
      type Found = Record<'violations' | 'passes', { id: string }[]>
      const { violations, passes } = await page.evaluate<Found>('axe.run()')
      assert.ok(
        passes.some(({ id }) => id === 'color-contrast'),
        'it looked inside',
      )
      return violations.map(({ id }) => id)
    }
    await page.goto(`${url}/staff/link#nothing`)
    assert.deepEqual(await faults(), [])
    await page.goto(`${url}/staff/account`)
    await page.locator('#account').waitFor()
    assert.deepEqual(await faults(), [])
    await page.fill('#account', account)
    await page.fill('#password', staff.password)
    await page.keyboard.press('Enter')
    await page.fill('#again', staff.password)
    await page.keyboard.press('Enter')
    await page.locator('#qr[src]').waitFor()
    assert.deepEqual(await faults(), [])
    await page.close()
  })

  for (const path of ['/staff/link', '/staff/account'])
    test(`${path} is set in a frame of no page, and has nothing inline`, async () => {
      const response = await fetch(url + path)
      const policy = response.headers.get('content-security-policy') ?? ''
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'.*frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/)
      assert.doesNotMatch(await response.text(), /<script(?![^>]*src=)|<style|style="|\son\w+=/)
    })
})
