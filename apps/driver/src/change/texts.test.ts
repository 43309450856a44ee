import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cashChangeErrorCodes } from '@lanepay/cloud/cash-change/api.ts'
import { changeTexts } from './texts.ts'

const flat = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'function'
      ? [(value as (of: string) => string)('7')]
      : Object.values(value as object).flatMap(flat)

test('the page of cash change says everything in both languages', () => {
  for (const text of flat(changeTexts['zh-CN'])) assert.match(text, /\p{Script=Han}/u)
  for (const text of flat(changeTexts.en)) assert.doesNotMatch(text, /\p{Script=Han}|undefined/u)
})

test('it has a text for every refusal', () => {
  for (const { problems, screens } of Object.values(changeTexts))
    for (const code of Object.keys(cashChangeErrorCodes))
      assert.ok(code in problems || code.replace('change-', '') in screens, code)
})
