import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openCard, sealCard } from './seal.ts'

const key = Buffer.from('a-house-key-of-thirty-two-letters')
const card = { cardNumber: '6222021234567890128', name: '张三' }

describe('a bank card at rest', () => {
  const sealed = sealCard(key, 7, card)
  test('reads back the same', () => assert.deepEqual(openCard(key, 7, sealed), card))
  test('shows neither number nor name, and never the same twice', () => {
    const bytes = Buffer.from(sealed, 'base64')
    assert.equal(bytes.includes(card.cardNumber) || bytes.includes(card.name), false)
    assert.notEqual(sealCard(key, 7, card), sealed)
  })
  const changed = Buffer.from(sealed, 'base64')
  changed[changed.length - 1]! ^= 1
  const broken: [string, () => unknown][] = [
    ['another key', () => openCard(Buffer.from('another-key-of-thirty-two-letters'), 7, sealed)],
    ["another account's", () => openCard(key, 8, sealed)],
    ['a changed byte', () => openCard(key, 7, changed.toString('base64'))],
  ]
  for (const [what, open] of broken) test(`${what} is not opened`, () => void assert.throws(open, /authenticate data/))
})
