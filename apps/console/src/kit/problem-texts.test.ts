import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { staffRefusals } from '@lanepay/cloud/staff/errors.ts'
import { Problem } from './problem.ts'
import { problemText, problemTexts } from './problem-texts.ts'

describe('what went wrong, in words', () => {
  for (const code of Object.keys(staffRefusals))
    test(`${code} is said in both languages`, () => {
      const { zh, en } = problemTexts[code] ?? { zh: '', en: '' }
      assert.match(zh, /[一-龥]/)
      assert.match(en, /^[A-Z0-9][\x20-\x7e“”’…]+$/)
    })

  const at = (told: Partial<ConstructorParameters<typeof Problem>[0]>) =>
    new Problem({ code: 'x', status: 409, ...told })
  for (const [name, problem, text] of [
    [
      'a code that nobody has words for is said as the server says it',
      at({ message: 'less is left' }),
      'less is left (x)',
    ],
    [
      'with the time to wait, where there is one',
      at({ code: 'too-many', waitSeconds: 600 }),
      '尝试太多，请稍后再试。（10 分钟后）',
    ],
    [
      'in seconds where it is short',
      at({ code: 'busy', waitSeconds: 10 }),
      '正在生成其他文件，请几秒后再试。（10 秒后）',
    ],
    [
      'what belongs to others is said like what is nowhere',
      at({ code: 'bad-request', status: 404 }),
      '这里没有这个内容，或不属于您。',
    ],
    ['what was thrown and is no problem of ours says nothing of itself', new Error('secret'), problemTexts.unclear!.zh],
  ] as const)
    test(name, () => assert.equal(problemText(problem, 'zh'), text))

  test('a page says it better where it can', () =>
    assert.equal(problemText(at({}), 'en', { x: { zh: '不行', en: 'Not so' } }), 'Not so'))
})
