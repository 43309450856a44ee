import assert from 'node:assert/strict'
import { generateKeyPairSync, publicDecrypt, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type HangzhouEntry, hangzhouBody, hangzhouEntry, hangzhouUid } from './hangzhou.ts'

const sample = JSON.parse(
  readFileSync(new URL('../../../../conformance/vectors/devices/gov-hangzhou-in.json', import.meta.url), 'utf8'),
)
const lot = { parkingCode: '3301000001', spaces: 200, openSpaces: 180 }
const entry: HangzhouEntry = {
  ...{ stay: 'A202607150001', plate: '浙A12345', colour: 'blue', gate: '2', freeSpaces: 73 },
  enteredAt: Date.parse('2026-07-15T10:46:41+08:00'),
}
const now = Date.parse('2026-07-15T10:46:45+08:00')

describe('what the city of Hangzhou is told', () => {
  test('an entry is written byte for byte as the sample', () =>
    assert.equal(hangzhouEntry(lot, entry, now), JSON.stringify(sample)))
  test('what names a stay does not change with the hour at which it is told', () => {
    assert.equal(hangzhouUid(lot, entry), '3301000001220260715104641')
    assert.equal(JSON.parse(hangzhouEntry(lot, entry, now + 60_000)).uid, hangzhouUid(lot, entry))
  })
  test('a yellow-green plate is sent as a green one', () =>
    assert.equal(JSON.parse(hangzhouEntry(lot, { ...entry, colour: 'yellow-green' }, now)).plateColor, 5))
  test('whoever has the public key reads what was sealed, however long, and sees that it was signed as sent', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const text = hangzhouEntry(lot, entry, now)
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const body = JSON.parse(hangzhouBody(text, { accessId: 'hz1', key }))
    assert.equal(body.accessID, 'hz1')
    assert.ok(verify('md5', Buffer.from(body.cipher), publicKey, Buffer.from(body.sign, 'base64')))
    const sealed = Buffer.from(body.cipher, 'base64')
    const read = Array.from({ length: sealed.length / 128 }, (_, n) =>
      publicDecrypt(publicKey, sealed.subarray(n * 128, (n + 1) * 128)),
    )
    assert.equal(Buffer.concat(read).toString(), text)
  })
})
