import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { deleteMessage } from './message-store.ts'
import { outbox as makeOutbox } from './outbox.ts'
import { polls as makePolls } from './polls.ts'
import { usual } from './settings.ts'

/* What is put for lots whose polls are open, here and in another process, on the real database. */

const lots = [
  { bucket: 3, lotId: 9 },
  { bucket: 4, lotId: 10 },
  { bucket: 5, lotId: 11 },
  { bucket: 6, lotId: 12 },
] as const
const [lot, neighbour, silent, updated] = lots
let at = Date.UTC(2026, 5, 1) as Instant
const clock = { now: () => at }
const newId = idMaker(() => clock.now(), 5)
const forEver = 2 ** 31 - 1
let data: TestDatabase

before(async () => {
  data = await testDatabase()
  for (const one of lots) await provision(data.database, aLotPlan(one), at)
})
after(() => data.close())

/** One process: its polls, and its outbox. */
function aProcess(database = data.database, more: Partial<Parameters<typeof makeOutbox>[0]> = {}) {
  const polls = makePolls()
  const put: number[] = []
  const outbox = makeOutbox({
    ...{ database, clock, polls, alarms: { raise: async () => {} } },
    onPut: (to) => {
      put.push(to.lotId)
      polls.wake(to)
    },
    ...more,
  })
  return {
    ...{ outbox, put },
    /** A poll that is open and has found nothing. */
    async poll(of: (typeof lots)[number], localId = 'box') {
      let hangUp = () => {}
      const how = { holdMs: forEver, awayAfterMs: forEver, onGone: (end: () => void) => (hangUp = end) }
      const message = polls.hold(of, localId, how, () => outbox.next(of, localId))
      while (!polls.waiting(of, localId)) await new Promise((resolve) => setImmediate(resolve))
      return { message, hangUp: () => hangUp() }
    },
  }
}
const message = (orderId: string | null = null, localId: string | null = null) => {
  const id = newId()
  return { id, service: 'outpark', answeredBy: [id], orderId, localId, body: `{"n":"${id}"}` }
}
const lies = async (of: (typeof lots)[number], id: string) => {
  const text = `select sends, send_at, repeats from bolink_message where bucket = $1 and lot_id = $2 and id = $3`
  const [row] = await data.database
    .of(of.bucket)
    .query<{ sends: number; send_at: number | null; repeats: boolean }>({ name: '', text }, [of.bucket, of.lotId, id])
  return row
}
const idOf = async (poll: { message: Promise<{ id: string } | null> }) => (await poll.message)?.id ?? null

describe('what is put where a poll of the lot waits', () => {
  test('is handed to it once, and is sent again by its steps', async () => {
    const { outbox, poll, put } = aProcess()
    const open = await poll(lot)
    const paid = message('R1')
    await outbox.tell(lot, paid, usual)
    assert.deepEqual(await open.message, { id: paid.id, service: paid.service, body: paid.body })
    assert.deepEqual(put, [], 'nobody looks for it')
    assert.deepEqual(await lies(lot, paid.id), { sends: 1, send_at: at + 10_000, repeats: true })
    assert.equal(await outbox.next(lot, 'box'), null)
    await outbox.tell(lot, paid, usual)
    assert.equal(await outbox.next(lot, 'box'), null, 'put again it is the same message')
    at = (at + 10_000) as Instant
    assert.equal((await outbox.next(lot, 'box'))?.id, paid.id)
    assert.deepEqual(await lies(lot, paid.id), { sends: 2, send_at: at + 20_000, repeats: true })
  })

  test('waits while an earlier payment of the same record has no answer', async () => {
    const { outbox, poll } = aProcess()
    const [first, second] = [message('R2'), message('R2')]
    const one = await poll(lot)
    await outbox.tell(lot, first, usual)
    assert.equal(await idOf(one), first.id)
    const two = await poll(lot)
    await outbox.tell(lot, second, usual)
    assert.equal((await lies(lot, second.id))?.sends, 0)
    const other = message()
    await outbox.tell(lot, other, usual)
    assert.equal(await idOf(two), other.id, 'the poll waited on')
  })

  test('that may be sent once is sent once, and never after its time', async () => {
    const { outbox, poll } = aProcess()
    const open = await poll(lot)
    const [late, order] = [message(), message()]
    await outbox.tellOnce(lot, late, at - 1)
    await outbox.tellOnce(lot, order, at)
    assert.equal(await idOf(open), order.id)
    assert.deepEqual(await lies(lot, order.id), { sends: 1, send_at: null, repeats: false })
    assert.equal((await lies(lot, late.id))?.sends, 0)
    assert.equal(await outbox.next(lot, 'box'), null)
  })

  test('goes to the computer that it is for, and of several to one alone', async () => {
    const { outbox, poll } = aProcess()
    const open = [await poll(lot, 'box 1'), await poll(lot, 'box 2'), await poll(neighbour, 'box 2')]
    const [named, any] = [message(null, 'box 2'), message()]
    await Promise.all([outbox.tell(lot, named, usual), outbox.tell(lot, any, usual)])
    assert.deepEqual(await Promise.all(open.slice(0, 2).map(idOf)), [any.id, named.id])
    open[2]!.hangUp()
    assert.equal(await idOf(open[2]!), null)
  })

  test('and whose commit is not heard of is sent again by the door, and handed over all the same', async () => {
    const twice: typeof data.database = {
      ...data.database,
      of: (bucket) => {
        const db = data.database.of(bucket)
        return {
          ...db,
          query: async (...asked) => [await db.query(...asked), await db.query(...asked)].at(-1) as never,
        }
      },
    }
    const { outbox, poll } = aProcess(twice)
    const open = await poll(lot)
    const order = message()
    await outbox.tellOnce(lot, order, at)
    assert.equal(await idOf(open), order.id)
    assert.equal((await lies(lot, order.id))?.sends, 1)
  })

  test('and cannot be put is an error to whoever puts it; the poll waits on', async () => {
    const { outbox, poll } = aProcess()
    const open = await poll(lot)
    await assert.rejects(outbox.tell(lot, { ...message(), id: 'no number' as never }, usual))
    const next = message()
    await outbox.tell(lot, next, usual)
    assert.equal(await idOf(open), next.id)
  })
})

describe('what another process puts', () => {
  test('is found by one look for all polls, each message by one poll', async () => {
    const [here, elsewhere] = [aProcess(), aProcess()]
    const open = [await here.poll(lot, 'box 1'), await here.poll(lot, 'box 2'), await here.poll(neighbour)]
    await here.outbox.look()
    const put = [message(), message(), message()]
    await elsewhere.outbox.tell(lot, put[0]!, usual)
    await elsewhere.outbox.tell(lot, put[1]!, usual)
    await elsewhere.outbox.tell(neighbour, put[2]!, usual)
    await here.outbox.look()
    const came = await Promise.all(open.map(idOf))
    assert.deepEqual(came.slice(0, 2).sort(), [put[0]!.id, put[1]!.id].sort())
    assert.equal(came[2], put[2]!.id)
  })

  test('is claimed by one process, however many hold polls of the lot', async () => {
    const processes = [aProcess(), aProcess(), aProcess()]
    const open = []
    for (const [index, { poll }] of processes.entries()) open.push(await poll(lot, `box ${index}`))
    const put = message()
    await aProcess().outbox.tell(lot, put, usual)
    await Promise.all(processes.map(({ outbox }) => outbox.look()))
    const first = await Promise.race(open.map(idOf))
    assert.equal(first, put.id)
    assert.equal((await lies(lot, put.id))?.sends, 1)
    for (const { hangUp } of open) hangUp()
    assert.equal((await Promise.all(open.map(idOf))).filter((id) => id === put.id).length, 1)
  })
})

test('of two answers to one question the first counts, whoever asks again under its number; after one that is still at work, the next', async () => {
  const { outbox, poll } = aProcess()
  const asks = async (...prices: object[]) => {
    const open = await poll(lot)
    const question = { ...message(), service: 'query_price' }
    const ask = () => outbox.ask(lot, question, { answerSeconds: 60 }, true)
    const asked = ask()
    assert.equal(await idOf(open), question.id)
    const heard: unknown[] = []
    for (const price of prices) {
      await outbox.answer(lot, 'query_price', question.answeredBy, price)
      const again = await ask()
      heard.push(again.ok && again.value)
    }
    const first = await asked
    return [first.ok && first.value, ...heard]
  }
  const [five, eight, working] = [{ state: 1, price: '5.00' }, { state: 1, price: '8.00' }, { state: 2 }]
  assert.deepEqual(await asks(five, eight), [five, five, five])
  assert.deepEqual((await asks(working, five, eight)).slice(1), [working, five, five])
})

for (const [what, insert] of [
  [
    'a payment',
    `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by, state, send_at)
     values ($1, $2, $3, $3, 500, now(), now(), 'sent', now())`,
  ],
  [
    'an order',
    `insert into lot_command (bucket, lot_id, id, kind, body, issued_at, expires_at, state, send_at)
     values ($1, $2, $3, 'open-gate', '{}', now(), now(), 'sent', now())`,
  ],
] as const)
  test(`${what} that is put again just while its answer is noted is not told a second time`, async () => {
    const { outbox, poll } = aProcess()
    const paid = message()
    const key = [lot.bucket, lot.lotId, paid.id]
    const db = data.database.of(lot.bucket)
    await db.query({ name: '', text: insert }, key)
    const open = await poll(lot)
    await outbox.tell(lot, paid, usual)
    assert.equal(await idOf(open), paid.id)
    const table = what === 'a payment' ? 'clearance' : 'lot_command'
    const answered = `update ${table} set state = 'done', answered_at = now(), send_at = null where bucket = $1 and lot_id = $2 and id = $3`
    let again: Promise<unknown> = Promise.resolve()
    await db.transaction(async (tx) => {
      await tx.query({ name: '', text: answered }, key)
      await tx.query(deleteMessage, key)
      again = outbox.tell(lot, paid, usual)
      const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      while ((await db.query({ name: '', text: waits })).length === 0)
        await new Promise((resolve) => setImmediate(resolve))
    })
    await again
    assert.equal(await lies(lot, paid.id), undefined)
  })

test('what is repeated goes to another computer when its own has not been seen for 15 minutes; what goes once waits for its own', async () => {
  const sees = (localId: string) =>
    data.database.of(updated.bucket).query({ name: '', text: seen }, [updated.bucket, updated.lotId, localId, at])
  const seen = `
    insert into bolink_computer (bucket, lot_id, local_id, token_hash, seen_at) values ($1, $2, $3, $3, to_timestamp($4::float8 / 1000))
    on conflict (bucket, lot_id, local_id) do update set seen_at = excluded.seen_at`
  const { outbox } = aProcess()
  await sees('box_v1')
  const [paid, gate] = [message('R9', 'box_v1'), message(null, 'box_v1')]
  await outbox.tell(updated, paid, usual)
  await outbox.tellOnce(updated, gate, at + 3_600_000)
  assert.equal((await outbox.next(updated, 'box_v1'))?.id, paid.id, 'sent, and never answered')
  at = (at + 15 * 60_000) as Instant
  await sees('box_v2')
  assert.equal(await outbox.next(updated, 'box_v2'), null, 'its own may come yet')
  at = (at + 1) as Instant
  assert.equal((await outbox.next(updated, 'box_v2'))?.id, paid.id)
  assert.equal(await outbox.next(updated, 'box_v2'), null)
  assert.equal((await outbox.next(updated, 'box_v1'))?.id, gate.id)
})

test('what was sent in vain for the last time calls a person and has its act, whoever ends in between, and then it is over', async () => {
  const did: string[] = []
  let ends: string | null = null
  const doing = ({ lotId }: { lotId: number }, what: string) => {
    if (lotId !== silent.lotId) return
    if (ends === what) throw new Error('it ends here')
    did.push(what)
  }
  const { outbox } = aProcess(data.database, {
    alarms: { raise: async (of, { kind }) => doing(of, kind) },
    onGivenUp: async (of, { about }) => doing(of, about),
  })
  const vain = message()
  await outbox.tell(silent, vain, usual)
  for (let sends = 1; sends <= 11; sends += 1, at = (at + 300_000) as Instant)
    assert.equal((await outbox.next(silent, 'box'))?.id, vain.id)
  for (ends of ['lot-not-told', 'payment']) await assert.rejects(outbox.round(), /it ends here/)
  ends = null
  for (const _ of [1, 2]) await outbox.round()
  // The same alarm is one alarm (alarm.ts).
  assert.deepEqual(did, ['lot-not-told', 'lot-not-told', 'payment'])
  assert.equal((await lies(silent, vain.id))?.send_at, null)
})

test('one whose act cannot be done stays due, is said, and stands in no other’s way', async () => {
  const [stuck, next] = [message(), message()]
  const { outbox } = aProcess(data.database, {
    onGivenUp: async (_, { id }) => {
      if (id === stuck.id) throw new Error('it cannot be done')
    },
  })
  for (const one of [stuck, next]) await outbox.tell(silent, one, usual)
  for (let sends = 1; sends <= 11; sends += 1, at = (at + 300_000) as Instant)
    for (const one of [stuck, next]) assert.equal((await outbox.next(silent, 'box'))?.id, one.id)
  await assert.rejects(outbox.round(), /it cannot be done/)
  assert.notEqual((await lies(silent, stuck.id))?.send_at, null)
  assert.equal((await lies(silent, next.id))?.send_at, null)
})
