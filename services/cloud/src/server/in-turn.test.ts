import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn } from './in-turn.ts'

test('one that fails stands in no other’s way, and the first of them is told when the rest is done', async () => {
  const did: number[] = []
  const act = async (one: number) => {
    did.push(one)
    if (one % 2 === 0) throw new Error(`not ${one}`)
  }
  await assert.rejects(inTurn([1, 2, 3, 4, 5], act), /not 2/)
  assert.deepEqual(did, [1, 2, 3, 4, 5])
  await inTurn([1, 3], act)
})
