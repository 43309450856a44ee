import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { calledSystem, calledSystems, isCalledName } from '@lanepay/lot-systems/called-systems.ts'
import type { LotSystemName } from '../lot/api.ts'
import { checkCalled } from './settings.ts'

const settings = { address: 'https://vendor.example/api', pid: '1', key: 'a-key-of-ours', parkCode: 'TEST/1P1' }

describe('a plan of a lot whose software is called', () => {
  const plans: readonly (readonly [what: string, system: string, settings: object, fields: readonly string[]])[] = [
    ['as it should be', 'daoer', settings, []],
    ['of a system that nobody has built', 'constructor', settings, ['/called/system']],
    ['with an address that is none', 'daoer', { ...settings, address: 'vendor' }, ['/called/settings/address']],
    [
      'with an address that has a query',
      'daoer',
      { ...settings, address: 'https://a/?b=1' },
      ['/called/settings/address'],
    ],
    [
      'with what it does not ask for',
      'daoer',
      { ...settings, more: 'x' },
      ['/called/settings', '/called/settings/more'],
    ],
    ['with nothing', 'daoer', {}, ['/called/settings']],
  ]
  for (const [what, system, typed, fields] of plans)
    test(what, () => {
      const mistakes = checkCalled({ system, settings: typed })
      assert.deepEqual([...new Set(mistakes.map(({ field }) => field))].sort(), fields)
      assert.ok(mistakes.every(({ rule }) => rule.length > 0))
    })

  const names = Object.keys(calledSystems).filter(isCalledName) satisfies readonly LotSystemName[]
  for (const name of names)
    test(`${name} is called so by its adapter, asks for an address, and hides what only the two of us may know`, () => {
      const { name: own, settings: asked, secrets } = calledSystem(name)
      const typed = Object.keys(asked.properties)
      assert.equal(own, name)
      assert.ok(typed.includes('address'))
      assert.ok(secrets.every((secret) => typed.includes(secret)))
      assert.deepEqual(
        typed.filter((one) => /key$|secret|psw/i.test(one) && !/^(?:appKey|parkKey)$/.test(one)).sort(),
        [...secrets].sort(),
      )
    })
})
