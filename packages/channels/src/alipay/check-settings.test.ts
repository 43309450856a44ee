import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { alipayChannel } from './channel.ts'
import { alipaySettingsFaults } from './check-settings.ts'
import { aKeyPair, alipay, application, bare, noon, someSettings } from './fixtures.ts'
import { readPrivateKey, readPublicKey } from './rsa-keys.ts'
import type { AlipaySettings } from './settings.ts'

test('settings that can work have no fault', () => {
  assert.deepEqual(alipaySettingsFaults(someSettings()), [])
  const all = { opAppId: '2021000122671081', serviceProviderId: '2088000000000009', identity: 'open_id' } as const
  assert.deepEqual(alipaySettingsFaults(someSettings(all)), [])
})

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (key: typeof ec.privateKey, type: 'pkcs1' | 'pkcs8' | 'spki') =>
  key.export({ type: type as 'pkcs8', format: 'pem' }).toString()
const publicKey = (alipayPublicKey: string): AlipaySettings['verify'] => ({ mode: 'public-key', alipayPublicKey })
const certificates = (told: Readonly<Record<string, string>>): AlipaySettings['verify'] => ({
  mode: 'certificate',
  appCertificate: 'x',
  alipayCertificate: 'x',
  rootCertificates: 'x',
  ...told,
})

const faulty: readonly (readonly [told: Partial<AlipaySettings>, fields: readonly string[], why: string])[] = [
  [{ appId: '' }, ['appId'], 'nothing'],
  [{ appId: '2088000000000001x' }, ['appId'], 'not digits'],
  [{ sellerId: '2021000122671080' }, ['sellerId'], 'an application is no account'],
  [{ appPrivateKey: '' }, ['appPrivateKey'], 'nothing'],
  [{ appPrivateKey: bare(application.publicKey) }, ['appPrivateKey'], 'a public key'],
  [{ appPrivateKey: pem(ec.privateKey, 'pkcs8') }, ['appPrivateKey'], 'not RSA'],
  [{ verify: publicKey('') }, ['verify.alipayPublicKey'], 'nothing'],
  [{ verify: publicKey(pem(ec.publicKey, 'spki')) }, ['verify.alipayPublicKey'], 'not RSA'],
  [{ verify: publicKey(bare(application.publicKey)) }, ['verify.alipayPublicKey'], "the application's own public key"],
  [
    { verify: certificates({}) },
    ['verify.appCertificate', 'verify.alipayCertificate', 'verify.rootCertificates'],
    'no certificates',
  ],
  [{ gateway: 'openapi.alipay.com' }, ['gateway'], 'no scheme'],
  [{ gateway: 'https://openapi.alipay.com/gateway.do?charset=utf-8' }, ['gateway'], 'the query is ours to write'],
  [{ authorizeUrl: 'ftp://openauth.alipay.com/' }, ['authorizeUrl'], 'no web address'],
  [{ identity: 'buyer' as 'user_id' }, ['identity'], 'no such identity'],
  [{ opAppId: '1' }, ['opAppId'], 'too short'],
  [{ serviceProviderId: '1' }, ['serviceProviderId'], 'too short'],
  [{ connectTimeoutMs: 0, answerTimeoutMs: Number.NaN }, ['connectTimeoutMs', 'answerTimeoutMs'], 'no time at all'],
]
for (const [told, fields, why] of faulty)
  test(`${fields.join(', ')}: ${why}`, () => {
    const settings = someSettings(told)
    const faults = alipaySettingsFaults(settings)
    assert.deepEqual(
      faults.map((fault) => fault.slice(0, fault.indexOf(':'))),
      fields,
    )
    assert.throws(() => alipayChannel(settings, { clock: { now: () => noon } }), {
      message: `Alipay settings: ${faults.join('; ')}`,
    })
  })

test('no fault quotes what it is about', () => {
  const secret = 'MIIEowIBAAKCAQEA-half-a-key'
  const faults = alipaySettingsFaults(someSettings({ appPrivateKey: secret, verify: publicKey(secret) }))
  assert.equal(faults.length, 2)
  assert.ok(faults.every((fault) => !fault.includes('MII')))
})

test('a key is the same key in every form it is handed out in', () => {
  const { privateKey, publicKey: open } = aKeyPair()
  const der = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ type, format: 'der' }).toString('base64')
  const lines = der('pkcs8').replace(/.{64}/g, '$&\r\n')
  for (const form of [pem(privateKey, 'pkcs1'), pem(privateKey, 'pkcs8'), der('pkcs1'), der('pkcs8'), lines])
    assert.ok(readPrivateKey(form).equals(privateKey))
  for (const form of [pem(open, 'spki'), bare(open), ` ${bare(open)}\n`]) assert.ok(readPublicKey(form).equals(open))
  assert.throws(() => readPublicKey(bare(alipay.publicKey).slice(0, -20)))
})
