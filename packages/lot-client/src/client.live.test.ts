import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, beforeEach, describe, test } from 'node:test'
import { chargingProgram } from '../examples/charging-program.ts'
import { CallRefused, type Handlers, type LotClient, lotClient } from './client.ts'

/* What the client promises whoever writes a program on it, against a stand-in that says what each test needs. */

type Heard = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: Record<string, unknown> }
const done = { status: 200, body: { ok: true } }
const theirNow = 1_764_425_000_000

let server: Server
let client: LotClient
/** What the next calls are answered; after that, `done`, and no messages. */
let answers: { status: number; body: object }[]
let messages: object[]
let heard: Heard[]
let onAnswer: () => void
before(async () => {
  server = createServer(async (request, response) => {
    const path = request.url!.replace('/connect/v1/', '')
    const body = JSON.parse((await text(request)) || '{}')
    if (path !== 'next') heard.push({ path, headers: request.headers, body })
    // A poll without a message is held.
    if (path === 'next' && messages.length === 0) return
    const { status, body: said } =
      path === 'next' ? { status: 200, body: { message: messages.shift() } } : (answers.shift() ?? done)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    if (path === 'answer') onAnswer()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
beforeEach(() => {
  client?.close()
  ;[answers, messages, heard] = [[], [], []]
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  client = lotClient({ address, key: { name: '7-42-a', secret: 'a-secret-of-the-tests' }, now: () => 1_000 })
})
after(() => {
  client.close()
  server.closeAllConnections()
  server.close()
})

const entered = { stay: 'R1', plate: '粤B12345', enteredAt: 0, lane: 1 }

describe('a call', () => {
  test('that fails on our side is made again under the same idempotency key, signed anew', async () => {
    answers = [{ status: 500, body: { error: { code: 'internal', message: '' } } }]
    await client.entered(entered)
    const [first, second] = heard.map(({ headers }) => headers)
    assert.equal(heard.length, 2)
    assert.deepEqual([first?.['idempotency-key'], second?.['idempotency-key']], ['R1.in', 'R1.in'])
    assert.notEqual(first?.['lanepay-nonce'], second?.['lanepay-nonce'])
  })

  test('that is refused is not made again', async () => {
    answers = [{ status: 404, body: { error: { code: 'lane-unknown', message: 'the lot has no such lane' } } }]
    await assert.rejects(
      client.entered(entered),
      (error) => error instanceof CallRefused && error.code === 'lane-unknown',
    )
    assert.equal(heard.length, 1)
  })

  test('of a machine whose clock is wrong is signed by ours from then on', async () => {
    answers = [{ status: 401, body: { error: { code: 'time-off', message: '', now: theirNow } } }]
    await client.lot()
    assert.deepEqual(
      heard.map(({ headers }) => headers['lanepay-time']),
      ['1000', String(theirNow)],
    )
    assert.equal(client.now(), theirNow)
  })
})

describe('a message', () => {
  const paid = {
    id: '3'.repeat(32),
    kind: 'paid',
    stay: 'R1',
    plate: '粤B12345',
    payment: '1'.repeat(32),
    amountFen: 500,
  }
  const never = () => assert.fail('this is not asked')
  /** What was answered to these messages, and how often `paid` was called. */
  async function answered(told: object[], act: (call: number) => Awaited<ReturnType<Handlers['paid']>>) {
    messages = told
    let calls = 0
    const all = new Promise<void>((resolve) => {
      let left = told.length
      onAnswer = () => {
        left -= 1
        if (left === 0) resolve()
      }
    })
    void client.run({ quote: never, admit: never, open: never, refunded: never, paid: () => act(++calls) })
    await all
    return { calls, said: heard.map(({ body }) => body) }
  }

  test('that comes again is answered the same again, and acted on once', async () => {
    const { calls, said } = await answered([paid, paid], () => ({ ok: true, gate: 'opened' }))
    assert.equal(calls, 1)
    const answer = { id: paid.id, kind: 'paid', ok: true, gate: 'opened' }
    assert.deepEqual(said, [answer, answer])
  })

  test('on which the program fails is answered busy, and tried when it comes again', async () => {
    const { calls, said } = await answered([paid, paid], (call) => {
      if (call === 1) throw new Error('the disk is full')
      return { ok: true }
    })
    assert.equal(calls, 2)
    assert.deepEqual(
      said.map(({ ok, because }) => [ok, because]),
      [
        [false, 'busy'],
        [true, undefined],
      ],
    )
  })

  test('of a kind that it does not know is answered unsupported', async () => {
    const { said } = await answered([{ id: paid.id, kind: 'sing' }], () => assert.fail('this is not asked'))
    assert.deepEqual(said, [{ id: paid.id, kind: 'sing', ok: false, because: 'unsupported' }])
  })
})

describe('the example program', () => {
  test('does not say booked of a payment for a stay that it lost with its memory', async () => {
    const lanes = [{ lane: 2, name: '出口', direction: 'exit' }]
    answers = [{ status: 200, body: { lot: 42, name: '阳光花园', lanes } }]
    const paid = { kind: 'paid', stay: 'R1', plate: '粤B12345', payment: '1'.repeat(32), amountFen: 500 }
    messages = [{ id: '3'.repeat(32), ...paid }]
    const answered = new Promise<void>((resolve) => {
      onAnswer = resolve
    })
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const program = chargingProgram({ address, key: { name: '7-42-a', secret: 'a-secret-of-the-tests' } })
    await program.start()
    await answered
    program.close()
    const { ok, because } = heard.at(-1)!.body
    assert.deepEqual([ok, because], [false, 'no-session'])
  })
})

test('the example of a charging program is one that is read at a sitting: under 150 lines', () => {
  const lines = readFileSync(new URL('../examples/charging-program.ts', import.meta.url), 'utf8').split('\n')
  assert.ok(lines.length <= 150, `${lines.length - 1} lines`)
})
