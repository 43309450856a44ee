import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Id } from '@lanepay/domain/types.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import { lotLogs } from './log.ts'

/** Takes in as the database does: of a log each number once, in order. `fails`: what of the next call is not heard of. */
function house() {
  const committed = new Map<string, number>()
  const kept: string[] = []
  const deaf = { fails: null as 'before' | 'after' | null }
  let ids = 0
  const write = lotLogs({
    ...{ newId: () => String(++ids) as Id, now: () => 0, device: 'bolink' },
    takeIn: async (_, { epoch, events }) => {
      const { fails } = deaf
      deaf.fails = null
      if (fails === 'before') throw new Error('no line to the database')
      for (const event of events) {
        const last = committed.get(epoch) ?? 0
        if (event.seq !== last + 1) continue
        committed.set(epoch, event.seq)
        kept.push((event as { session: string }).session)
      }
      if (fails === 'after') throw new Error('the answer to the commit was lost')
      return committed.get(epoch) ?? 0
    },
  })
  const tell = (session: string) =>
    write({ bucket: 1, lotId: 2 }, (seq, at) => ({ seq, at, kind: 'left', session, leftAt: 0, owedFen: 0 }) as LotEvent)
  return { deaf, kept, tell }
}

for (const fails of ['before', 'after'] as const)
  test(`what comes after one that failed ${fails} it was taken in is taken in, and so is that one when it is told again`, async () => {
    const { deaf, kept, tell } = house()
    await tell('1')
    deaf.fails = fails
    await assert.rejects(tell('2'))
    await tell('3')
    await tell('2')
    assert.deepEqual([...new Set(kept)].sort(), ['1', '2', '3'])
  })

test('of several at once each goes in order, also behind one that failed', async () => {
  const { deaf, kept, tell } = house()
  deaf.fails = 'after'
  const told = await Promise.allSettled([tell('1'), tell('2'), tell('3')])
  assert.deepEqual(
    told.map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  )
  assert.deepEqual(kept, ['1', '2', '3'])
})
