import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { mayAskAgain } from '../lot-system.ts'
import { blueprint, blueprintSign } from './blueprint.ts'

const settings = { address: 'https://vendor.example', APP_ID: 'app', SECRET: 'a-secret-of-ours', LOT: 'lot-1' }
const body = (said: object) => ({ status: 200, headers: {}, body: JSON.stringify(said) })

describe('the file to copy keeps what it promises to whoever copies it', () => {
  const answers: readonly (readonly [what: string, status: number, text: string, because: string, again: boolean])[] = [
    ['nobody', 200, '{"CODE":"NOBODY"}', 'no-session', false],
    ['not now', 200, '{"CODE":"NOT NOW"}', 'busy', true],
    ['its server failed', 200, '{"CODE":"SERVER FAILED"}', 'offline', true],
    ['a code that nobody knows', 200, '{"CODE":"NEW"}', 'invalid', false],
    ['no JSON', 200, '<html>', 'offline', true],
    ['not allowed', 403, '', 'unauthorised', false],
    ['a price of three decimals', 200, '{"CODE":"DONE","DATA":{"RECORD":"1","DUE":"5.001"}}', 'unreadable', false],
  ]
  for (const [what, status, text, because, again] of answers)
    test(`${what}: ${because}`, () => {
      const read = blueprint.quote.read({ status, headers: {}, body: text }, { plate: '粤B12345', stay: null })
      assert.ok(!read.ok)
      assert.equal(read.error.kind === 'refused' ? read.error.because : read.error.kind, because)
      assert.equal(mayAskAgain(read.error), again)
    })

  test('the same payment again is done, and opens nothing that anybody knows of; a final no is not', () => {
    const paid = {
      stay: '1',
      plate: '粤B12345',
      bill: null,
      payment: '2',
      channel: 'alipay',
      paidAt: 0,
      lane: 'B1',
    } as const
    const read = (CODE: string) => blueprint.paid.read(body({ CODE }), { ...paid, amountFen: fen(500) })
    assert.deepEqual(read('DONE'), { ok: true, value: { gate: 'opened' } })
    assert.deepEqual(read('HAD IT'), { ok: true, value: { gate: 'silent' } })
    assert.equal(read('NO').ok, false)
  })

  test('what is told is believed by its signature over the very text', () => {
    const text = '{"KIND":"ENTERED", "RECORD":1, "PLATE":"粤B12345", "LANE":"A1", "ENTERED":"2026-06-01 10:45:00"}'
    const told = (sign: string) => blueprint.events!({ path: '', headers: { sign }, body: text }, { settings, now: 0 })
    const read = told(blueprintSign(text, settings.SECRET))
    assert.ok(read.ok)
    assert.deepEqual(read.value.events, [
      {
        ...{ kind: 'entered', stay: '1', plate: '粤B12345', colour: 'unknown', lane: 'A1' },
        enteredAt: Date.parse('2026-06-01T10:45:00+08:00'),
      },
    ])
    assert.equal(told('0'.repeat(32)).ok, false)
  })
})
