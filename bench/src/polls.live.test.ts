import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measurePolls } from './polls.ts'

test('a small count of computers: every message comes to its lot once, and everything is measured', async () => {
  const { own, other, figure } = await measurePolls({ computers: 40, messages: 80, turns: 2 })
  for (const { came, p99Ms, deliveredPerCoreSecond, bytesPerPoll } of [own, other]) {
    assert.equal(came.length, 80)
    assert.equal(new Set(came).size, 80)
    assert.ok(p99Ms > 0 && deliveredPerCoreSecond > 0 && Number.isFinite(bytesPerPoll))
  }
  assert.equal(figure.figure, own.p99Ms / other.p99Ms)
})
