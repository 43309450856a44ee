import assert from 'node:assert/strict'
import test from 'node:test'
import type { Database } from '@lanepay/database/database.ts'
import fc from 'fast-check'
import { aliasOf, ownPaths, parseAlias } from './alias.ts'

/** A table with one alias. */
const having = (alias: string): Database =>
  ({
    reference: { query: async (_: unknown, [whole, path]: string[]) => [whole, path].filter((one) => one === alias) },
  }) as never

test('what is printed is found when it is scanned, whatever stands in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), async (text) => {
      const printed = `https://old.example.com/${encodeURIComponent(text)}`
      const alias = parseAlias(printed)
      fc.pre(alias.ok)
      assert.equal(await aliasOf(having(alias.value), printed.replace('https://old.example.com', '')), alias.value)
    }),
  )
})

for (const [typed, alias] of [
  ['https://old.example.com/qr/12?lane=3', 'qr/12?lane=3'],
  ['/qr/12?lane=3', 'qr/12?lane=3'],
  ['qr/12?lane=3#top', 'qr/12?lane=3'],
  ['  https://old.example.com/%E5%87%BA%E5%8F%A3 ', '出口'],
  ['出口', '出口'],
] as const)
  test(`${typed} is the alias ${alias}`, () => assert.deepEqual(parseAlias(typed), { ok: true, value: alias }))

for (const [typed, refusal] of [
  ['', 'alias-malformed'],
  ['https://old.example.com/', 'alias-malformed'],
  ['%E5%87', 'alias-malformed'],
  ['a%00b', 'alias-malformed'],
  ['a'.repeat(201), 'alias-too-long'],
  ...ownPaths.map((path) => [`/${path}/x`, 'alias-ours'] as const),
  ['/API/operator', 'alias-ours'],
  ['p?x=1', 'alias-ours'],
] as const)
  test(`${typed.slice(0, 30)} is none: ${refusal}`, () =>
    assert.deepEqual(parseAlias(typed), { ok: false, error: refusal }))

test('an address without the words that were printed behind it is still found by what stands before them', async () => {
  assert.equal(await aliasOf(having('qr/12'), '/qr/12?from=wechat'), 'qr/12')
  assert.equal(await aliasOf(having('qr/12?lane=3'), '/qr/12'), null)
})
