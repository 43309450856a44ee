import assert from 'node:assert/strict'
import test from 'node:test'
import { sharedBuffersMb } from './embedded.ts'

const gib = 1024 ** 3
for (const [machine, memory, mb] of [
  ['a small box at a lot', 0.5 * gib, 128],
  ['one of two gigabytes', 2 * gib, 256],
  ['one of eight', 8 * gib, 1024],
  ['a server', 64 * gib, 2048],
] as const)
  test(`the server holds an eighth of the memory, within bounds: ${machine}, ${mb} MB`, () =>
    assert.equal(sharedBuffersMb(memory), mb))
