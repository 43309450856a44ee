import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parseRefundRights } from './rights-file.ts'

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const aFile = (told: object = {}) => ({
  ...{ limitYuan: '200.00', operators: { '1': { limitYuan: '50' } } },
  people: [{ name: '张经理', operators: ['1'], totpSecret: secret }],
  ...told,
})
describe('the file of those who may give money back', () => {
  test('amounts are yuan', () =>
    assert.deepEqual(parseRefundRights(aFile()), {
      ok: true,
      value: {
        ...{ limitFen: 20_000, limitOfOperator: { '1': 5_000 } },
        people: [{ name: '张经理', operators: ['1'], totpSecret: secret }],
      },
    }))
  test('the example can be used', () => {
    const example = readFileSync(new URL('../../../../docs/examples/refund-rights.json', import.meta.url), 'utf8')
    assert.ok(parseRefundRights(JSON.parse(example)).ok)
  })
  const wrong: [string, unknown, string][] = [
    ['nothing', null, '/'],
    ['no limit', { people: [] }, '/'],
    ['a limit of half a fen', aFile({ limitYuan: '0.005' }), '/limitYuan'],
    ['a limit below nothing', aFile({ limitYuan: '-1' }), '/limitYuan'],
    ["an operator's limit in words", aFile({ operators: { '1': { limitYuan: 'much' } } }), '/operators/1/limitYuan'],
    ['a person without a name', aFile({ people: [{ name: '', operators: 'all' }] }), '/people/0/name'],
    [
      'a person of no operators that exist',
      aFile({ people: [{ name: 'a', operators: ['x'] }] }),
      '/people/0/operators',
    ],
    ['one name twice', aFile({ people: [1, 2].map(() => ({ name: 'a', operators: 'all' })) }), '/people/1/name'],
    [
      'a secret that can be guessed',
      aFile({ people: [{ name: 'a', operators: 'all', totpSecret: 'GEZDGNBVGY3TQOJQ' }] }),
      '/people/0/totpSecret',
    ],
    ['a field nobody knows', aFile({ limit: 3 }), '/'],
  ]
  for (const [what, file, field] of wrong)
    test(`${what} is named`, () => {
      const read = parseRefundRights(file)
      assert.ok(!read.ok)
      assert.ok(
        read.error.some((mistake) => mistake.field.startsWith(field) && mistake.rule.length > 0),
        JSON.stringify(read.error),
      )
      assert.ok(!JSON.stringify(read.error).includes('GEZDGNBV'))
    })
})
