import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Claimed, polls as makePolls } from './polls.ts'

const lot = { bucket: 7, lotId: 42 }
const forEver = 2 ** 31 - 1
const held = (onGone = (_end: () => void) => {}) => ({ holdMs: forEver, awayAfterMs: forEver, onGone })
const message = (id: string): Claimed => ({ id, service: 'outpark', body: '{}' })
const [one, two] = [message('1'), message('2')]

/** A queue that a poll looks into; `inVain` resolves when it has looked in vain. */
function emptyQueue() {
  const messages: Claimed[] = []
  let looked = () => {}
  return {
    messages,
    next: async () => {
      const first = messages.shift() ?? null
      if (first === null) looked()
      return first
    },
    inVain: () => new Promise<void>((resolve) => (looked = resolve)),
  }
}
/** Whatever is settled by now is heard of by all who wait for it. */
const settled = () => new Promise((resolve) => setImmediate(resolve))
/** One poll that has looked in vain and waits. */
async function waitingPoll(polls: ReturnType<typeof makePolls>, localId = 'box', how = held()) {
  const queue = emptyQueue()
  const inVain = queue.inVain()
  const poll = polls.hold(lot, localId, how, queue.next)
  await inVain
  await settled()
  return { ...queue, poll }
}
/** What somebody puts, who says later whether it was claimed. */
const putting = () => Promise.withResolvers<Claimed | null>()

test('what is there ends a poll at once; what comes while it is open ends it when it is woken', async () => {
  const polls = makePolls()
  const queue = emptyQueue()
  queue.messages.push(one)
  assert.equal(await polls.hold(lot, 'box', held(), queue.next), one)
  const { poll, messages } = await waitingPoll(polls)
  messages.push(two)
  polls.wake({ bucket: 7, lotId: 4 })
  polls.wake(lot)
  assert.equal(await poll, two)
})

test('what is put while it looks has it look again', async () => {
  const polls = makePolls()
  const looks = [putting(), putting()]
  let looked = 0
  const poll = polls.hold(lot, 'box', held(), () => looks[looked++]!.promise)
  polls.wake(lot)
  looks[0]!.resolve(null)
  looks[1]!.resolve(one)
  assert.equal(await poll, one)
  assert.equal(looked, 2)
})

test('of two polls of one computer the older is answered with nothing, the newer is kept', async () => {
  const polls = makePolls()
  const older = await waitingPoll(polls)
  const newer = await waitingPoll(polls)
  let hangUp = () => {}
  const other = await waitingPoll(
    polls,
    'box 2',
    held((end) => (hangUp = end)),
  )
  assert.equal(await older.poll, null)
  newer.messages.push(one)
  polls.wake(lot)
  assert.equal(await newer.poll, one)
  hangUp()
  assert.equal(await other.poll, null)
  assert.deepEqual(polls.lots(), [])
})

test('whoever puts something for a poll that waits here gives it what comes of that, and nobody else does', async () => {
  const polls = makePolls()
  assert.equal(polls.waiting(lot, null), null, 'none is open')
  const { poll } = await waitingPoll(polls)
  assert.deepEqual(polls.lots(), [lot])
  assert.equal(polls.waiting(lot, 'box 2'), null, 'another computer')
  assert.equal(polls.waiting({ bucket: 7, lotId: 4 }, null), null, 'another lot')
  const put = putting()
  polls.waiting(lot, 'box')!.give(put.promise)
  assert.equal(polls.waiting(lot, null), null, 'it is given one at a time')
  put.resolve(one)
  assert.equal(await poll, one)
})

test('a poll that was given nothing waits on, and looks again for what was put meanwhile', async () => {
  const polls = makePolls()
  const { poll, messages, inVain } = await waitingPoll(polls)
  for (const isWoken of [false, true]) {
    const put = putting()
    polls.waiting(lot, null)!.give(put.promise)
    const again = inVain()
    if (isWoken) polls.wake(lot)
    put.resolve(null)
    if (isWoken) await again
    await settled()
  }
  const put = putting()
  polls.waiting(lot, null)!.give(put.promise)
  messages.push(two)
  polls.wake(lot)
  put.resolve(null)
  assert.equal(await poll, two)
})

test('what was claimed for a poll whose time is over meanwhile is not lost', async () => {
  const polls = makePolls()
  const { poll } = await waitingPoll(polls)
  const put = putting()
  polls.waiting(lot, null)!.give(put.promise)
  polls.close()
  put.resolve(one)
  assert.equal(await poll, one)
})

test('a poll ends with nothing when its time is over, when its computer hangs up, and when the process goes', async () => {
  const polls = makePolls()
  assert.equal(await polls.hold(lot, 'box', { ...held(), holdMs: 1 }, async () => null), null)
  let hangUp = () => {}
  const hanging = polls.hold(
    lot,
    'box',
    held((end) => (hangUp = end)),
    async () => null,
  )
  hangUp()
  assert.equal(await hanging, null)
  const open = polls.hold(lot, 'box', held(), async () => null)
  polls.close()
  assert.equal(await open, null)
  assert.equal(await polls.hold(lot, 'box', held(), async () => one), null, 'and none is held any more')
})

test('a poll that is to hear nothing is given nothing', async () => {
  const polls = makePolls()
  let hangUp = () => {}
  const poll = polls.hold(
    lot,
    'box',
    held((end) => (hangUp = end)),
    null,
  )
  await settled()
  polls.wake(lot)
  await settled()
  assert.equal(polls.waiting(lot, null), null)
  hangUp()
  assert.equal(await poll, null)
})

test('a lot is there from its first poll on, and no other is', async () => {
  const polls = makePolls()
  assert.equal(polls.isOnline(lot), false)
  await polls.hold(lot, 'box', held(), async () => one)
  assert.equal(polls.isOnline(lot), true)
  assert.equal(polls.isOnline({ bucket: 7, lotId: 4 }), false)
})

/* Several processes hold the polls of one cloud's lots, and tell each other. */

/** Two processes that hear each other at once, and all that was said. */
function twoProcesses() {
  const said: string[] = []
  const there = (at: () => ReturnType<typeof makePolls>) =>
    makePolls((words) => {
      said.push(JSON.stringify(words))
      at().heard(JSON.parse(said.at(-1)!))
    })
  const one: ReturnType<typeof makePolls> = there(() => other)
  const other: ReturnType<typeof makePolls> = there(() => one)
  return { one, other, said }
}

test('who polls at one process is there for the other, by its name; and nothing but its name is told', async () => {
  const { one, other, said } = twoProcesses()
  const poll = one.hold({ ...lot, key: 'a secret' } as typeof lot, 'box', held(), async () => null)
  assert.equal(other.isOnline(lot), false)
  one.round()
  assert.deepEqual([other.isOnline(lot), other.isThere(lot, 'box'), other.isThere(lot, 'till')], [true, true, false])
  assert.equal(other.isOnline({ bucket: 7, lotId: 43 }), false)
  assert.ok(!said.join().includes('secret'))
  one.round()
  assert.equal(said.length, 1, 'what is known is not told again at once')
  one.close()
  await poll
})

test('who is none of ours as soon as its poll has ended is not told', async () => {
  const { one, other, said } = twoProcesses()
  for (const [localId, awayAfterMs] of [
    ['beside', 0],
    ['box', forEver],
  ] as const)
    await one.hold(lot, localId, { ...held(), holdMs: 0, awayAfterMs }, async () => null)
  one.round()
  assert.deepEqual(
    said.flatMap((words) => JSON.parse(words).polling).map(({ localId }) => localId),
    ['box'],
  )
  assert.deepEqual([other.isThere(lot, 'beside'), other.isThere(lot, 'box')], [false, true])
})

test('what one process puts there is looked for by the poll that the other holds', async () => {
  const { one, other, said } = twoProcesses()
  const { poll, messages } = await waitingPoll(one)
  one.round()
  messages.push(two)
  other.put({ bucket: 7, lotId: 43 })
  assert.equal(said.length, 1, 'of a lot that polls nowhere else nobody is told')
  other.put(lot)
  assert.equal(await poll, two)
})

test('a computer has one poll open, wherever: a newer one at another process ends it with nothing', async () => {
  const { one, other } = twoProcesses()
  const { poll } = await waitingPoll(one)
  const till = await waitingPoll(one, 'till')
  one.round()
  const newer = await waitingPoll(other)
  assert.equal(await poll, null)
  newer.messages.push(message('1'))
  other.wake(lot)
  assert.equal((await newer.poll)?.id, '1')
  till.messages.push(two)
  one.wake(lot)
  assert.equal(await till.poll, two)
})
