import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scanIs } from './admission.ts'

const at = (askedAt: number, admittedAt: number | null) => ({ requestId: 'r', askedAt, admittedAt, gate: null })
const cases: [string, Parameters<typeof scanIs>[0], number, string][] = [
  ['the first scan', null, 0, 'new'],
  ['again while the lot has not answered', at(0, null), 10_000, 'repeat'],
  ['again long after no answer', at(0, null), 10_001, 'new'],
  ['again just after success', at(0, 1_000), 2_000, 'shown'],
  ['again within 30 s after success', at(0, 1_000), 31_000, 'shown'],
  ['back another time', at(0, 1_000), 31_001, 'new'],
]
for (const [name, last, now, expected] of cases) test(name, () => assert.equal(scanIs(last, now), expected))
