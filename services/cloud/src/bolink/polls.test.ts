import assert from 'node:assert/strict'
import { test } from 'node:test'
import { polls as makePolls } from './polls.ts'

const lot = { bucket: 7, lotId: 42 }
const forEver = 2 ** 31 - 1
const held = (signal = new AbortController().signal) => ({
  holdMs: forEver,
  lookMs: forEver,
  awayAfterMs: forEver,
  gone: signal,
})

/** A queue that a poll looks into; `looked` resolves when it has looked in vain. */
function emptyQueue() {
  const messages: string[] = []
  let looked = () => {}
  return {
    messages,
    next: async () => {
      const message = messages.shift() ?? null
      if (message === null) looked()
      return message
    },
    inVain: () => new Promise<void>((resolve) => (looked = resolve)),
  }
}

test('what is there ends a poll at once; what comes while it is open ends it when it is woken', async () => {
  const polls = makePolls()
  const queue = emptyQueue()
  queue.messages.push('one')
  assert.equal(await polls.hold(lot, 'box', held(), queue.next), 'one')
  const inVain = queue.inVain()
  const poll = polls.hold(lot, 'box', held(), queue.next)
  await inVain
  queue.messages.push('two')
  polls.wake({ bucket: 7, lotId: 4 })
  polls.wake(lot)
  assert.equal(await poll, 'two')
})

test('of two polls of one computer the older is answered with nothing, the newer is kept', async () => {
  const polls = makePolls()
  const queue = emptyQueue()
  const inVain = queue.inVain()
  const older = polls.hold(lot, 'box', held(), queue.next)
  await inVain
  const again = queue.inVain()
  const newer = polls.hold(lot, 'box', held(), queue.next)
  const other = emptyQueue()
  const away = new AbortController()
  const otherComputer = polls.hold(lot, 'box 2', held(away.signal), other.next)
  assert.equal(await older, null)
  await again
  queue.messages.push('message')
  polls.wake(lot)
  assert.equal(await newer, 'message')
  away.abort()
  assert.equal(await otherComputer, null)
})

test('a poll ends with nothing when its time is over, when its computer hangs up, and when the process goes', async () => {
  const polls = makePolls()
  assert.equal(await polls.hold(lot, 'box', { ...held(), holdMs: 1 }, async () => null), null)
  const gone = new AbortController()
  const hanging = polls.hold(lot, 'box', held(gone.signal), async () => null)
  gone.abort()
  assert.equal(await hanging, null)
  const open = polls.hold(lot, 'box', held(), async () => null)
  polls.close()
  assert.equal(await open, null)
  assert.equal(await polls.hold(lot, 'box', held(), async () => 'message'), null, 'and none is held any more')
})

test('a lot is there from its first poll on, and no other is', async () => {
  const polls = makePolls()
  assert.equal(polls.isOnline(lot), false)
  await polls.hold(lot, 'box', held(), async () => 'message')
  assert.equal(polls.isOnline(lot), true)
  assert.equal(polls.isOnline({ bucket: 7, lotId: 4 }), false)
})
