import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { err, ok } from '@lanepay/domain/result.ts'
import { checkedForMs, decideChecked, decideSent, decideUnclear, unclearForMs } from './held-decide.ts'

const unclear = err({ kind: 'unclear', code: 'SYSTEM_ERROR', message: '系统异常' } as const)
const refused = err({ kind: 'refused', code: 'NO_AUTH', message: '没有权限', alarm: true } as const)
const toMend = (...whys: string[]) =>
  err({ kind: 'to-mend', toMend: whys.map((why) => ({ field: null, channelField: '', why })) } as const)

describe('what the answer to a change makes of it', () => {
  const cases: [string, Parameters<typeof decideSent>[0], object][] = [
    ['taken, it is asked about under the channel’s number', ok({ changeNo: '7' }), { to: 'checking', channelNo: '7' }],
    [
      'something to mend ends it, in the channel’s words',
      toMend('户名', '账号'),
      { to: 'refused', because: '户名; 账号' },
    ],
    ['without a word it still says what it is', toMend(''), { to: 'refused', because: 'to-mend' }],
    ['refused', refused, { to: 'refused', because: 'NO_AUTH: 没有权限' }],
    ['unclear, it stays as it is', unclear, { to: 'wait', unclear: 'SYSTEM_ERROR' }],
    [
      'turned away for too many, nothing was done',
      err({ kind: 'unclear', code: 'FREQUENCY_LIMITED', message: '频率超限' }),
      { to: 'asked' },
    ],
  ]
  for (const [what, answer, next] of cases) test(what, () => assert.deepEqual(decideSent(answer), next))
})

describe('what the card that the channel has makes of a change without an answer', () => {
  const of = { ending: '2345', endingBefore: '1111', sentAt: 0 }
  const has = (ending: string, verified: boolean | null = null) =>
    ok({ ending, verified, why: verified === false ? '账号不存在' : null })
  const lost = { to: 'lost', because: 'no answer: whether the channel took it is not known' }
  const cases: [
    string,
    typeof of | (Omit<typeof of, 'endingBefore'> & { endingBefore: null }),
    Parameters<typeof decideUnclear>[1],
    number,
    object,
  ][] = [
    ['the new one: it was taken', of, has('2345'), 1, { to: 'applied' }],
    [
      'the new one where none was known: it was taken',
      { ...of, endingBefore: null },
      has('2345'),
      1,
      { to: 'applied' },
    ],
    ['the new one, and found bad', of, has('2345', false), 1, { to: 'refused', because: '账号不存在' }],
    ['the old one: not yet, or never', of, has('1111'), 1, { to: 'wait', unclear: null }],
    [
      'the old one, which ends like the new: it tells nothing',
      { ...of, endingBefore: '2345' },
      has('2345'),
      1,
      { to: 'wait', unclear: null },
    ],
    ['no answer to that either', of, unclear, 1, { to: 'wait', unclear: 'unclear' }],
    ['the old one, a moment before the day is over', of, has('1111'), unclearForMs - 1, { to: 'wait', unclear: null }],
    ['the old one when the day is over', of, has('1111'), unclearForMs, lost],
    ['the new one, also when the day is over', of, has('2345'), unclearForMs, { to: 'applied' }],
  ]
  for (const [what, change, answer, at, next] of cases)
    test(what, () => assert.deepEqual(decideUnclear(change, answer, at), next))
})

describe('what the channel says of a change that it has taken', () => {
  const of = { sentAt: 0 }
  const cases: [string, Parameters<typeof decideChecked>[1], number, object][] = [
    ['done', ok({ state: 'done' }), 1, { to: 'applied' }],
    ['refused, in its words', ok({ state: 'refused', why: '户名不符' }), 1, { to: 'refused', because: '户名不符' }],
    ['refused without a word', ok({ state: 'refused', why: '' }), 1, { to: 'refused', because: 'AUDIT_FAIL' }],
    ['not decided', ok({ state: 'pending' }), checkedForMs - 1, { to: 'wait', unclear: null }],
    ['unclear', unclear, 1, { to: 'wait', unclear: 'unclear' }],
    [
      'not decided in all that time',
      ok({ state: 'pending' }),
      checkedForMs,
      { to: 'lost', because: 'no end: the channel has not said what became of it' },
    ],
  ]
  for (const [what, answer, at, next] of cases) test(what, () => assert.deepEqual(decideChecked(of, answer, at), next))
})
