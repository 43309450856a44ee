import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusals } from '@lanepay/lot-link/messages.ts'
import { agentAbilities } from './agent/agent.ts'
import { abilities, mayAskAgain } from './lot-system.ts'

test('a lot that was away, at work or whose device was silent may be asked again; every other no stands', () => {
  assert.equal(mayAskAgain({ kind: 'offline' }), true)
  assert.deepEqual(
    refusals.filter((because) => mayAskAgain({ kind: 'refused', because })),
    ['device-silent', 'busy'],
  )
})

test('our own agent can do all there is but open unasked: it opens when it is told', () => {
  assert.deepEqual(
    abilities.filter((ability) => !agentAbilities.includes(ability)),
    ['opens-when-nothing-owed'],
  )
})
