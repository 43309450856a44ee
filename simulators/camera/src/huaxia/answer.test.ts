import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothingOrdered } from '../orders.ts'
import { Refused } from '../refused.ts'
import { type HuaxiaAnswer, readAnswer } from './answer.ts'

const answer = (reply: object | string, changed: Partial<HuaxiaAnswer> = {}): HuaxiaAnswer => {
  const body = Buffer.from(typeof reply === 'string' ? reply : JSON.stringify(reply))
  return { status: 200, contentLength: body.length, contentEncoding: null, body, ...changed }
}
const fine = { error_num: 0, error_str: '' }

test('an answer may order nothing', () => assert.deepEqual(readAnswer(answer(fine)), nothingOrdered))

test('the sample of the reference', () => {
  const reply = {
    ...fine,
    gpio_data: [{ action: 'on', ionum: 'io1' }],
    rs485_data: [{ data: 'AA55', encodetype: 'hex2string' }, { data: 'qlU=', encodetype: 'base64' }, { data: 'aa55' }],
    triger_data: { action: 'on' },
    whitelist_data: [],
    passwd: '',
  }
  const bytes = Buffer.from('aa55', 'hex')
  assert.deepEqual(readAnswer(answer(reply)), {
    ...nothingOrdered,
    open: { output: 0 },
    serial: [1, 2, 3].map(() => ({ port: 0, bytes })),
    look: true,
  })
})

const refused: readonly (readonly [what: string, answer: HuaxiaAnswer, field: string])[] = [
  ['chunks', answer(fine, { contentLength: null }), 'content-length'],
  ['compression', answer(fine, { contentEncoding: 'gzip' }), 'content-encoding'],
  ['no JSON', answer('ok'), 'body'],
  ['an error', answer({ ...fine, error_num: 1 }), 'error_num'],
  ['no word about errors', answer({}), 'error_num'],
  ['a key of another protocol', answer({ ...fine, info: 'ok' }), 'body.info'],
  ['an output that is none', answer({ ...fine, gpio_data: [{ ionum: 'io5', action: 'on' }] }), 'gpio_data.ionum'],
  ['an output without action', answer({ ...fine, gpio_data: [{ ionum: 'io1' }] }), 'action'],
  ['a list that is none', answer({ ...fine, gpio_data: { ionum: 'io1', action: 'on' } }), 'gpio_data'],
  ['half a byte', answer({ ...fine, rs485_data: [{ data: 'AA5' }] }), 'rs485_data.data'],
  ['base64 called hex', answer({ ...fine, rs485_data: [{ data: 'qlU=' }] }), 'rs485_data.data'],
  [
    'an encoding of its own',
    answer({ ...fine, rs485_data: [{ data: 'AA', encodetype: 'hex' }] }),
    'rs485_data.encodetype',
  ],
]
for (const [what, given, field] of refused)
  test(`not obeyed: ${what}`, () =>
    assert.throws(
      () => readAnswer(given),
      (error) => error instanceof Refused && error.field === field,
    ))
