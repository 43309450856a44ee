import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cookieHeader, emptyJar, keepCookies } from './jar.ts'

const now = Date.parse('2026-01-05T08:00:00Z')
const cloud = { site: 'cloud', path: '/p/ABC' }

describe('what is sent after an answer set cookies', () => {
  const cases: [string, string[], string, string | null][] = [
    ['one cookie', ['a=1; Path=/; HttpOnly; SameSite=Lax'], '/api', 'a=1'],
    ['the newer value', ['a=1; Path=/', 'a=2; Path=/'], '/', 'a=2'],
    ['a value with = in it, as it came', ['a=x=y==; Path=/'], '/', 'a=x=y=='],
    ['nothing once it is forgotten', ['a=1; Path=/', 'a=; Max-Age=0; Path=/'], '/', null],
    ['nothing that is over already', ['a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], '/', null],
    ['max-age wins over expires', ['a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], '/', 'a=1'],
    ['not above its path', ['a=1; Path=/api'], '/p/ABC', null],
    ['not to a path that only begins alike', ['a=1; Path=/api'], '/apis', null],
    ['without a path: to where it was set', ['a=1'], '/p/ABC', 'a=1'],
    ['without a path: not elsewhere', ['a=1'], '/api', null],
    ['the longer path first', ['a=1; Path=/', 'b=2; Path=/p'], '/p/x', 'b=2; a=1'],
    ['secure ones too: the browser under the frame decides nothing', ['a=1; Path=/; Secure'], '/', 'a=1'],
    ['nothing from a line that is no cookie', ['nonsense', '=1'], '/', null],
  ]
  for (const [name, set, path, sent] of cases)
    test(name, () =>
      assert.equal(cookieHeader(keepCookies(emptyJar, set, cloud, now), { site: 'cloud', path }, now), sent),
    )
})

test('a cookie never goes to another site', () => {
  const jar = keepCookies(emptyJar, ['a=1; Path=/'], cloud, now)
  assert.equal(cookieHeader(jar, { site: 'wechatpay', path: '/' }, now), null)
})

test('a cookie ends on the clock that the street shows', () => {
  const jar = keepCookies(emptyJar, ['a=1; Path=/; Max-Age=600'], cloud, now)
  assert.equal(cookieHeader(jar, { site: 'cloud', path: '/' }, now + 599_999), 'a=1')
  assert.equal(cookieHeader(jar, { site: 'cloud', path: '/' }, now + 600_000), null)
})
