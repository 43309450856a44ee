import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { passed } from '../check.ts'
import { wechatPayChecks } from './wechatpay.ts'

type Vector = Readonly<Record<string, unknown>> & { readonly id: string; readonly kind: string }
const source = readFileSync(new URL('../../vectors/wechat-pay.json', import.meta.url), 'utf8')
const file = JSON.parse(source) as { readonly cases: readonly Vector[] }

test('the vector file holds the 31 cases of 13 kinds it was copied with', () => {
  assert.equal(file.cases.length, 31)
  assert.equal(new Set(file.cases.map((vector) => vector.kind)).size, 13)
})

for (const vector of file.cases)
  test(`${vector.kind}: ${vector.id}`, async () => {
    assert.deepEqual(await wechatPayChecks[vector.kind]?.(vector, file), passed)
  })

const caseNamed = (id: string): Vector => file.cases.find((vector) => vector.id === id) as Vector
const changed: readonly (readonly [id: string, change: Readonly<Record<string, unknown>>])[] = [
  ['rsa-sign-go-1', { message: 'another source' }],
  ['rsa-verify-pubkey-ok', { message: 'another source' }],
  ['sign-message-get', { nonce: 'B' }],
  ['auth-partner-query', { mchid: '1900000101' }],
  ['jsapi-paysign', { appId: 'wx0' }],
  ['gcm-go-16byte-ok', { aad: 'other' }],
  ['notify-partner-transaction', { now: 1780281067 + 300 }],
  ['notify-stale-clock', { now: 1780281067 }],
  ['v2-md5', { key: 'other' }],
  ['v2-micropay-success', { key: 'other' }],
  ['jssdk-signature', { timestamp: '0' }],
  ['cert-serial-goTest', { serial: '00' }],
  ['bill-trade-all', { sha1: '00' }],
]
for (const [id, change] of changed)
  test(`the check notices a wrong expectation: ${id} with another ${Object.keys(change)}`, async () => {
    const vector = { ...caseNamed(id), ...change }
    const verdict = await wechatPayChecks[vector.kind]?.(vector, file)
    assert.ok(verdict && 'passed' in verdict && !verdict.passed)
  })
