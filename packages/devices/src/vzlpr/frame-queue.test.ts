import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Obeyed } from '../lane-device.ts'
import { FrameQueue, together } from './frame-queue.ts'

const frames = (...words: readonly string[]): readonly Buffer[] => words.map((word) => Buffer.from(word))

test('frames go one after another with a pause between, whoever asked first being first', async () => {
  const sent: { readonly frame: string; readonly at: number }[] = []
  const queue = new FrameQueue(async (frame) => {
    sent.push({ frame: frame.toString(), at: performance.now() })
    return 'told'
  }, 30)
  assert.deepEqual(await Promise.all([queue.add(frames('a', 'b')), queue.add(frames('c'))]), ['told', 'told'])
  assert.deepEqual(
    sent.map(({ frame }) => frame),
    ['a', 'b', 'c'],
  )
  for (const [i, { at }] of sent.entries()) if (i > 0) assert.ok(at - sent[i - 1]!.at >= 28)
  await queue.close()
})

test('closed, it sends nothing any more', async () => {
  let count = 0
  const queue = new FrameQueue(async () => {
    count += 1
    return 'told'
  }, 60_000)
  const added = queue.add(frames('a', 'b'))
  while (count === 0) await new Promise((resolve) => setImmediate(resolve))
  await queue.close()
  assert.deepEqual([await added, count], ['unsure', 1])
})

const cases: readonly (readonly [each: readonly Obeyed[], whole: Obeyed])[] = [
  [[], 'told'],
  [['told', 'told'], 'told'],
  [['unreached', 'unreached'], 'unreached'],
  [['told', 'unreached'], 'unsure'],
  [['unsure', 'told'], 'unsure'],
]
for (const [each, whole] of cases)
  test(`together: ${each.join(', ') || 'nothing'} is ${whole}`, () => assert.equal(together(each), whole))
