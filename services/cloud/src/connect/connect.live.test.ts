import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import { firstIdAt, idMaker } from '@lanepay/domain/ids.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { Command } from '@lanepay/lot-link/messages.ts'
import { mayAskAgain } from '@lanepay/lot-systems/lot-system.ts'
import { type ConnectErrorCode, connectErrors, type Message } from '@lanepay/lot-systems/own/api.ts'
import { connectOpenApi } from '@lanepay/lot-systems/own/openapi.ts'
import { signed } from '../../../../packages/lot-client/src/sign.ts'
import { refundToTell } from '../bolink/message-store.ts'
import { ordersOf } from '../bolink/orders.ts'
import { outbox as makeOutbox } from '../bolink/outbox.ts'
import { polls as makePolls } from '../bolink/polls.ts'
import { type Enrolling, houseKey, startEnrolling } from '../enrol/enrol.testing.ts'
import { type LotPlan, parseLotPlan, provision } from '../lot/provision.ts'
import { addPayments } from '../report/report.testing.ts'
import { telling } from './tell.ts'

/* Our own protocol as a lot's software meets it: what is refused, what is done once, what is told until it is answered. */

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const lot = { bucket: 7, lotId: 42 }
const key = { name: '7-42-a', secret: 'a-secret-that-a-test-made-up-0001' }
const other = { name: '7-43-a', secret: 'a-secret-that-a-test-made-up-0002' }
const plan = (number: number, ...keys: { name: string; secret: string }[]): LotPlan => ({
  ...{
    bucket: 7,
    number,
    name: `停车场 ${number}`,
    platformFeeBasisPoints: 100,
    operator: { id: '1', name: '物业' },
    accounts: [],
  },
  lanes: [
    { id: 1, name: '入口', direction: 'entry' },
    { id: 2, name: '出口', direction: 'exit' },
  ],
  own: { keys },
})

const clock = new SimulatedClock()
let cloud: Enrolling
const open = (one: LotPlan) => provision(cloud.data.database, one, clock.now(), Buffer.from(houseKey))
before(async () => {
  cloud = await startEnrolling({ clock })
  await open(plan(42, { name: 'a', secret: key.secret }))
  await open(plan(43, { name: 'a', secret: other.secret }))
})
after(() => cloud?.close())

type Answered = {
  readonly status: number
  readonly body: { error?: { code: string; field?: string; now?: number }; message?: Message | null }
}
/** One call, signed as it should be but for what is told. */
async function call(
  name: string,
  body: unknown,
  told: {
    by?: typeof key
    idempotencyKey?: string
    nonce?: string
    lateMs?: number
    headers?: Readonly<Record<string, string>>
  } = {},
): Promise<Answered> {
  const { by = key, idempotencyKey, nonce, lateMs = 0, headers = {} } = told
  const what = {
    path: `/connect/v1/${name}`,
    body: JSON.stringify(body),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  }
  const response = await fetch(cloud.cloud.url + what.path, {
    method: 'POST',
    body: what.body,
    headers: {
      'content-type': 'application/json',
      ...signed(by, { ...what, method: 'POST' }, clock.now() - lateMs, nonce),
      ...headers,
    },
  })
  return { status: response.status, body: (await response.json()) as Answered['body'] }
}
const next = async (): Promise<Message | null> => (await call('next', { holdSeconds: 0 })).body.message ?? null
const stays = async (plate: string) =>
  (await cloud.sql.query('select state from session where lot_id = 42 and plate = $1', [plate])).rows.map(
    ({ state }) => state,
  )
const entered = { stay: 'R1', plate: '粤B12345', enteredAt: 1_764_425_000_000, lane: 1 }
const answer = { id: numberOf('command', lot, '5' as Id), kind: 'paid', ok: true }

describe('a call is refused', () => {
  const cases: readonly (readonly [why: string, code: ConnectErrorCode, act: () => Promise<Answered>])[] = [
    ['nobody signed it', 'not-signed', () => call('next', {}, { headers: { 'lanepay-signature': '' } })],
    ['no lot has its key', 'unknown-key', () => call('next', {}, { by: { ...key, name: '7-42-b' } })],
    [
      'its key is of a bucket that there is not',
      'unknown-key',
      () => call('next', {}, { by: { ...key, name: '999-42-a' } }),
    ],
    ['another signed it', 'wrong-signature', () => call('next', {}, { by: { ...key, secret: other.secret } })],
    ['it was signed long ago', 'time-off', () => call('next', {}, { lateMs: 301_000 })],
    [
      'it came before',
      'replayed',
      async () => {
        const nonce = 'the-nonce-of-the-replay'
        assert.equal((await call('next', { holdSeconds: 0 }, { nonce })).status, 200)
        return call('next', { holdSeconds: 0 }, { nonce })
      },
    ],
    [
      'what it tells breaks a rule',
      'bad-request',
      () => call('entered', { ...entered, lane: 0 }, { idempotencyKey: 'k1' }),
    ],
    ['it changes something and has no idempotency key', 'bad-request', () => call('entered', entered)],
    [
      'its idempotency key came with another body',
      'key-used',
      async () => {
        assert.equal((await call('entered', { ...entered, stay: 'R2' }, { idempotencyKey: 'k2' })).status, 200)
        return call('entered', { ...entered, stay: 'R3' }, { idempotencyKey: 'k2' })
      },
    ],
    [
      'the lot has no such lane',
      'lane-unknown',
      () => call('entered', { ...entered, lane: 9 }, { idempotencyKey: 'k3' }),
    ],
    ['it answers what nobody asked', 'message-unknown', () => call('answer', { ...answer, id: '1'.repeat(32) })],
    ['it answers for another lot', 'message-unknown', () => call('answer', answer, { by: other })],
    ['it is too large', 'body-too-large', () => call('next', { more: 'x'.repeat(17_000) })],
  ]
  for (const [why, code, act] of cases)
    test(`${code}: ${why}`, async () => {
      const { status, body } = await act()
      assert.deepEqual([body.error?.code, status], [code, connectErrors[code]])
      if (code === 'time-off') assert.ok(Math.abs(body.error!.now! - clock.now()) < 60_000)
    })
})

test('what happened is taken once, however often it is told, and an exit without an entry is the whole record', async () => {
  const told = { ...entered, stay: 'R10', plate: '粤B10101' }
  for (const _ of [1, 2]) assert.equal((await call('entered', told, { idempotencyKey: 'R10.in' })).status, 200)
  assert.deepEqual(await stays('粤B10101'), ['inside'])
  const left = { ...told, lane: 2, leftAt: told.enteredAt + 60_000 }
  for (const _ of [1, 2]) assert.equal((await call('left', left, { idempotencyKey: 'R10.out' })).status, 200)
  assert.deepEqual(await stays('粤B10101'), ['left'])
  await call('left', { ...left, stay: 'R11', plate: '粤B11011' }, { idempotencyKey: 'R11.out' })
  assert.deepEqual(await stays('粤B11011'), ['left'])
})

test('an opening by hand is on record with who and why, once', async () => {
  const opened = { lane: 2, at: clock.now(), by: '张师傅', reason: '消防车' }
  for (const _ of [1, 2]) assert.equal((await call('opened', opened, { idempotencyKey: 'hand-1' })).status, 200)
  const { rows } = await cloud.sql.query(
    `select cause_kind from gate_opening where lot_id = 42 and cause_kind = 'attendant'`,
  )
  assert.equal(rows.length, 1)
})

test('a key takes over from another, which then opens nothing', async () => {
  const newer = { name: '7-42-b', secret: 'a-secret-that-a-test-made-up-0003' }
  await open(plan(42, { name: 'a', secret: key.secret }, { name: 'b', secret: newer.secret }))
  for (const by of [key, newer]) assert.equal((await call('next', { holdSeconds: 0 }, { by })).status, 200)
  await open(plan(42, { name: 'a', secret: key.secret }))
  assert.equal((await call('next', { holdSeconds: 0 }, { by: newer })).body.error?.code, 'unknown-key')
  const { rows } = await cloud.sql.query('select sealed from own_key')
  assert.ok(rows.every(({ sealed }) => !String(sealed).includes(key.secret)))
})

describe('a payment', () => {
  let payments: string[]
  let told: ReturnType<typeof telling>
  const command = (payment: string): Command => ({
    ...{
      id: numberOf('command', lot, payment as Id),
      kind: 'clearance',
      issuedAt: clock.now(),
      expiresAt: clock.now() + 60_000,
    },
    ...{ clearance: payment, session: '77', paidFen: 1000, leaveMinutes: 15, leaveBy: clock.now() + 900_000 },
    gate: { lane: 2, occupancy: '77' },
  })
  before(async () => {
    const { database } = cloud.data
    const newId = idMaker(() => clock.now(), 1)
    const polls = makePolls()
    const alarms = { raise: async () => {} } as Parameters<typeof telling>[0]['alarms']
    told = telling({
      ...{ database, clock, newId, polls, alarms, orders: ordersOf({ database, newId }), onResult: async () => {} },
      outbox: makeOutbox({ database, clock, polls, alarms, onPut: () => {} }),
    })
    await addPayments(cloud.sql, lot, { count: 2, from: clock.now(), everyMs: 1 })
    await cloud.sql.query('update payment set session_id = 77 where lot_id = 42')
    payments = (await cloud.sql.query('select id from payment where lot_id = 42 order by id')).rows.map(({ id }) =>
      String(id),
    )
    await cloud.sql.query(
      `insert into bolink_order (bucket, lot_id, order_id, session_id, local_id) values (7, 42, 'R77', 77, 'own')`,
    )
  })

  test('is told under one number until it is booked, or finally refused, which a person hears of once', async () => {
    const [payment] = payments
    await told.lots.tell(lot, command(payment!))
    const message = await next()
    assert.ok(message?.kind === 'paid')
    assert.deepEqual([message.stay, message.amountFen, message.gate?.lane], ['R77', 1000, 2])
    assert.equal(await next(), null, 'one answer is waited for')
    clock.advance(6_000)
    assert.deepEqual(await next(), message, 'the same words again')
    await call('answer', { id: message.id, kind: 'paid', ok: false, because: 'busy' })
    clock.advance(11_000)
    assert.deepEqual(await next(), message, 'what could not be booked just now is told again')
    for (const _ of [1, 2])
      assert.equal(
        (await call('answer', { id: message.id, kind: 'paid', ok: false, because: 'no-session' })).status,
        200,
      )
    clock.advance(3_600_000)
    assert.equal(await next(), null)
    const { rows } = await cloud.sql.query(`select because from alarm where lot_id = 42 and kind = 'lot-not-told'`)
    assert.deepEqual(rows, [{ because: 'the lot refused the payment: no-session' }])
  })

  test('a price that cannot be read is an answer to its question, which is not asked again', async () => {
    const asking = told.lots.quote(lot, { lane: 2 })
    const message = await next()
    assert.ok(message?.kind === 'quote')
    const { status, body } = await call('answer', { id: message.id, kind: 'quote', ok: true, priceFen: '5.00' })
    assert.deepEqual([status, body.error?.code], [400, 'bad-request'])
    const quote = await asking
    assert.ok(!quote.ok && quote.error.kind === 'refused')
    assert.deepEqual([quote.error.because, mayAskAgain(quote.error)], ['unreadable', false])
  })

  test('that nobody took away in time opens no gate any more', async () => {
    const late = command(payments[1]!)
    await told.lots.tell(lot, late)
    clock.advance(61_000)
    await told.lots.tell(lot, late)
    const message = await next()
    assert.ok(message?.kind === 'paid')
    assert.equal(message.gate, undefined)
    assert.equal((await call('answer', { id: message.id, kind: 'paid', ok: true })).status, 200)
    clock.advance(3_600_000)
    assert.equal(await next(), null)
  })

  test('that went back is told once the channel has done it, until that is booked', async () => {
    const [payment] = payments
    const [at, refund] = [new Date(clock.now()), firstIdAt(clock.now())]
    await cloud.sql.query(
      `insert into clearance (bucket, lot_id, id, session_id, paid_fen, made_at, leave_by) values (7, 42, $1, 77, 1000, $2, $2)`,
      [payment, at],
    )
    await cloud.sql.query(
      `insert into refund (bucket, lot_id, id, payment_id, amount_fen, reason, state, asked_at, done_at) values (7, 42, $1, $2, 300, '多收', 'done', $3, $3)`,
      [refund, payment, at],
    )
    await cloud.sql.query(refundToTell.text, [7, 42, refund])
    for (const _ of [1, 2]) await told.round()
    const message = await next()
    assert.ok(message?.kind === 'refunded')
    assert.deepEqual(
      [message.stay, message.payment, message.amountFen],
      ['R77', numberOf('trade', lot, payment as Id), 300],
    )
    clock.advance(6_000)
    assert.deepEqual(await next(), message)
    assert.equal((await call('answer', { id: message.id, kind: 'refunded', ok: true })).status, 200)
    clock.advance(3_600_000)
    await told.round()
    assert.equal(await next(), null)
  })
})

test('the documents are served to everybody', async () => {
  const read = async (name: string) => (await fetch(`${cloud.cloud.url}/connect/v1/${name}`)).json()
  assert.deepEqual(await read('openapi.json'), JSON.parse(JSON.stringify(connectOpenApi())))
  assert.equal(((await read('asyncapi.json')) as { asyncapi: string }).asyncapi, '3.0.0')
})

describe('docs/connect.md', () => {
  const about = readFileSync(`${root}docs/connect.md`, 'utf8')

  test('its example of a plan is one', () => {
    const read = parseLotPlan(JSON.parse(readFileSync(`${root}docs/examples/lot-own.json`, 'utf8')))
    assert.ok(read.ok && read.value.own, JSON.stringify(read))
  })

  test('its command runs the example program, whose clock may be wrong', async () => {
    const [, args = ''] = /^npx node (packages\/lot-client\S+) \S+ \S+ \S+$/m.exec(about) ?? []
    assert.ok(readFileSync(root + args, 'utf8').split('\n').length <= 150, 'as short as it says')
    const program = spawn(process.execPath, [args, cloud.cloud.url, key.name, key.secret], { cwd: root })
    program.stdin.end('in 粤B90909\nexit 粤B90909\nout\nstop\n')
    const [said, wrong] = await Promise.all([text(program.stdout), text(program.stderr)])
    assert.match(said, /connected to lot 42.*\n.*粤B90909 is in, as R\d+-1\n.*the exit is shut/s, wrong)
    assert.deepEqual(await stays('粤B90909'), ['inside'])
  })
})
