import assert from 'node:assert/strict'
import test from 'node:test'
import { microBatch } from './micro-batch.ts'

const gate = () => {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

test('a lone caller goes at once; those who come meanwhile share the next call', async () => {
  const calls: number[][] = []
  const first = gate()
  const add = microBatch<number, number>({
    keyOf: String,
    run: async (items) => {
      calls.push([...items])
      if (calls.length === 1) await first.opened
      return items.map((item) => item * 10)
    },
  })
  const answers = [add(1), add(2), add(3)]
  first.open()
  assert.deepEqual(await Promise.all(answers), [10, 20, 30])
  assert.deepEqual(calls, [[1], [2, 3]])
})

test('a second call beside the first goes only for a crowd', async () => {
  const calls: number[][] = []
  const first = gate()
  const add = microBatch<number, number>({
    keyOf: String,
    lanes: 2,
    crowd: 3,
    run: async (items) => {
      calls.push([...items])
      if (calls.length === 1) await first.opened
      return items
    },
  })
  const answers = [add(1), add(2), add(3)]
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(calls, [[1]], 'two wait')
  answers.push(add(4))
  assert.deepEqual(calls, [[1], [2, 3, 4]], 'three do not')
  answers.push(add(5))
  first.open()
  await Promise.all(answers)
  assert.deepEqual(calls, [[1], [2, 3, 4], [5]])
})

test('the same key never travels twice in one batch', async () => {
  const calls: string[][] = []
  const add = microBatch<string, number>({
    keyOf: (item) => item[0]!,
    run: async (items) => {
      calls.push([...items])
      return items.map(() => 0)
    },
  })
  await Promise.all([add('z'), add('a1'), add('a2'), add('b')])
  assert.deepEqual(calls, [['z'], ['a1', 'b'], ['a2']])
})

test('a batch that fails as a whole is tried one by one: a bad one never fails its neighbours', async () => {
  const first = gate()
  let calls = 0
  const add = microBatch<number, number>({
    keyOf: String,
    run: async (items) => {
      if (++calls === 1) await first.opened
      if (items.includes(13)) throw new Error('unlucky')
      return items
    },
  })
  const answers = [add(1), add(12), add(13), add(14)].map((answer) => answer.catch((error: Error) => error.message))
  first.open()
  assert.deepEqual(await Promise.all(answers), [1, 12, 'unlucky', 14])
})

test('a result that is an Error rejects its own caller only', async () => {
  const add = microBatch<number, number>({
    keyOf: String,
    run: async (items) => items.map((item) => (item === 2 ? new Error('no') : item)),
  })
  const answers = await Promise.all([add(1), add(2), add(3)].map((answer) => answer.catch(() => 'no')))
  assert.deepEqual(answers, [1, 'no', 3])
})

test('no batch is larger than the largest', async () => {
  const sizes: number[] = []
  const add = microBatch<number, number>({
    keyOf: String,
    largest: 4,
    run: async (items) => {
      sizes.push(items.length)
      return items
    },
  })
  await Promise.all(Array.from({ length: 10 }, (_, n) => add(n)))
  assert.deepEqual(sizes, [1, 4, 4, 1])
})
