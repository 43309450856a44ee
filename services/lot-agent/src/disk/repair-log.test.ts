import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import { beginLogAnew, logOf, tellDisk } from './repair-log.ts'
import { inWords, type Loss, missingSpans } from './repair-loss.ts'
import { schema } from './schema.ts'

function aLog(seqs: readonly number[], notes: Readonly<Record<string, string>>): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(schema)
  for (const seq of seqs)
    db.prepare('insert into event values (?, ?, ?)').run(seq, seq, JSON.stringify({ seq, at: seq, kind: 'left' }))
  for (const [name, value] of Object.entries(notes)) db.prepare('insert into note values (?, ?)').run(name, value)
  return db
}
const bodies = (db: DatabaseSync) =>
  db
    .prepare('select body from event order by seq')
    .all()
    .map((row) => JSON.parse(String(row.body)))
const notes = (db: DatabaseSync) =>
  Object.fromEntries(
    db
      .prepare('select name, value from note')
      .all()
      .map(({ name, value }) => [name, value]),
  )

describe('a log with a hole begins anew', () => {
  const holed = () => aLog([1, 2, 3, 5, 8], { epoch: '70', last_seq: '9', acked_seq: '2' })
  test('what the cloud has not acknowledged goes again, in order, from 1, and says where it was', () => {
    const db = holed()
    beginLogAnew(db, '90' as Id)
    assert.deepEqual(bodies(db), [
      { seq: 1, at: 3, kind: 'left', was: { epoch: '70', seq: 3 } },
      { seq: 2, at: 5, kind: 'left', was: { epoch: '70', seq: 5 } },
      { seq: 3, at: 8, kind: 'left', was: { epoch: '70', seq: 8 } },
    ])
    assert.deepEqual(notes(db), { epoch: '90', last_seq: '3', acked_seq: '0' })
  })
  test('twice: each still says where it was first', () => {
    const db = holed()
    beginLogAnew(db, '90' as Id)
    beginLogAnew(db, '91' as Id)
    assert.deepEqual(bodies(db)[0].was, { epoch: '70', seq: 3 })
  })
  test('the next event tells of the disk', () => {
    const db = holed()
    beginLogAnew(db, '90' as Id)
    tellDisk(db, 77 as Instant, 'it was damaged')
    assert.deepEqual(bodies(db)[3], {
      seq: 4,
      kind: 'device',
      at: 77,
      device: 'disk',
      state: 'ill',
      because: 'it was damaged',
    })
    assert.deepEqual(logOf(db), { last: 4, acked: 0 })
  })
})

describe('numbers that are missing', () => {
  for (const [there, from, to, spans] of [
    [[1, 2, 3], 1, 3, []],
    [[1, 3], 1, 3, [[2, 2]]],
    [[], 1, 3, [[1, 3]]],
    [
      [5, 2],
      1,
      7,
      [
        [1, 1],
        [3, 4],
        [6, 7],
      ],
    ],
    [[2 ** 50], 4, 5, [[4, 5]]],
    [[1], 4, 3, []],
  ] as const)
    test(`between ${from} and ${to} with ${there.join(', ') || 'none'}`, () =>
      assert.deepEqual(missingSpans(there, from, to), spans))
})

test('a loss in words names what was found, what is gone and where the damaged file is', () => {
  const loss: Loss = {
    found: ['3 rows of session are not what was written'],
    turns: 2,
    rows: new Map([['session', 3]]),
    unchecked: new Map([['event', 4]]),
    uncounted: ['clearance'],
    fromCopy: { proven: 5, older: 1 },
    seqs: [
      [7, 7],
      [9, 12],
    ],
    kept: 'lot.damaged-then.sqlite',
  }
  assert.equal(
    inWords(loss),
    'the file was damaged: 3 rows of session are not what was written. the last 2 turns are gone; rows gone: 3 of session; more may be gone, uncounted, of clearance; rows that cannot be checked: 4 of event; missing in the log: 7, 9 to 12. 6 rows came from the copy, 1 of them as they were then. the damaged file is kept as lot.damaged-then.sqlite',
  )
})
