import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { type DistinguishedName, issueCertificate } from '@lanepay/simulator-alipay/certificates.ts'
import type { HttpAnswer } from '../http.ts'
import { certificateSn, isTrusted, leafOf, readBundle, rootCertificatesSn } from './certificates.ts'
import { alipaySettingsFaults } from './check-settings.ts'
import { aKeyPair, alipay, anAnswer, application, noon, type Pair, rsa2, someSettings, stranger } from './fixtures.ts'
import type { ApiRequest } from './gateway.ts'
import { type KeyEvent, keepKeys } from './keys.ts'
import type { AlipaySettings } from './settings.ts'

/* Certificate mode with an authority of our own making: what is believed, and what only looks like it. */

const day = 86_400_000
type Party = { readonly name: DistinguishedName; readonly pair: Pair }
const party = (common: string, pair: Pair = aKeyPair()): Party => ({
  name: [
    ['C', 'CN'],
    ['CN', common],
  ],
  pair,
})
const root = party('Root R1')
const authority = party('Class 2 R1')
const elsewhere = party('Root of somebody else')

const issue = (
  subject: Party,
  issuer: Party,
  told: { readonly from?: number; readonly until?: number; readonly authority?: boolean } = {},
): string =>
  issueCertificate({
    subject: subject.name,
    subjectKey: subject.pair.privateKey,
    issuer: issuer.name,
    issuerKey: issuer.pair.privateKey,
    notBefore: told.from ?? noon - day,
    notAfter: told.until ?? noon + 365 * day,
    authority: told.authority ?? false,
  })

const rootPem = issue(root, root, { authority: true })
const authorityPem = issue(authority, root, { authority: true })
const old = party('Alipay', alipay)
const next = party('Alipay')
const oldFile = issue(old, authority) + authorityPem
const nextFile = issue(next, authority) + authorityPem
const nextSn = certificateSn(leafOf(nextFile))

const verify: AlipaySettings['verify'] & { readonly mode: 'certificate' } = {
  mode: 'certificate',
  appCertificate: issue(party('Application', application), authority),
  alipayCertificate: oldFile,
  rootCertificates: rootPem,
}

const alias = issue(party('Class 2 R2', authority.pair), root, { authority: true })
function broken(pem: string): string {
  const der = Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64')
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`
}

const trust: readonly (readonly [trusted: boolean, why: string, chain: string, roots: string, at: number])[] = [
  [true, 'leaf, authority, root', nextFile, rootPem, noon],
  [true, 'the order of what comes with it is of no consequence', nextFile + issue(elsewhere, elsewhere), rootPem, noon],
  [true, 'straight from the root', issue(next, root), rootPem, noon],
  [false, 'the authority is missing', issue(next, authority), rootPem, noon],
  [false, 'another root', nextFile, issue(elsewhere, elsewhere, { authority: true }), noon],
  [
    false,
    'a root that came with it is none',
    nextFile + rootPem,
    issue(elsewhere, elsewhere, { authority: true }),
    noon,
  ],
  [false, 'before its time', nextFile, rootPem, noon - 2 * day],
  [false, 'after its time', nextFile, rootPem, noon + 366 * day],
  [
    false,
    'an authority after its time',
    issue(next, authority) + issue(authority, root, { authority: true, until: noon - 1 }),
    rootPem,
    noon,
  ],
  [false, 'a leaf after its time', issue(next, authority, { until: noon - 1 }) + authorityPem, rootPem, noon],
  [false, 'a root after its time', nextFile, issue(root, root, { authority: true, until: noon - 1 }), noon],
  [false, 'its signature is broken', broken(issue(next, authority)) + authorityPem, rootPem, noon],
  [false, 'the key of the authority under another name', issue(next, authority) + alias, rootPem, noon],
  [false, 'issued by a merchant', issue(next, old) + issue(old, authority) + authorityPem, rootPem, noon],
  [
    false,
    'the name of the authority, the key of another',
    issue(next, { ...authority, pair: stranger }) + authorityPem,
    rootPem,
    noon,
  ],
  [false, 'two authorities that vouch for each other', nextFileOfCircle(), rootPem, noon],
]
function nextFileOfCircle(): string {
  const [one, other] = [party('One'), party('Other')]
  return issue(next, one) + issue(one, other, { authority: true }) + issue(other, one, { authority: true })
}
for (const [trusted, why, chain, roots, at] of trust)
  test(`a chain is ${trusted ? '' : 'not '}trusted: ${why}`, () =>
    assert.equal(isTrusted(readBundle(chain), readBundle(roots), at as Instant), trusted))

test('roots are named in file order', () => {
  const other = issue(elsewhere, elsewhere, { authority: true })
  const names = [rootPem, other].map((pem) => certificateSn(leafOf(pem)))
  assert.equal(rootCertificatesSn(readBundle(rootPem + other)), names.join('_'))
  assert.equal(rootCertificatesSn(readBundle(other + rootPem)), names.reverse().join('_'))
})

const mistakes: readonly (readonly [fault: RegExp, told: Partial<typeof verify>])[] = [
  [/^verify.appCertificate: goes with appPrivateKey/, { appCertificate: issue(party('x'), authority) }],
  [/^verify.alipayCertificate: Alipay's/, { alipayCertificate: verify.appCertificate }],
  [/^verify.rootCertificates: /, { rootCertificates: 'not PEM' }],
]
for (const [fault, told] of mistakes)
  test(`settings with certificates swapped or missing say so: ${fault.source}`, () => {
    assert.deepEqual(alipaySettingsFaults(someSettings({ verify })), [])
    const [first, ...more] = alipaySettingsFaults(someSettings({ verify: { ...verify, ...told } }))
    assert.match(first ?? '', fault)
    assert.deepEqual(more, [])
  })

type Brought = { readonly file?: string; readonly signedBy?: KeyObject; readonly sn?: string; readonly sign?: null }

/** A ring that holds the old certificate, and a gateway that brings what a test says. */
function aRing(brought: () => Brought | HttpAnswer = () => ({})) {
  const events: KeyEvent[] = []
  const asked: ApiRequest[] = []
  let now = noon
  const post = async (request: ApiRequest): Promise<HttpAnswer> => {
    asked.push(request)
    const given = brought()
    if ('kind' in given) return given
    const said = {
      code: '10000',
      msg: 'Success',
      alipay_cert_content: Buffer.from(given.file ?? nextFile).toString('base64'),
    }
    const plain = anAnswer(request.method, said, {
      key: given.signedBy ?? next.pair.privateKey,
      ...(given.sign === null ? { sign: null } : {}),
    })
    const body = Buffer.from(`${plain.slice(0, -1)},"alipay_cert_sn":"${given.sn ?? nextSn}"}`)
    return { kind: 'answer', status: 200, headers: {}, body }
  }
  const gateway = { post, pageUrl: async () => '' }
  const keys = keepKeys(verify, { gateway, clock: { now: () => now }, onKeyEvent: (event) => events.push(event) })
  return { keys, events, asked, pass: (ms: number) => (now = (now + ms) as Instant) }
}

const signed = (key: KeyObject, certSn: string | null) => ({ texts: ['a=b'], sign: rsa2('a=b', key), certSn })
const byNext = signed(next.pair.privateKey, nextSn)

test('the configured certificate verifies at once, named or not', async () => {
  const { keys, asked } = aRing()
  for (const sn of [certificateSn(leafOf(oldFile)), null])
    assert.ok((await keys.verify(signed(alipay.privateKey, sn), 'answer')).ok)
  assert.equal(asked.length, 0)
})

test('a new certificate is fetched by its name, once for all who wait for it', async () => {
  const { keys, asked, events } = aRing()
  const verified = await Promise.all(Array.from({ length: 5 }, () => keys.verify(byNext, 'answer')))
  assert.ok(verified.every(({ ok }) => ok))
  assert.deepEqual(
    asked.map(({ biz }) => biz),
    [{ alipay_cert_sn: nextSn }],
  )
  assert.deepEqual(events.at(-1), { kind: 'certificate-downloaded', certSn: nextSn })
  assert.ok((await keys.verify(signed(alipay.privateKey, certificateSn(leafOf(oldFile))), 'answer')).ok)
})

const disbelieved: readonly (readonly [why: string, brought: Brought | HttpAnswer])[] = [
  ['leads to no root of ours', { file: issue(next, elsewhere) }],
  ['is another than the one asked for', { file: oldFile }],
  ['is no certificate', { file: 'not PEM' }],
  ['comes in an answer signed by a stranger', { signedBy: stranger.privateKey }],
  ['comes in an answer that names a certificate nobody holds', { sn: '0'.repeat(32) }],
  ['comes in an answer that is not signed', { sign: null }],
  ['does not come', { kind: 'no-answer', reason: 'ECONNRESET' }],
  ['comes with an error', { kind: 'answer', status: 502, headers: {}, body: Buffer.from('') }],
  ['comes as nothing readable', { kind: 'answer', status: 200, headers: {}, body: Buffer.from('<html>') }],
]
for (const [why, brought] of disbelieved)
  test(`a certificate that ${why} is not believed`, async () => {
    const { keys, events } = aRing(() => brought)
    const verified = await keys.verify(byNext, 'answer')
    assert.equal(!verified.ok && verified.error.kind, 'unknown-key')
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['unknown-certificate', 'download-failed'],
    )
  })

test('made-up names cost one download in half a minute, and do not keep answers from a true one', async () => {
  const { keys, asked, pass } = aRing()
  for (let n = 0; n < 100; n++) {
    const name = n.toString(16).padStart(32, '0')
    const verified = await keys.verify(signed(stranger.privateKey, name), 'notification')
    assert.equal(!verified.ok && verified.error.kind, 'unknown-key')
  }
  assert.equal(asked.length, 1)
  assert.ok(!(await keys.verify(byNext, 'notification')).ok)
  assert.ok((await keys.verify(byNext, 'answer')).ok)
  assert.ok((await keys.verify(byNext, 'notification')).ok)
  pass(30_000)
  await keys.verify(signed(stranger.privateKey, 'f'.repeat(32)), 'notification')
  assert.equal(asked.length, 3)
})

test('a name that is none is not asked for', async () => {
  const { keys, asked } = aRing()
  for (const name of ['', 'x', 'F'.repeat(32), `${nextSn} `, '../../etc'])
    assert.ok(!(await keys.verify(signed(stranger.privateKey, name), 'answer')).ok)
  assert.equal(asked.length, 0)
})

test('what has expired verifies nothing, and says so', async () => {
  const { keys, pass } = aRing()
  assert.equal(keys.fault(noon), null)
  const later = pass(366 * day)
  assert.match(keys.fault(later) ?? '', /not valid/)
  const verified = await keys.verify(signed(alipay.privateKey, null), 'answer')
  assert.equal(!verified.ok && verified.error.kind, 'unknown-key')
})
