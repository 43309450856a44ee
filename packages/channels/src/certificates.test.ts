import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alipayChannel } from './alipay/channel.ts'
import { someSettings as alipaySettings } from './alipay/fixtures.ts'
import { keepKeys } from './alipay/keys.ts'
import { wechatPayChannel } from './wechatpay/channel.ts'
import { aCertificate, aKeyPair, at, noon, someSettings } from './wechatpay/fixtures.ts'

/* What a channel works with that ends one day. */

const clock = { now: () => noon }
const pem = (serial: string, until: string) =>
  aCertificate({ pair: aKeyPair(), serial, name: 'a name', until: at(until) })

test("WeChat Pay: ours, and each of the platform's", () => {
  const settings = someSettings({
    merchantCertificate: pem('11', '2027-03-01T00:00:00Z'),
    certificates: { known: [pem('22', '2026-07-01T00:00:00Z')] },
  })
  assert.deepEqual(wechatPayChannel(settings, { clock }).certificates?.(), [
    { whose: 'merchant', serial: '11', validUntil: at('2027-03-01T00:00:00Z') },
    { whose: 'platform', serial: '22', validUntil: at('2026-07-01T00:00:00Z') },
  ])
})

test('keys without end are none', () => {
  assert.deepEqual(wechatPayChannel(someSettings(), { clock }).certificates?.(), [])
  assert.deepEqual(alipayChannel(alipaySettings(), { clock }).certificates?.(), [])
})

test("Alipay in certificate mode: the application's, and Alipay's", () => {
  const certificate = pem('33', '2027-05-01T00:00:00Z')
  const verify = {
    mode: 'certificate',
    ...{ appCertificate: certificate, rootCertificates: certificate },
    alipayCertificate: pem('44', '2026-08-01T00:00:00Z'),
  } as const
  const gateway = { post: () => assert.fail('nothing is asked'), pageUrl: () => assert.fail('nothing is asked') }
  const held = keepKeys(verify, { gateway, clock, onKeyEvent: () => {} }).held?.() ?? []
  assert.deepEqual(
    held.map(({ whose, validUntil }) => [whose, validUntil]),
    [
      ['application', at('2027-05-01T00:00:00Z')],
      ['platform', at('2026-08-01T00:00:00Z')],
    ],
  )
  assert.ok(held.every(({ serial }) => /^[0-9a-f]{32}$/.test(serial)))
})
