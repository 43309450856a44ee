import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { driverCookies } from './identity.ts'

const cookies = driverCookies({ key: Buffer.from('a key of the house'), secure: true })
const sent = (setCookie: string) => setCookie.split(';')[0]!
const driver = { channel: 'wechatpay', payer: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } as const

test('a driver is known again by the cookie we set', () => {
  assert.deepEqual(cookies.driverOf(`a=b; ${sent(cookies.setDriver(driver))}; c=d`), driver)
  assert.match(cookies.setDriver(driver), /HttpOnly; SameSite=Lax; Secure/)
})
test('a cookie of another house, a changed one, or none is nobody', () => {
  const cookie = sent(cookies.setDriver(driver))
  const other = driverCookies({ key: Buffer.from('another key'), secure: true })
  assert.equal(other.driverOf(cookie), null)
  assert.equal(cookies.driverOf(undefined), null)
  fc.assert(
    fc.property(fc.nat(cookie.length - 1), fc.constantFrom(...'abcXYZ019-_'), (at, character) => {
      fc.pre(at >= 'lp_driver='.length && cookie[at] !== character)
      const read = cookies.driverOf(cookie.slice(0, at) + character + cookie.slice(at + 1))
      // The last character of base64url carries unused bits: another spelling of the same value is the same value.
      assert.ok(read === null || (read.channel === driver.channel && read.payer === driver.payer))
    }),
  )
})
test('a state cookie is not a driver cookie', () => {
  const { cookie } = cookies.startIdentifying('CODE', 0)
  assert.equal(cookies.driverOf(sent(cookie).replace('lp_state', 'lp_driver')), null)
})
test('an identification ends only in the browser that began it, and in time', () => {
  const { state, cookie } = cookies.startIdentifying('CODE', 1000)
  assert.equal(cookies.endIdentifying(sent(cookie), state, 2000), 'CODE')
  assert.equal(cookies.endIdentifying(undefined, state, 2000), null, 'another browser')
  assert.equal(cookies.endIdentifying(sent(cookie), 'other', 2000), null, 'another state')
  assert.equal(cookies.endIdentifying(sent(cookie), state, 1000 + 11 * 60_000), null, 'long ago')
})
