import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { daoerSign, isDaoerSigned } from './daoer/sign.ts'
import { hikvisionSign } from './hikvision/sign.ts'
import { ymiotSign } from './ymiot/sign.ts'
import { isYunmengSigned, yunmengDigest, yunmengSign } from './yunmeng/sign.ts'

/** Members that vendors send: texts, numbers, nothing. */
const members = fc.dictionary(
  fc.stringMatching(/^[A-Za-z]{1,8}$/),
  fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
)
const shuffled = (said: object, turns: number) => {
  const all = Object.entries(said)
  return Object.fromEntries([...all.slice(turns), ...all.slice(0, turns)])
}

describe('signatures of charging software that we call', () => {
  test('Daoer: the order of members is nothing, and neither is layout', () =>
    fc.assert(
      fc.property(members, fc.nat(5), fc.nat(3), (said, turns, indent) => {
        const body = JSON.stringify({ ...said, bizContent: { a: 1, b: [2, 3] } })
        const other = JSON.stringify(shuffled(JSON.parse(body), turns), null, indent)
        assert.equal(daoerSign(other, 'key'), daoerSign(body, 'key'))
      }),
    ))
  test('Daoer: what was signed is believed, in any letter case; of another key, or changed, it is not', () => {
    const said = { pid: '1', serviceName: 'enterNotify', timestamp: 1539571096, bizContent: { plateNum: '粤B12345' } }
    const signed = { ...said, sign: daoerSign(JSON.stringify(said), 'key')?.toLowerCase() }
    assert.ok(isDaoerSigned(JSON.stringify(signed), 'key'))
    assert.equal(isDaoerSigned(JSON.stringify(signed), 'another'), false)
    assert.equal(isDaoerSigned(JSON.stringify({ ...signed, pid: '2' }), 'key'), false)
    assert.equal(isDaoerSigned(JSON.stringify({ ...signed, more: 'of it' }), 'key'), false)
    assert.equal(isDaoerSigned(JSON.stringify(said), 'key'), false)
    assert.equal(isDaoerSigned('[]', 'key'), false)
  })
  test('Daoer: a number is signed as it is spelled', () =>
    assert.notEqual(daoerSign('{"fee":5.0}', 'key'), daoerSign('{"fee":5}', 'key')))

  test('Hikvision: a query may be in any order, headers in any letter case, and what is not named is not signed', () => {
    const headers = {
      accept: '*/*',
      'content-type': 'application/json',
      'x-ca-key': '1',
      'x-ca-signature-headers': 'x-ca-key',
    }
    const sign = (path: string, more: Record<string, string> = headers) =>
      hikvisionSign('secret', { method: 'POST', path, headers: more })
    assert.equal(sign('/a?b=2&a=1'), sign('/a?a=1&b=2'))
    assert.equal(sign('/a', { ...headers, 'x-ca-nonce': 'any' }), sign('/a'))
    assert.equal(
      sign('/a', {
        Accept: '*/*',
        'Content-Type': 'application/json',
        'X-Ca-Key': '1',
        'X-Ca-Signature-Headers': 'x-ca-key',
      }),
      sign('/a'),
    )
    assert.notEqual(sign('/a', { ...headers, 'x-ca-key': '2' }), sign('/a'))
  })

  test('Yunmeng: neither the order nor the letter case of what is said counts', () =>
    fc.assert(
      fc.property(members, fc.nat(5), (said, turns) => {
        assert.equal(yunmengDigest(JSON.stringify(shuffled(said, turns))), yunmengDigest(JSON.stringify(said)))
      }),
    ))
  test('Yunmeng: what was signed is believed; a picture in it takes no part', () => {
    const envelope = { parkKey: 'P', appId: 'a', time: '1728559158205', nonce: '1' }
    const body = (Data: object, secret = 'secret') => {
      const Sign = yunmengSign(secret, envelope, yunmengDigest(JSON.stringify(Data)))
      return { ParkKey: 'P', AppId: 'a', TimeStamp: '1728559158205', Nonce: '1', Sign, Data }
    }
    const said = body({ OrderNo: '1', ChargeMoney: 1.5, Free: false, List: [] })
    assert.ok(isYunmengSigned('secret', JSON.stringify(said)))
    assert.ok(isYunmengSigned('secret', JSON.stringify({ ...said, Data: { ...said.Data, ImageBase64: 'AAAA' } })))
    assert.equal(isYunmengSigned('secret', JSON.stringify({ ...said, Data: { ...said.Data, OrderNo: '2' } })), false)
    assert.equal(isYunmengSigned('secret', JSON.stringify({ ...said, Nonce: '2' })), false)
    assert.equal(isYunmengSigned('secret', JSON.stringify(body({}, 'another'))), false)
  })

  test("Yunmeng's cloud: the order of members is nothing, in either order of names; which of the two is", () => {
    fc.assert(
      fc.property(members, fc.nat(5), fc.constantFrom('letters', 'bytes'), (said, turns, order) => {
        // Names that differ in their letter case alone have no order of their own.
        const names = Object.keys(said).map((name) => name.toLowerCase())
        fc.pre(new Set(names).size === names.length)
        assert.equal(ymiotSign(shuffled(said, turns), 'secret', order), ymiotSign(said, 'secret', order))
      }),
    )
    const said = { payedSN: '1', payOrderNo: '2' }
    assert.notEqual(ymiotSign(said, 'secret', 'letters'), ymiotSign(said, 'secret', 'bytes'))
  })
})
