import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf } from './lists.ts'
import type { Lists } from './messages.ts'

const card = { card: 'A', plates: ['粤B11111'], spaces: 1, from: 0, until: 100 }
const none: Lists = { version: 1, cards: [], free: [], guests: [], blocked: [], capacity: null }
const cases: [string, Partial<Lists>, string[]][] = [
  ['nothing', {}, []],
  ['a card', { cards: [card] }, []],
  ['a card that ends before it begins', { cards: [{ ...card, until: 0 }] }, ['/cards/0/until']],
  ['a card twice', { cards: [card, { ...card, plates: ['粤B22222'] }] }, ['/cards/1/card']],
  ['a plate on two cards at a time', { cards: [card, { ...card, card: 'B' }] }, ['/cards/1/plates/0']],
  ['a plate on two cards one after the other', { cards: [card, { ...card, card: 'B', from: 100, until: 200 }] }, []],
  ['free and blocked', { free: [{ plate: '粤B1' }], blocked: [{ plate: '粤B1' }] }, ['/free/0/plate']],
]
for (const [what, over, fields] of cases)
  test(`lists: ${what}`, () =>
    assert.deepEqual(
      faultsOf({ ...none, ...over }).map(({ field }) => field),
      fields,
    ))
