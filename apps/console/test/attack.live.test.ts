import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { aBrowser } from '@lanepay/cloud/staff/staff.testing.ts'
import { triesAllowed } from '@lanepay/cloud/staff/tries.ts'
import { type Doors, startDoors } from './doors.ts'

/* The console as it is served, by somebody who means harm. Stored scripts are in the rows of demonstration.ts, which the walk over all pages shows. */

let doors: Doors
before(async () => {
  doors = await startDoors()
})
after(() => doors?.close())

const policyOf = (response: Response): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    (response.headers.get('content-security-policy') ?? '').split('; ').map((part) => {
      const [name = '', ...sources] = part.split(' ')
      return [name, sources]
    }),
  )

describe('the page', () => {
  for (const path of ['', '/', '/sign-in', '/payments/1?x=<script>', '/a/b/c', '/link'])
    test(`${path || 'without a slash'} is answered under a policy that lets nothing in but our files and its own nonce`, async () => {
      const response = await fetch(`${doors.url}${path}`)
      assert.equal(response.status, 200)
      const policy = policyOf(response)
      assert.deepEqual(policy['default-src'], ["'none'"])
      assert.deepEqual(policy['script-src'], ["'self'"])
      assert.deepEqual(policy['frame-ancestors'], ["'none'"])
      assert.deepEqual(policy['base-uri'], ["'none'"])
      assert.deepEqual(policy['form-action'], ["'none'"])
      assert.equal(policy['style-src']!.length, 2)
      const all = response.headers.get('content-security-policy')!
      assert.doesNotMatch(all, /unsafe-inline|unsafe-eval|https?:|\*/)
      assert.equal(response.headers.get('cache-control'), 'no-store')
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
      const html = await response.text()
      const [, nonce] = /nonce="([^"]+)"/.exec(html) ?? []
      assert.equal(policy['style-src']![1], `'nonce-${nonce}'`)
      assert.doesNotMatch(html, /<script(?![^>]*src=)|<style|style="|\son\w+=|x=</)
    })

  test('has another nonce each time', async () => {
    const nonces = await Promise.all(
      Array.from({ length: 20 }, async () => /nonce="([^"]+)"/.exec(await (await fetch(doors.url)).text())![1]),
    )
    assert.equal(new Set(nonces).size, 20)
  })

  test('runs no script and takes no style that somebody has put into it', async () => {
    const { page } = await doors.opens('/sign-in')
    await page.getByLabel('账号', { exact: true }).waitFor()
    const { ran, coloured } = await page.evaluate(async () => {
      const place = document.body
      place.insertAdjacentHTML(
        'beforeend',
        '<img src=x onerror="window.ran=1"><p id="styled" style="color: rgb(1, 2, 3)">x</p><style>#styled { color: rgb(1, 2, 3) }</style>',
      )
      place.append(Object.assign(document.createElement('script'), { textContent: 'window.ran=1' }))
      await new Promise((resolve) => setTimeout(resolve))
      return {
        ran: 'ran' in window,
        coloured: getComputedStyle(document.getElementById('styled')!).color === 'rgb(1, 2, 3)',
      }
    })
    assert.equal(ran, false)
    assert.equal(coloured, false)
  })

  test('is shown in a frame of no page', async () => {
    const { page } = await doors.opens('/sign-in')
    await page.goto('about:blank')
    await page.setContent(`<iframe src="${doors.url}/sign-in"></iframe>`)
    const frame = page.frames()[1]
    assert.equal(await frame?.locator('form').count(), 0)
  })

  test('is never told what a file is by its address: one that is gone is gone', async () => {
    for (const path of [
      '/index-00000000.js',
      '/style-00000000.css',
      '/..%2f..%2fpackage.json',
      '/../../package.json',
    ]) {
      const response = await fetch(`${doors.url}${path}`)
      const text = await response.text()
      assert.doesNotMatch(text, /"workspaces"/)
      if (/\.(?:js|css)$/.test(path)) assert.equal(response.status, 404)
    }
  })

  test('keeps its files in browsers for good, under names that change, and packs them', async () => {
    const html = await (await fetch(doors.url)).text()
    const [, script] = /src="([^"]+\.js)"/.exec(html)!
    const response = await fetch(doors.origin + script!)
    assert.equal(response.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(response.headers.get('content-encoding'), 'gzip')
    assert.match(response.headers.get('content-type')!, /^text\/javascript/)
  })
})

describe('the sign-in', () => {
  test('gives a cookie that no script reads and no other site sends along', async () => {
    const { account } = await doors.staff.person()
    const answer = await aBrowser(doors.staff.server).post('/api/staff/sign-in', {
      ...{ account, password: doors.staff.password },
    })
    const set = [answer.headers['set-cookie'] ?? []].flat()
    assert.equal(set.length, 2)
    for (const one of set) assert.match(one, /; Path=\/; HttpOnly; SameSite=Lax/)
    const { page } = await doors.opens('/sign-in')
    assert.equal(await page.evaluate(() => document.cookie), '')
  })

  test('is slowed for whoever guesses, and the page says how long', async () => {
    const { account } = await doors.staff.person()
    const { page } = await doors.opens('/sign-in')
    await page.getByLabel('账号', { exact: true }).fill(account)
    for (let tries = 0; tries <= triesAllowed.pair; tries++) {
      await page.getByLabel('密码', { exact: true }).fill(`a guess ${tries}`)
      const answered = page.waitForResponse(/sign-in$/)
      await page.getByRole('button', { name: '登录' }).click()
      await answered
    }
    await page.getByText(/尝试太多，请稍后再试。（\d+ 分钟后）/).waitFor()
  })

  test('keeps nothing of what was typed, in the address or in the browser', async () => {
    const { account } = await doors.staff.person()
    const { page, asks } = await doors.opens('/sign-in')
    await page.getByLabel('账号', { exact: true }).fill(account)
    await page.getByLabel('密码', { exact: true }).fill(doors.staff.password)
    await page.getByRole('button', { name: '登录' }).click()
    await page.getByRole('navigation', { name: '主菜单' }).waitFor()
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    assert.doesNotMatch(kept, new RegExp(doors.staff.password))
    assert.ok(asks.every((ask) => !decodeURIComponent(ask).includes(doors.staff.password)))
  })
})
