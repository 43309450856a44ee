import assert from 'node:assert/strict'
import test from 'node:test'
import { charactersOf, fonts } from './fonts.ts'

/** The letters in daily use: the first level of GB 2312, rows 16 to 55 of 94 letters each, the last one short. */
function* dailyLetters(): Generator<string> {
  const decoder = new TextDecoder('gb18030')
  for (let row = 16; row <= 55; row++)
    for (let cell = 1; cell <= (row === 55 ? 89 : 94); cell++)
      yield decoder.decode(Uint8Array.of(row + 0xa0, cell + 0xa0))
}

test('the fonts have the letters in daily use, but for four, and what posters and forms are written with', async () => {
  const { has } = await fonts()
  const daily = [...dailyLetters()]
  assert.equal(daily.length, 3755)
  const printed = [...'0123456789ABCXYZabcxyz¥￥·—–“”‘’…×（），。：；！？、《》【】「」％＋－／éüñ京津沪渝']
  const without = [...daily, ...printed].filter((character) => !has(character.codePointAt(0)!))
  assert.deepEqual(without, [...'毖谰耪锨'])
})

test('both weights have the same characters', async () => {
  const { has, bold } = await fonts()
  const hasBold = charactersOf(bold)
  for (let code = 0; code <= 0x323af; code++) assert.equal(has(code), hasBold(code), `U+${code.toString(16)}`)
})

// Rare letters of names and places; whoever has one of the second row reads its number on the paper.
for (const [name, there] of [
  ['喆堃珺祎赟彧頔玥镕犇亓仝乜鄢郯', true],
  ['䶮㐂瑢𠮷𬭚𫟹邴郐佾邾酃', false],
] as const)
  for (const character of name)
    test(`${character} is ${there ? 'in' : 'not in'} the fonts`, async () => {
      assert.equal((await fonts()).has(character.codePointAt(0)!), there)
    })
