import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formerPlace } from './former.ts'

const epoch = '90'
const readings: [unknown, object | null][] = [
  [undefined, null],
  [
    { epoch: '70', seq: 3 },
    { epoch: '70', seq: 3 },
  ],
  [
    { epoch: '9223372036854775807', seq: 1, later: true },
    { epoch: '9223372036854775807', seq: 1, later: true },
  ],
  // In no way that can be understood; whatever it is, it must not hold up what follows.
  [{ epoch: '9223372036854775808', seq: 1 }, null],
  [{ epoch: 70, seq: 3 }, null],
  [{ epoch: '70', seq: 0 }, null],
  [{ epoch: '70', seq: 1.5 }, null],
  [{ epoch: '70', seq: 1e300 }, null],
  [{ epoch: '70' }, null],
  [null, null],
  ['70/3', null],
  // Of the very log it stands in: no former one.
  [{ epoch, seq: 3 }, null],
]
for (const [was, place] of readings)
  test(`an event that was ${JSON.stringify(was)} ${place ? 'names its former place' : 'names no former place'}`, () =>
    assert.deepEqual(formerPlace({ seq: 1, was }, epoch), place))
