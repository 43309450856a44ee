import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateOf } from './view.ts'

type Facts = Parameters<typeof gateOf>[0]
const queued = { state: 'queued', because: null }
const late = { state: 'expired', because: 'no-answer' }
const silent = { state: 'refused', because: 'silent' }
const otherVehicle = { state: 'refused', because: 'vehicle-changed' }
const gone = { state: 'refused', because: 'vehicle-gone' }
const unclear = { state: 'refused', because: 'uncertain' }
const notHad = { state: 'refused', because: 'quote-stale' }
const saidNoMore = { state: 'refused', because: null }
const opened = { state: 'opened', because: null }

const cases: [string, Partial<Facts>, on: ReturnType<typeof gateOf>, off: ReturnType<typeof gateOf>][] = [
  // what is known -> with the line to the lot, and without it
  ['nothing was answered yet', { commands: [queued] }, 'sent', 'offline'],
  ['the lot said it opened', { commands: [opened] }, 'opened', 'opened'],
  ['its log said it opened', { commands: [late], opened: true }, 'opened', 'opened'],
  ['the gate did not answer the lot', { commands: [silent] }, 'silent', 'silent'],
  ['and the vehicle is gone', { commands: [silent], stands: false }, 'vehicle-changed', 'vehicle-changed'],
  ['the lot saw another vehicle', { commands: [otherVehicle] }, 'vehicle-changed', 'vehicle-changed'],
  ['nobody stood there any more', { commands: [gone] }, 'vehicle-changed', 'vehicle-changed'],
  ['the lot would not open, and says no more', { commands: [saidNoMore] }, 'vehicle-changed', 'vehicle-changed'],
  ['whether it opened is not known', { commands: [unclear] }, 'silent', 'silent'],
  ['the lot would not have the payment', { commands: [notHad] }, 'silent', 'silent'],
  ['and the vehicle is gone', { commands: [notHad], stands: false }, 'vehicle-changed', 'vehicle-changed'],
  ['the lot heard of it too late for its gate', { commands: [{ state: 'done', because: null }] }, 'silent', 'offline'],
  ['nobody answered in time', { commands: [late] }, 'silent', 'offline'],
  [
    'nobody answered in time, nobody seemed to stand there',
    { commands: [late], stands: false },
    'vehicle-changed',
    'offline',
  ],
]
for (const [what, facts, on, off] of cases)
  test(`${what}: ${on}, without the line ${off}`, () => {
    const known = { commands: [], opened: false, stands: true, ...facts }
    assert.deepEqual([gateOf(known, true), gateOf(known, false)], [on, off])
  })
