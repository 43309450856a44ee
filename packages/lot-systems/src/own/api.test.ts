import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { refusals } from '@lanepay/lot-link/messages.ts'
import { Compile } from 'typebox/compile'
import type {
  Answers,
  Entered as ClientEntered,
  Left as ClientLeft,
  Message as ClientMessage,
  Opened as ClientOpened,
  Scan as ClientScan,
  Lot,
  Refused,
  Scanned,
} from '../../../lot-client/src/messages.ts'
import {
  Answer,
  connectErrors,
  Entered,
  ErrorView,
  type Left,
  type LotView,
  Message,
  type MessageKind,
  NextView,
  type Opened,
  operations,
  type Scan,
  type ScanView,
} from './api.ts'
import { connectOpenApi } from './openapi.ts'

/* The client's own words are those of the schemas: this file is not compiled where one of them has another shape. */
type Known<Kind extends keyof Answers> = Extract<Answer, { kind: Kind; ok: true }>
const sameWords = {
  entered: (said: ClientEntered): Entered => said,
  left: (said: ClientLeft): Left => said,
  opened: (said: ClientOpened): Opened => said,
  lot: (said: LotView): Lot => said,
  message: (said: Message): ClientMessage => said,
  quote: (said: Answers['quote'] & { id: string; kind: 'quote' }): Known<'quote'> => said,
  admit: (said: Answers['admit'] & { id: string; kind: 'admit' }): Known<'admit'> => said,
  paid: (said: Answers['paid'] & { id: string; kind: 'paid' }): Known<'paid'> => said,
  open: (said: Answers['open'] & { id: string; kind: 'open' }): Known<'open'> => said,
  refunded: (said: Answers['refunded'] & { id: string; kind: 'refunded' }): Known<'refunded'> => said,
  scan: (said: ClientScan): Scan => said,
  scanned: (said: ScanView): Scanned => said,
  refused: (said: Refused & { id: string; kind: MessageKind }): Answer => said,
}

const id = '3'.repeat(32)
const answers = Compile(Answer)
const quote = {
  id,
  kind: 'quote',
  ok: true,
  stay: 'R1',
  plate: '粤B12345',
  enteredAt: 0,
  priceFen: 500,
  paidFen: 0,
  leaveMinutes: 15,
}

describe('an answer', () => {
  const cases: readonly (readonly [what: string, answer: object, boolean])[] = [
    ['with a price', quote, true],
    [
      'with its lines',
      {
        ...quote,
        lines: [
          { text: '首小时', amountFen: 700 },
          { text: '优惠', amountFen: -200 },
        ],
      },
      true,
    ],
    ['with a field that we do not know', { ...quote, weather: 'rain' }, true],
    ['with a price in yuan', { ...quote, priceFen: 5.5 }, false],
    ['with a price below nothing', { ...quote, priceFen: -1 }, false],
    ['without a plate', { ...quote, plate: undefined }, false],
    ['of a stay that no URL and no file could be called by', { ...quote, stay: 'R/1' }, false],
    ['to no message', { ...quote, id: '1' }, false],
    ['that a payment is booked', { id, kind: 'paid', ok: true }, true],
    ['that a payment is booked and the gate open', { id, kind: 'paid', ok: true, gate: 'opened' }, true],
    ['that a gate did what no gate does', { id, kind: 'open', ok: true, gate: 'melted' }, false],
    ['to a gate order without what the gate did', { id, kind: 'open', ok: true }, false],
    ['that refuses', { id, kind: 'quote', ok: false, because: 'no-session' }, true],
    ['that refuses for no reason', { id, kind: 'quote', ok: false }, false],
    ['that refuses for a reason of its own', { id, kind: 'quote', ok: false, because: 'holiday' }, false],
    ['that a refund is booked', { id, kind: 'refunded', ok: true }, true],
    ['of a kind that nobody asked', { id, kind: 'refund', ok: true }, false],
  ]
  for (const [what, answer, good] of cases)
    test(`${what} is ${good ? 'taken' : 'refused'}`, () => assert.equal(answers.Check(answer), good))
})

describe('what happened', () => {
  const entered = Compile(Entered)
  const said = { stay: 'R1', plate: '粤B12345', enteredAt: 0, lane: 1 }
  const cases: readonly (readonly [what: string, over: object, boolean])[] = [
    ['as it is', {}, true],
    ['with a colour', { colour: 'green' }, true],
    ['with a colour that no plate has', { colour: 'red' }, false],
    ['at no lane', { lane: 0 }, false],
    ['at an instant in text', { enteredAt: '2026-11-29' }, false],
    ['with a zero byte', { plate: '粤B\0' }, false],
  ]
  for (const [what, over, good] of cases)
    test(`${what} is ${good ? 'taken' : 'refused'}`, () => assert.equal(entered.Check({ ...said, ...over }), good))
})

test('nothing new is a message too, and every error is one that is listed', () => {
  assert.ok(Compile(NextView).Check({ message: null }))
  const errors = Compile(ErrorView)
  for (const code of Object.keys(connectErrors)) assert.ok(errors.Check({ error: { code, message: '' } }))
  assert.equal(errors.Check({ error: { code: 'made-up', message: '' } }), false)
})

test('the documentation names every error with its status, every refusal and every kind of message', () => {
  const text = readFileSync(new URL('../../../../docs/connect.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \| .{10,} \|$/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ])
  assert.deepEqual(Object.fromEntries(rows), connectErrors)
  for (const word of [...refusals, ...Message.anyOf.map(({ properties }) => properties.kind.const)])
    assert.ok(text.includes(`\`${word}\``), word)
  for (const [name, { method }] of Object.entries(operations))
    assert.ok(text.includes(`\`${method} /connect/v1/${name}\``), name)
})

test('the client has a word for everything', () => {
  const kinds = Message.anyOf.map(({ properties }) => properties.kind.const)
  assert.deepEqual(
    kinds.filter((kind) => !(kind in sameWords)),
    [],
  )
})

test('the OpenAPI document is of every call and no other, by the very schemas', () => {
  const { paths } = connectOpenApi()
  assert.deepEqual(
    Object.keys(paths),
    Object.keys(operations).map((name) => `/connect/v1/${name}`),
  )
  for (const [name, { method, body, keyed }] of Object.entries(operations)) {
    const described = paths[`/connect/v1/${name}`]![method.toLowerCase()]!
    assert.equal(described.requestBody?.content['application/json'].schema ?? null, body, name)
    assert.equal(described.parameters?.[0]?.name, keyed ? 'idempotency-key' : undefined, name)
  }
  assert.deepEqual(JSON.parse(JSON.stringify(paths)), JSON.parse(JSON.stringify(connectOpenApi().paths)))
})
