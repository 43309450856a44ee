import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actNames } from '@lanepay/cloud/staff/acts.ts'
import { actTexts } from './act-texts.ts'

test('every act of the table of rights has a name in both languages', () => {
  for (const names of [actTexts.zh, actTexts.en])
    assert.deepEqual(
      actNames.filter((act) => names[act] === undefined),
      [],
    )
  assert.deepEqual(Object.keys(actTexts.zh), Object.keys(actTexts.en))
})
