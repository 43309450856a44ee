import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renewalErrorCodes } from '@lanepay/cloud/renewal/api.ts'
import { cardTexts } from './texts.ts'

const flat = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'function'
      ? [(value as (...of: unknown[]) => string)(2, '季')]
      : Object.values(value as object).flatMap(flat)

test('the page of month cards says everything in both languages, and has a text for every refusal', () => {
  for (const text of flat(cardTexts['zh-CN'])) assert.match(text, /\p{Script=Han}|¥/u)
  for (const text of flat(cardTexts.en)) assert.doesNotMatch(text.replace('季', ''), /\p{Script=Han}|undefined/u)
  for (const texts of Object.values(cardTexts))
    assert.deepEqual(Object.keys(texts.errors).sort(), Object.keys(renewalErrorCodes).sort())
})
