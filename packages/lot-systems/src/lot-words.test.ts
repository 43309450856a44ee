import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lotWords } from './lot-words.ts'

const cases: readonly (readonly [what: string, text: string | undefined, words: string | null])[] = [
  ['a sentence as it is', '月卡车辆无需缴费', '月卡车辆无需缴费'],
  ['one line of several', ' 请驶离\r\n\t车道 ', '请驶离 车道'],
  ['nothing that steers a screen', 'a\u0000b\u0007\u200f\u202ec\u2066d\ufeff', 'a b cd'],
  ['markup as text', '<b onclick=x>', '<b onclick=x>'],
  ['sixty characters at most, none of them cut in two', '𠮷'.repeat(61), `${'𠮷'.repeat(59)}…`],
  ['sixty as they are', '𠮷'.repeat(60), '𠮷'.repeat(60)],
  ['nothing of nothing', ' \u200b\n', null],
  ['nothing where nothing was said', undefined, null],
]
for (const [what, text, words] of cases) test(`a lot's own words: ${what}`, () => assert.equal(lotWords(text), words))
