import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fateOf, isPaidTwice } from './decide.ts'

const cashAt = 1_000
const debts: [string, quotedAt: number, toldAt: number | null, twice: boolean][] = [
  ['the lot never heard of the payment', 900, null, true],
  ['it heard of it after the cash', 900, 1_100, true],
  ['in the same instant: had it come first, nothing would have been owed', 900, 1_000, true],
  ['it had heard of it: the cash is for what was owed since', 900, 950, false],
  ['the price was asked after the cash, so it is for what was owed since', 1_100, null, false],
  ['asked in the same instant: after the cash, nothing would have been owed', 1_000, null, true],
]
for (const [what, quotedAt, toldAt, twice] of debts)
  test(`${what}: ${twice ? 'paid twice' : 'two debts'}`, () =>
    assert.equal(isPaidTwice({ quotedAt, toldAt }, cashAt), twice))

const leaveBy = 5_000
const fates: [string, Parameters<typeof fateOf>[0], ReturnType<typeof fateOf>][] = [
  ['left in the time that the cash paid for', { state: 'left', leftAt: 4_999 }, 'goes-back'],
  ['left in its last instant', { state: 'left', leftAt: 5_000 }, 'goes-back'],
  ['left later: the other money may have paid for that', { state: 'left', leftAt: 5_001 }, 'for-a-person'],
  ['still inside', { state: 'inside', leftAt: null }, 'wait'],
  ['stands at an exit', { state: 'leaving', leftAt: null }, 'wait'],
  ['came in again, and nobody saw it leave', { state: 'superseded', leftAt: null }, 'for-a-person'],
  ['a person ended the stay', { state: 'voided', leftAt: null }, 'for-a-person'],
]
for (const [what, stay, fate] of fates)
  test(`paid by phone and in cash, ${what}: ${fate}`, () => assert.equal(fateOf(stay, { leaveBy }), fate))
