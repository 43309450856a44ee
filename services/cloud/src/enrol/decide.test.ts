import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeLastsMs, decideEnrolment, mayOffer, type Offer } from './decide.ts'

test('a code lives for 24 hours', () => assert.equal(codeLastsMs, 24 * 60 * 60 * 1000))

for (const [why, hasAgent, takeOver, expected] of [
  ['a lot without an agent', false, false, 'offer'],
  ['a lot without an agent, where taking over was allowed for nothing', false, true, 'offer'],
  ['a lot with an agent', true, false, 'agent-exists'],
  ['a lot with an agent that is to give way', true, true, 'offer'],
] as const)
  test(`${why}: ${expected}`, () => assert.equal(mayOffer({ hasAgent }, takeOver), expected))

const offer: Offer = { takeOver: false, expiresAt: 100, usedAt: null }
const fresh = { now: 50, hasAgent: false, isAgent: false }
const cases: [string, Partial<Offer> | null, Partial<typeof fresh>, string][] = [
  ['a fresh code for a lot without an agent', {}, {}, 'enrol'],
  ['its last millisecond', {}, { now: 99 }, 'enrol'],
  ['no such code', null, {}, 'code-unknown'],
  ['no such code, from the very agent', null, { hasAgent: true, isAgent: true }, 'code-unknown'],
  ['after its time', {}, { now: 100 }, 'code-expired'],
  ['after its time, to take over', { takeOver: true }, { now: 100, hasAgent: true }, 'code-expired'],
  [
    'used, and the key is the agent’s: the answer was lost',
    { usedAt: 40 },
    { hasAgent: true, isAgent: true },
    'repeat',
  ],
  ['the same a day later', { usedAt: 40 }, { now: 500, hasAgent: true, isAgent: true }, 'repeat'],
  ['used, with another key', { usedAt: 40 }, { hasAgent: true }, 'code-used'],
  [
    'used, with the key of an agent that has been replaced',
    { usedAt: 40, takeOver: true },
    { hasAgent: true },
    'code-used',
  ],
  ['used and over', { usedAt: 40 }, { now: 500, hasAgent: true }, 'code-used'],
  ['an agent came since the code was made', {}, { hasAgent: true }, 'agent-exists'],
  ['an agent is there and gives way', { takeOver: true }, { hasAgent: true }, 'enrol'],
  ['taking over where nobody is', { takeOver: true }, {}, 'enrol'],
]
for (const [why, about, facts, expected] of cases)
  test(`${why}: ${expected}`, () =>
    assert.equal(decideEnrolment(about && { ...offer, ...about }, { ...fresh, ...facts }), expected))

test('a lot with an agent gets another one only where taking over was said, in time, and the code was fresh', () => {
  const anyOffer = fc.record({
    takeOver: fc.boolean(),
    expiresAt: fc.nat(100),
    usedAt: fc.option(fc.nat(100), { nil: null }),
  })
  fc.assert(
    fc.property(anyOffer, fc.nat(100), fc.boolean(), (made, now, isAgent) => {
      const decision = decideEnrolment(made, { now, hasAgent: true, isAgent })
      assert.equal(decision === 'enrol', made.takeOver && made.usedAt === null && now < made.expiresAt)
      if (decision === 'repeat') assert.ok(isAgent && made.usedAt !== null)
    }),
  )
})
