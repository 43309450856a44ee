import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { chinaTime, fenOf, fenOfYuan, instantOf, objectOf, textOf, wholeOf } from './values.ts'

describe('what vendors send', () => {
  const table: readonly (readonly [what: string, read: unknown, expected: unknown])[] = [
    ['a number is its digits', textOf(325101), '325101'],
    ['blanks are nothing', textOf('  '), null],
    ['true is no text', textOf(true), null],
    ['a whole number may be a text', wholeOf(' 30 '), 30],
    ['half a minute is none', wholeOf('0.5'), null],
    ['fen are whole', fenOf('500'), 500],
    ['fen have no decimals', fenOf('5.00'), null],
    ['yuan as text', fenOfYuan('0.01'), 1],
    ['yuan as a number', fenOfYuan(2.3), 230],
    ['yuan with their sign', fenOfYuan('12元'), 1200],
    ['yuan are never rounded', fenOfYuan('1.005'), null],
    ['an object in a text', objectOf('{"a":1}'), { a: 1 }],
    ['an object in a text in a text', objectOf(JSON.stringify('{"a":1}')), { a: 1 }],
    ['every digit of a name', objectOf('{"a":[202106028000000002,-1,1.5]}'), { a: ['202106028000000002', -1, 1.5] }],
    ['a list is no object', objectOf('[1]'), null],
    ['what is cut off is none', objectOf('{"a":'), null],
    ['seconds', instantOf(1596025934), 1596025934_000],
    ['milliseconds', instantOf('1596025934511'), 1596025934511],
    ['written together', instantOf('20200729123209'), Date.parse('2020-07-29T12:32:09+08:00')],
    ['written apart, in China', instantOf('2020-07-29 12:32:09'), Date.parse('2020-07-29T12:32:09+08:00')],
    ['with a zone of its own', instantOf('2018-05-21T10:54:56.955+00:00'), Date.parse('2018-05-21T10:54:56.955Z')],
    ['without a zone, in China', instantOf('2018-05-21T10:54:56'), Date.parse('2018-05-21T10:54:56+08:00')],
    ['a month too many', instantOf('2020-13-29 12:32:09'), null],
    ['a day without a time', instantOf('2020-12-29'), null],
  ]
  for (const [what, read, expected] of table) test(what, () => assert.deepEqual(read, expected))

  test('a time that we write reads back the same, to the second', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }), (seconds) =>
        assert.equal(instantOf(chinaTime(seconds * 1000)), seconds * 1000),
      ),
    ))
})
