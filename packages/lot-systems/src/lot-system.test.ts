import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LotEvent, refusals } from '@lanepay/lot-link/messages.ts'
import { agentAbilities } from './agent/agent.ts'
import { abilities, lotEvents, mayAskAgain, ownEvents } from './lot-system.ts'

test('a lot that was away, at work or whose device was silent may be asked again; every other no stands', () => {
  assert.equal(mayAskAgain({ kind: 'offline' }), true)
  assert.deepEqual(
    refusals.filter((because) => mayAskAgain({ kind: 'refused', because })),
    ['device-silent', 'busy'],
  )
})

test('our own agent opens when it is told, lets in without asking, is its own lists, and has no word for arms that stay and vehicles that are held', () => {
  assert.deepEqual(
    abilities.filter((ability) => !agentAbilities.includes(ability)),
    [
      ...['opens-when-nothing-owed', 'closes-gate', 'holds-gate-open', 'asks-before-entry', 'locks-vehicle'],
      ...['lists-lanes', 'reports-spaces', 'lists-inside', 'lists-passages'],
    ],
  )
})

test('each kind of a log is one event of the contract, or one that only a lot of our own has', () => {
  const said = Object.values(lotEvents).flatMap(({ kinds }): readonly string[] => kinds)
  const kinds = LotEvent.anyOf.map(({ properties }) => properties.kind.const)
  assert.deepEqual([...said, ...ownEvents].sort(), kinds.toSorted())
})
