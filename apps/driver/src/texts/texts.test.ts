import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driverErrorCodes } from '@lanepay/cloud/driver/api.ts'
import { texts } from './texts.ts'

/** Every text of a dictionary by its path; functions are called, so that what they leave out would show. */
function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') {
    const sample = path.endsWith('duration') ? { days: 1, hours: 2, minutes: 3 } : 7
    return [[path, (value as (x: unknown) => string)(sample)]]
  }
  return Object.entries(value as object).flatMap(([key, inner]) => flat(inner, path === '' ? key : `${path}.${key}`))
}
const [zh, en] = [flat(texts['zh-CN']), flat(texts.en)]

test('both languages have the same texts', () =>
  assert.deepEqual(
    zh.map(([path]) => path),
    en.map(([path]) => path),
  ))

test('no text is empty or half filled', () => {
  for (const [path, text] of [...zh, ...en]) assert.match(text, /\S/, path)
  for (const [path, text] of [...zh, ...en]) assert.doesNotMatch(text, /undefined|NaN|\[object/, path)
})

test('Chinese texts are Chinese and English texts English', () => {
  const han = /\p{Script=Han}/u
  const ofTheOther = /^(lang|otherLanguage.*|plate\.turn\..*)$/
  for (const [path, text] of zh) if (!ofTheOther.test(path)) assert.match(text, han, path)
  for (const [path, text] of en) if (!ofTheOther.test(path)) assert.doesNotMatch(text, han, path)
})

test('there is a text for every code the API can answer with', () => {
  for (const code of Object.keys(driverErrorCodes))
    for (const { problems } of Object.values(texts)) assert.ok(code in problems, code)
})
