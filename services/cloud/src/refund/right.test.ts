import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { type HmacSha1, totpCode, totpStep } from '@lanepay/domain/totp.ts'
import { decideRight, type RefundRights, rightRefusalSays, type SecondFactor } from './right.ts'

const hmac: HmacSha1 = (key, message) => createHmac('sha1', key).update(message).digest()
const now = 1_700_000_000_000
const typed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const code = totpCode(hmac, Buffer.from('12345678901234567890'), totpStep(now))
const rights: RefundRights = {
  limitFen: fen(20_000),
  limitOfOperator: { '2': fen(5_000) },
  people: [
    { name: 'zhang', operators: ['1', '2'], totpSecret: typed },
    { name: 'li', operators: 'all' },
    { name: 'wu', operators: 'all', totpSecret: 'not a secret' },
  ],
}
const judged = (by: string, operatorId: string, amountFen: number, secondFactor: SecondFactor | null = null) =>
  decideRight(hmac, rights, { by, operatorId, amountFen, secondFactor, now })
const shown = (typedCode: string, usedStep: number | null = null) => ({ code: typedCode, usedStep })

describe('who may give money back', () => {
  const refused = (kind: string, more: object = {}) => ({ ok: false, error: { kind, ...more } })
  const cases: [string, ReturnType<typeof judged>, object][] = [
    ['nobody of that name', judged('wang', '1', 1), refused('person-unknown')],
    ['a person of other operators', judged('zhang', '3', 1), refused('no-right', { operatorId: '3' })],
    ['up to the limit, without a second factor', judged('zhang', '1', 20_000), { ok: true, value: null }],
    ['one fen over it', judged('zhang', '1', 20_001), refused('second-factor-needed', { limitFen: 20_000 })],
    ['over the limit, with the code', judged('zhang', '1', 20_001, shown(code)), { ok: true, value: totpStep(now) }],
    [
      'over the operator’s own limit',
      judged('zhang', '2', 5_001),
      refused('second-factor-needed', { limitFen: 5_000 }),
    ],
    [
      'with a wrong code',
      judged('zhang', '2', 5_001, shown(code === '000000' ? '000001' : '000000')),
      refused('second-factor-wrong', { because: 'wrong-code' }),
    ],
    [
      'with a code that was used',
      judged('zhang', '2', 5_001, shown(code, totpStep(now))),
      refused('second-factor-wrong', { because: 'used-code' }),
    ],
    [
      'over the limit, shown to a screen before',
      judged('li', '1', 20_001, 'shown'),
      { ok: true, value: totpStep(now) },
    ],
    [
      'and of other operators not by that either',
      judged('zhang', '3', 1, 'shown'),
      refused('no-right', { operatorId: '3' }),
    ],
    [
      'a person without a second factor, over the limit',
      judged('li', '1', 20_001, shown(code)),
      refused('no-second-factor', { limitFen: 20_000 }),
    ],
    [
      'a person whose secret is none',
      judged('wu', '1', 20_001, shown(code)),
      refused('no-second-factor', { limitFen: 20_000 }),
    ],
  ]
  for (const [what, answer, expected] of cases)
    test(what, () => {
      assert.deepEqual(answer, expected)
      if (!answer.ok) assert.match(rightRefusalSays(answer.error), /\w{3}/)
    })
})
