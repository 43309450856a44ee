import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plateIn } from './plate-in.ts'

const read: readonly (readonly [written: string, plate: string | null, why: string])[] = [
  ['粤B12345', '粤B12345', 'as it is'],
  ['粤b·12345', '粤B12345', 'in another spelling'],
  ['粤BI234O', '粤B12340', 'no serial holds an I or an O'],
  ['粤OA1234', '粤OA1234', 'an O of an old special issue stays'],
  ['無牌車', null, 'no plate'],
  ['_无_', null, 'no plate'],
  ['', null, 'nothing'],
  ['无12345', null, 'only systems give such plates to cars'],
  [`粤B12345${' '.repeat(33)}`, '粤B12345', '40 characters'],
  [`粤B12345${' '.repeat(34)}`, null, 'text of 41 characters is none'],
  [`粤B12345${' '.repeat(32)}京A00001`, null, 'its beginning is not taken for the whole'],
]
for (const [written, plate, why] of read)
  test(`"${written.trim()}" is ${plate}: ${why}`, () => assert.equal(plateIn(written, { overseas: false }), plate))

test('a Hong Kong car counts where it is asked for', () => {
  assert.equal(plateIn('AB1234', { overseas: false }), null)
  assert.equal(plateIn('AB1234', { overseas: true }), 'AB1234')
})
