import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { seal } from './aes-gcm.ts'
import { piecesOf } from './bill-fixtures.ts'
import { DamagedBill } from './bill-lines.ts'
import { openSealed, readSealedParts, type SealedPart } from './bill-sealed.ts'
import { merchant, platform } from './fixtures.ts'
import type { Json } from './json.ts'
import { encryptField } from './oaep.ts'

const key = 'k'.repeat(32)
const sha1 = (bytes: string | Uint8Array) => createHash('sha1').update(bytes).digest('hex')
const sealed = (plain: string) => Buffer.from(seal(Buffer.from(key), plain, 'n'.repeat(12), '').ciphertext, 'base64')
const partOf = (hash: string): SealedPart => ({
  path: '/v3/billdownload/file?token=1',
  sha1: hash,
  key: Buffer.from(key),
  nonce: Buffer.from('n'.repeat(12)),
})
async function opened(part: SealedPart, bytes: Uint8Array, size?: number): Promise<string> {
  const pieces: Uint8Array[] = []
  try {
    for await (const piece of openSealed(part, piecesOf(bytes, size))) pieces.push(piece)
  } catch (error) {
    if (error instanceof DamagedBill) return `damaged: ${error.damage.fault}`
    throw error
  }
  return Buffer.concat(pieces).toString('utf8')
}

test('what was sealed opens, however it is cut into pieces, and with its hash over either of its forms', () =>
  fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      async (plain, size) => {
        const bytes = sealed(plain)
        for (const hash of [sha1(plain), sha1(bytes)])
          assert.equal(await opened(partOf(hash), bytes, size), Buffer.from(plain).toString('utf8'))
      },
    ),
  ))

test('one changed byte, or one that is missing, and it does not', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1, maxLength: 100 }), fc.nat(), async (plain, where) => {
      const bytes = sealed(plain)
      const changed = Buffer.from(bytes)
      const at = where % changed.length
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.match(await opened(partOf(sha1(plain)), changed), /^damaged: not-unpacked$/)
      assert.match(await opened(partOf(sha1(plain)), bytes.subarray(0, at)), /^damaged: (cut|not-unpacked)$/)
    }),
  ))

test('opened well, and not what the answer vouches for', async () => {
  assert.equal(await opened(partOf(sha1('another')), sealed('a bill')), 'damaged: wrong-hash')
})

describe('the list of pieces', () => {
  const sealedKey = (text = key, to = merchant.publicKey) => {
    const made = encryptField(to, text)
    assert.ok(made.ok)
    return made.value
  }
  const one = (told: Json = {}): Json => ({
    bill_sequence: 1,
    download_url: 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=1',
    encrypt_key: sealedKey(),
    hash_type: 'SHA1',
    hash_value: 'A'.repeat(40),
    nonce: 'n'.repeat(12),
    ...told,
  })
  const read = (list: readonly Json[], count = list.length) =>
    readSealedParts(merchant.privateKey, { download_bill_count: count, download_bill_list: list })
  test('is put in order', () => {
    const parts = read([one({ bill_sequence: 2, download_url: 'https://a/2' }), one()])
    assert.deepEqual(parts.ok && parts.value.map(({ path }) => path), ['/v3/billdownload/file?token=1', '/2'])
    assert.equal(parts.ok && parts.value[0]?.sha1, 'a'.repeat(40))
  })
  const wrong: [what: string, list: readonly Json[], count?: number][] = [
    ['is empty', []],
    ['is shorter than its count', [one()], 2],
    ['lacks one in the middle', [one(), one({ bill_sequence: 3 })]],
    ['has one twice', [one(), one()]],
    ['has no hash', [one({ hash_value: '' })]],
    ['has another kind of hash', [one({ hash_type: 'MD5' })]],
    ['has no address', [one({ download_url: '' })]],
    ['has a key for somebody else', [one({ encrypt_key: sealedKey(key, platform.publicKey) })]],
    ['has a short key', [one({ encrypt_key: sealedKey('short') })]],
    ['has no nonce', [one({ nonce: '' })]],
  ]
  for (const [what, list, count] of wrong)
    test(`that ${what} is no answer`, () => {
      const parts = read(list, count)
      assert.equal(!parts.ok && parts.error.kind, 'unclear')
    })
})
