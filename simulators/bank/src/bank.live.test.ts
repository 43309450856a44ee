import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { newKeys, requestText, signText } from './keys.ts'
import { type BankSimulator, firstCards, startBankSimulator } from './simulator.ts'

/* The wire of README.md, called by hand: what the bank answers, and whom it does not believe. */

let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const pass = (ms: number) => {
  now = (now + ms) as Instant
}
const [good] = firstCards
let bank: BankSimulator

before(async () => {
  bank = await startBankSimulator({ dir: '', port: 0, clock, durable: false })
})
after(() => bank.close())

type Told = { path?: string; key?: string; signed?: string; headers?: Record<string, string> }
async function post(name: string, body: unknown, told: Told = {}, to: BankSimulator = bank) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const [time, nonce] = [String(clock.now()), told.headers?.['bank-nonce'] ?? randomUUID()]
  const path = `/v1/${name}`
  const signed = requestText(told.path ?? path, told.headers?.['bank-time'] ?? time, nonce, told.signed ?? text)
  const response = await fetch(to.url + path, {
    method: 'POST',
    body: text,
    headers: {
      'bank-client': to.settings.client,
      'bank-time': time,
      'bank-nonce': nonce,
      'bank-signature': signText(told.key ?? to.settings.privateKey, signed),
      ...told.headers,
    },
  })
  const isSigned = response.headers.has('bank-signature')
  return { status: response.status, isSigned, body: (await response.json()) as Record<string, unknown> }
}
let last = 0
const anOrder = (told: object = {}) => ({
  ...{ account: bank.settings.account, orderNumber: `order${String(++last).padStart(6, '0')}`, amount: '12.00' },
  ...{ purpose: '停车费', payee: { number: good.number, name: good.name, owner: 'person', bank: '工商银行' } },
  ...told,
})

describe('whom the bank does not believe', () => {
  const cases: [string, Told, RegExp][] = [
    ['nobody it knows', { headers: { 'bank-client': 'somebody' } }, /^bank-client/],
    ['a clock that is six minutes off', { headers: { 'bank-time': String(clock.now() - 360_000) } }, /^bank-time/],
    ['a nonce that is none', { headers: { 'bank-nonce': 'short' } }, /^bank-nonce/],
    ['another key', { key: newKeys().privateKey }, /^bank-signature/],
    ['a signature over another body', { signed: '{}' }, /^bank-signature/],
    ['a signature over another call', { path: '/v1/query' }, /^bank-signature/],
    ['no signature', { headers: { 'bank-signature': '' } }, /^bank-signature/],
  ]
  for (const [what, told, named] of cases)
    test(`${what}: named, unsigned, and nothing is done`, async () => {
      const order = anOrder()
      const { status, isSigned, body } = await post('pay', order, told)
      assert.deepEqual([status, isSigned], [401, false])
      assert.match(String(body.error), named)
      assert.equal((await post('query', { orderNumber: order.orderNumber })).body.code, 'NO_ORDER')
    })
  test('the same call twice: a nonce is good once', async () => {
    const headers = { 'bank-nonce': randomUUID() }
    const order = anOrder()
    assert.equal((await post('pay', order, { headers })).status, 200)
    assert.match(String((await post('pay', order, { headers })).body.error), /^bank-nonce: was used/)
  })
})

describe('what the bank does not take', () => {
  const cases: [string, object | string, string, RegExp][] = [
    ['no JSON', 'order', 'FIELD', /^the body: JSON/],
    ['no object', '[]', 'FIELD', /^the body: an object/],
    ['an account that is not ours', { account: '12345678' }, 'NO_RIGHT', /^account/],
    ['no number', { orderNumber: '' }, 'FIELD', /^orderNumber/],
    ['an amount in fen', { amount: 1200 }, 'FIELD', /^amount/],
    ['an amount with one decimal', { amount: '12.0' }, 'FIELD', /^amount/],
    ['nothing', { amount: '0.00' }, 'FIELD', /^amount/],
    ['no payee', { payee: null }, 'FIELD', /^payee/],
    ['a payee without a name', { payee: { number: good.number, owner: 'person', bank: 'x' } }, 'FIELD', /^payee\.name/],
    ['a field nobody knows', { urgent: true }, 'FIELD', /^urgent/],
  ]
  for (const [what, told, code, named] of cases)
    test(`${what}: ${code}, with the field`, async () => {
      const { status, isSigned, body } = await post('pay', typeof told === 'string' ? told : anOrder(told))
      assert.deepEqual([status, isSigned, body.code], [200, true, code])
      assert.match(String(body.message), named)
    })
  test('a number with another amount: used', async () => {
    const order = anOrder()
    await post('pay', order)
    assert.equal((await post('pay', { ...order, amount: '12.01' })).body.code, 'NUMBER_USED')
  })
})

test('the statement and the returns of a day: each movement once, by the number that was asked with', async () => {
  const own = await startBankSimulator({ dir: '', port: 0, clock, durable: false })
  try {
    own.control.fault({ kind: 'pay-returned-twice', times: 1, ms: 3_600_000 })
    const order = anOrder()
    await post('pay', order, {}, own)
    pass(4 * 3_600_000)
    const day = (await post('statement', { account: own.settings.account, day: '2026-11-02' }, {}, own)).body
    const lines = day.lines as { kind: string; orderNumber: string | null; amount: string; number: string }[]
    assert.deepEqual(
      lines.map(({ kind, orderNumber, amount }) => [kind, orderNumber, amount]),
      [
        ['deposit', null, '1000000.00'],
        ['paid', order.orderNumber, '-12.00'],
        ['returned', order.orderNumber, '12.00'],
        ['returned', order.orderNumber, '12.00'],
      ],
    )
    assert.equal(new Set(lines.map(({ number }) => number)).size, 4)
    const returns = (await post('returns', { account: own.settings.account, day: '2026-11-02' }, {}, own)).body
    assert.deepEqual(returns.lines, lines.slice(2))
    const next = (await post('returns', { account: own.settings.account, day: '2026-11-03' }, {}, own)).body
    assert.deepEqual(next.lines, [])
  } finally {
    await own.close()
  }
})

test('killed and started again in the same folder: the same keys, orders and cards', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-bank-'))
  try {
    const first = await startBankSimulator({ dir, port: 0, clock })
    const order = anOrder()
    await post('pay', order, {}, first)
    first.control.card({ number: '88888888', name: '赵六', closed: false })
    await first.close()
    const second = await startBankSimulator({ dir, port: 0, clock })
    const { baseUrl: _, ...kept } = first.settings
    assert.deepEqual({ ...second.settings, baseUrl: null }, { ...kept, baseUrl: null })
    assert.equal((await post('query', { orderNumber: order.orderNumber }, {}, second)).body.code, 'OK')
    assert.ok(second.control.cards().some(({ number }) => number === '88888888'))
    await second.close()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})

test('the hand behind the scenes, with no more than curl', async () => {
  const control = (method: string, path: string, body?: object) =>
    fetch(bank.url + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
  assert.equal((await control('POST', '/control/faults', { kind: 'answer-5xx' })).status, 200)
  assert.equal((await post('query', { orderNumber: 'order000001' })).status, 502)
  assert.equal((await control('POST', '/control/faults', { kind: 'answer-nothing' })).status, 400)
  assert.equal((await control('POST', '/control/cards', { number: '99999999', name: '钱七' })).status, 200)
  const seen = (await (await control('GET', '/control')).json()) as { cards: { number: string }[]; faults: unknown[] }
  assert.ok(seen.cards.some(({ number }) => number === '99999999'))
  assert.deepEqual(seen.faults, [])
  assert.equal((await control('POST', '/control/nothing')).status, 400)
})
