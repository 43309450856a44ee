import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trailWords } from '@lanepay/domain/trail-words.ts'
import { actNames } from './acts.ts'
import { lineRow, personRow } from './file.ts'

test('every act of the table has its words for the trail, in both languages', () => {
  assert.deepEqual(
    actNames.filter((act) => !(act in trailWords)),
    [],
  )
  for (const [act, { zh, en }] of Object.entries(trailWords)) assert.ok(zh !== '' && en !== '' && zh !== en, act)
})

test('a person in a file has neither name nor telephone, and of a booth its lanes', () => {
  const row = personRow({
    ...{ id: '7', account: 'chen.jie', role: 'attendant', partner: null, name: '陈*', phone: '137****3333' },
    ...{ lots: [{ lot: 1, lanes: [1, 2] }, { lot: 2 }], hasPassword: true, hasSecondFactor: false },
    ...{ madeAt: 1, endedAt: null, seenAt: null },
  })
  assert.deepEqual(row, {
    ...{ account: 'chen.jie', role: 'attendant', partner: null, lots: '1 (1+2), 2', state: 'active', factor: 'no' },
    ...{ madeAt: 1, endedAt: null, seenAt: null },
  })
})

test('the number of a lot in a line is text: it names something', () =>
  assert.equal(
    lineRow({
      ...{ id: '1', at: 1, act: 'gate.open', account: 'a', role: 'owner', about: '', before: '', after: '' },
      ...{ reason: '', address: '', operator: '1', lot: 4001, look: null },
    }).lot,
    '4001',
  ))
