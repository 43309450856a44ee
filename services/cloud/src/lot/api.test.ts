import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { agentAbilities } from '@lanepay/lot-systems/agent/agent.ts'
import { hikvision } from '@lanepay/lot-systems/hikvision/hikvision.ts'
import { keytop } from '@lanepay/lot-systems/keytop/keytop.ts'
import type { Ability } from '@lanepay/lot-systems/lot-system.ts'
import { ownAbilities } from '@lanepay/lot-systems/own/own.ts'
import { cannotOf, type OfOffice } from './api.ts'

describe('what an operator is shown that a lot cannot', () => {
  const asked: readonly OfOffice[] = ['quotes-by-lane', 'admits-unplated', 'reports-entry', 'reports-exit']
  const without = (lacking: Ability) => ownAbilities.filter((one) => one !== lacking)
  const table: readonly (readonly [what: string, can: readonly Ability[], cannot: readonly OfOffice[]])[] = [
    ['our agent', agentAbilities, []],
    ['our own protocol', ownAbilities, []],
    ['software of it that does not know who stands at its exit', without('quotes-by-lane'), ['quotes-by-lane']],
    ['a system without a word for a car without a plate', hikvision.abilities, ['admits-unplated']],
    ['a system that is only asked', keytop.abilities, ['reports-entry', 'reports-exit']],
    ['one that can nothing of it', [], asked],
  ]
  for (const [what, can, cannot] of table)
    test(`${what}: of who stands at an exit, cars without a plate, entries and exits`, () =>
      assert.deepEqual(
        cannotOf(can).filter((one) => asked.includes(one)),
        cannot,
      ))

  test('nothing of how a system answers: that is no matter of an office', () => {
    const inside: readonly Ability[] = ['quotes', 'accepts-payment', 'opens-when-nothing-owed', 'asks-before-entry']
    assert.deepEqual(
      cannotOf([]).filter((one) => (inside as readonly string[]).includes(one)),
      [],
    )
  })
})
