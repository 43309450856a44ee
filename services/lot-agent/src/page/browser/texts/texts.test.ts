import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventKinds, statusOf } from '../../api.ts'
import { texts } from './texts.ts'

type Tree = { readonly [key: string]: unknown }
/** Every text with its place; functions as what they say to their likeliest arguments. */
const flat = (tree: Tree, at = ''): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? flat(value as Tree, `${at}/${key}`)
      : [[`${at}/${key}`, value] as [string, unknown]],
  )

describe('both languages', () => {
  const [chinese, english] = [flat(texts['zh-CN']), flat(texts.en)]
  test('say the same things', () =>
    assert.deepEqual(
      english.map(([at]) => at),
      chinese.map(([at]) => at),
    ))
  test('leave nothing empty, and offer as many usual reasons', () => {
    for (const [index, [at, text]] of english.entries()) {
      const other = chinese[index]![1]
      assert.equal(typeof text, typeof other, at)
      if (Array.isArray(text)) assert.equal(text.length, (other as unknown[]).length, at)
      else if (typeof text === 'string') assert.ok(text.trim() !== '' && (other as string).trim() !== '', at)
    }
  })
  test('Chinese is Chinese and English is English', () => {
    for (const [at, text] of english)
      if (typeof text === 'string' && !at.startsWith('/otherLanguage')) assert.doesNotMatch(text, /\p{Script=Han}/u, at)
    for (const [at, text] of chinese)
      if (typeof text === 'string' && !at.startsWith('/otherLanguage')) assert.match(text, /\p{Script=Han}/u, at)
  })
})

for (const [language, t] of Object.entries(texts))
  test(`${language} has words for every refusal and every kind of event`, () => {
    for (const code of Object.keys(statusOf)) assert.ok(t.refused[code as keyof typeof t.refused].todo.length > 3, code)
    for (const kind of eventKinds) assert.ok(t.log.kinds[kind].length > 1, kind)
  })
