import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openText, sealText } from './seal.ts'

const houseKey = Buffer.from('the house key of the sealing in the tests')
const sealed = sealText(houseKey, 'bolink-key', '200208/21835', '8403A41ED5EF20BC')

test('what is sealed opens for its owner and its purpose alone, and never looks the same twice', () => {
  assert.equal(openText(houseKey, 'bolink-key', '200208/21835', sealed), '8403A41ED5EF20BC')
  assert.ok(!Buffer.from(sealed, 'base64').includes('8403A41E'))
  assert.notEqual(sealText(houseKey, 'bolink-key', '200208/21835', '8403A41ED5EF20BC'), sealed)
  assert.throws(() => openText(houseKey, 'bolink-key', '200208/21836', sealed))
  assert.throws(() => openText(houseKey, 'bolink-names', '200208/21835', sealed))
  assert.throws(() => openText(Buffer.from('another house key'), 'bolink-key', '200208/21835', sealed))
})

test('one changed byte opens nothing', () => {
  for (const at of [0, 15, 30]) {
    const bytes = Buffer.from(sealed, 'base64')
    bytes[at]! ^= 1
    assert.throws(() => openText(houseKey, 'bolink-key', '200208/21835', bytes.toString('base64')))
  }
})
