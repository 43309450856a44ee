import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atMost } from './at-most.ts'

test('so many work at a time, the others in the order they came, and one that fails gives its place back', async () => {
  const inPlace = atMost(2)
  const began: number[] = []
  const ends: (() => void)[] = []
  const work = (n: number) =>
    inPlace(async () => {
      began.push(n)
      await new Promise<void>((end) => ends.push(end))
      if (n === 0) throw new Error('it failed')
      return n
    })
  const all = [0, 1, 2, 3].map(work)
  const failed = assert.rejects(all[0]!, /it failed/)
  await new Promise(setImmediate)
  assert.deepEqual(began, [0, 1])
  ends[0]!()
  await failed
  assert.deepEqual(began, [0, 1, 2])
  const late = work(4)
  for (let n = 1; n < 5; n++) {
    ends[n]!()
    await new Promise(setImmediate)
  }
  assert.deepEqual(began, [0, 1, 2, 3, 4])
  assert.deepEqual(await Promise.all([...all.slice(1), late]), [1, 2, 3, 4])
})
