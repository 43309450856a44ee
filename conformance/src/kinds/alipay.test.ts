import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { passed } from '../check.ts'
import { alipayChecks } from './alipay.ts'

type Fields = Readonly<Record<string, unknown>>
type Vector = Fields & { readonly id: string; readonly kind: string; readonly input: Fields; readonly expected: Fields }
const source = readFileSync(new URL('../../vectors/alipay.json', import.meta.url), 'utf8')
const file = JSON.parse(source) as { readonly vectors: readonly Vector[] }

test('the vector file holds the 62 cases of 19 kinds it was copied with, and each kind has a check', () => {
  assert.equal(file.vectors.length, 62)
  const kinds = [...new Set(file.vectors.map((vector) => vector.kind))]
  assert.deepEqual(kinds.toSorted(), Object.keys(alipayChecks).toSorted())
})

const notBuilt: Readonly<Record<string, string>> = {
  'v3-request-sign': 'Alipay REST v3',
  'v3-response-verify': 'Alipay REST v3',
  'unionpay-sign': 'UnionPay',
  'unionpay-verify': 'UnionPay',
  'unionpay-cert-id': 'UnionPay',
  'unionpay-qra-md5': 'UnionPay QRA',
}

for (const vector of file.vectors) {
  const name = vector.expected.appUpIdentifier
    ? 'UnionPay appUpIdentifier'
    : vector.expected.channel === 'unionpay'
      ? 'UnionPay'
      : notBuilt[vector.kind]
  test(`${vector.kind}: ${vector.id}${name ? ` is not built: ${name}` : ''}`, async () =>
    assert.deepEqual(await alipayChecks[vector.kind]?.(vector, file), name ? { notBuilt: name } : passed))
}

const changed: readonly (readonly [id: string, part: 'input' | 'expected', change: Fields])[] = [
  ['sn-node-app', 'input', { cert: 'node-alipay' }],
  ['sn-root', 'expected', { sn: '687b59193f3f462dd5336e5abf83c5d8' }],
  ['pub-node-alipay', 'input', { cert: 'node-app' }],
  ['chain-net-trusted', 'input', { at: '2026-01-15T00:00:00Z' }],
  ['chain-net-expired', 'input', { at: '2023-01-15T00:00:00Z' }],
  ['chain-net-trusted', 'input', { roots: 'yan-alipay' }],
  ['key-forms-node', 'input', { private: ['yan-app-private'] }],
  ['req-node-oauth-token', 'input', { privateKey: 'yan-app-private' }],
  ['extract-node-normal', 'expected', { signSource: '{}' }],
  ['resp-yan-query', 'input', { cert: 'net-alipay' }],
  ['notify-node-trade', 'input', { key: 'node-notify-v2-public' }],
  ['notify-node-servicemarket', 'input', { dropSignType: true }],
  ['aes-node-refund', 'input', { keyBase64: 'aa4BtZ4tspm2wnXLb1ThQA==' }],
  ['aes-test1234567', 'expected', { plaintext: 'test1234568' }],
  ['ua-taobao', 'expected', { wallet: 'alipay' }],
  ['bill-business-detail', 'expected', { account: '2088000000000002' }],
  ['bill-business-detail', 'expected', { netFen: 551 }],
  ['code-alipay-18', 'expected', { channel: 'wechat' }],
  ['code-unionpay', 'input', { authCode: '281234567890123456' }],
]
for (const [id, part, change] of changed)
  test(`the check notices a wrong expectation: ${id} with another ${part}.${Object.keys(change)}`, async () => {
    const vector = file.vectors.find((one) => one.id === id) as Vector
    const wrong = { ...vector, [part]: { ...vector[part], ...change } }
    const verdict = await alipayChecks[vector.kind]?.(wrong, file)
    assert.ok(verdict && 'passed' in verdict && !verdict.passed)
  })
