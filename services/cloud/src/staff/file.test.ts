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

test('a line says before, after and what it is about in words, and the number of its lot is text: it names something', () => {
  const row = lineRow(
    {
      ...{
        id: '1',
        at: 1,
        act: 'gate.open',
        account: 'a',
        role: 'owner',
        about: 'lane 2',
        before: '',
        after: '450 fen',
      },
      ...{ reason: '', address: '', operator: '1', lot: 4001, look: null },
    },
    'zh',
  )
  assert.deepEqual([row.about, row.before, row.after, row.lot], ['通道 2', '', '¥4.50', '4001'])
})
