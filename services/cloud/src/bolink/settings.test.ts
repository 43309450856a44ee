import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { aLotPlan } from '../lot/lot.testing.ts'
import { parseLotPlan } from '../lot/provision.ts'
import type { BolinkSettings } from './settings.ts'

/** A lot's plan with these settings, as it is read; what is wrong with it, by field. */
const mistakesIn = (settings?: BolinkSettings): string[] => {
  const bolink = { unionId: '200208', parkId: 'P1', key: 'the key of the vendor', ...(settings ? { settings } : {}) }
  const read = parseLotPlan(aLotPlan({ bucket: 3, lotId: 9 }, { bolink }))
  return read.ok ? [] : read.error.map(({ field }) => field)
}

describe('a computer counts as there for longer than its poll is held, and until the next has come', () => {
  const online = ['/bolink/settings/onlineSeconds']
  const plans: readonly (readonly [string, BolinkSettings | undefined, readonly string[]])[] = [
    ['as usual', undefined, []],
    ['polls held longer than a computer is there', { holdSeconds: 60, onlineSeconds: 50 }, online],
    ['polls held longer than it usually is there', { holdSeconds: 60 }, online],
    ['there for less than polls are usually held', { onlineSeconds: 20 }, online],
    ['just as long: the next poll would be too late', { holdSeconds: 30, onlineSeconds: 34 }, online],
    ['five seconds for the next poll', { holdSeconds: 30, onlineSeconds: 35 }, []],
  ]
  for (const [what, settings, fields] of plans) test(what, () => assert.deepEqual(mistakesIn(settings), fields))
})
