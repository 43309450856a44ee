import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Cost, checkPassword, hashPassword, isPassword, isWeaker, type PasswordMistake } from './password.ts'

const person = { account: 'li.wei', name: '李伟', phone: '138 0013 8000' }

describe('a password', () => {
  const rows: [string, PasswordMistake | 'taken', string][] = [
    ['correct horse battery', 'taken', 'words are fine'],
    ['岗亭后面第三棵树很高哦', 'taken', 'in any script'],
    ['mu8.tarrhino', 'taken', 'no kinds of characters are asked for'],
    ['9 lives', 'too-short', 'nine of anything'],
    ['abcdefghi', 'too-short', 'nine characters'],
    ['x'.repeat(129), 'too-long', 'a book'],
    ['password2026!', 'common', 'a common word with a year'],
    ['PassWord2026', 'common', 'in whatever case'],
    ['ＱＷＥＲＴＹＵＩＯＰ', 'common', 'in whatever width'],
    ['1q2w3e4r5t6y', 'common', 'a walk on the keyboard'],
    ['woaini1314520', 'common', 'what the whole country uses'],
    ['!!2026admin2026!!', 'common', 'with something in front'],
    ['aaaaaaaaaaaa', 'common', 'one letter'],
    ['abcabcabcabc', 'common', 'one piece again and again'],
    ['23456789:;', 'common', 'a run of neighbours'],
    ['zyxwvutsrqp', 'common', 'a run backwards'],
    ['li.wei2026', 'about-you', 'the account with a year'],
    ['13800138000', 'about-you', 'the telephone number'],
    ['13800138000a', 'about-you', 'the telephone number with a letter'],
    ['李伟李伟李伟12345', 'about-you', 'the name'],
    ['li.wei likes noodles', 'taken', 'the account in a sentence'],
  ]
  for (const [password, answer, why] of rows)
    test(`${why}: ${answer}`, () => {
      const checked = checkPassword(password, person)
      assert.equal(checked.ok ? 'taken' : checked.error, answer)
    })
})

describe('a kept password', () => {
  const little: Cost = { n: 4, r: 8, p: 1 }
  test('fits, on whatever keyboard it is typed, and no other does', async () => {
    const hash = await hashPassword('correct horse battery', little)
    assert.equal(await isPassword(hash, 'correct horse battery'), true)
    assert.equal(await isPassword(hash, 'ｃorrect horse battery'), true)
    assert.equal(await isPassword(hash, 'correct horse batter'), false)
    assert.equal(hash.includes('horse'), false)
  })
  test('is never kept the same twice', async () =>
    assert.notEqual(
      await hashPassword('correct horse battery', little),
      await hashPassword('correct horse battery', little),
    ))
  test('is held against many attempts at once, each with its own answer', async () => {
    const hash = await hashPassword('correct horse battery', little)
    const attempts = Array.from({ length: 40 }, (_, at) => (at % 3 === 0 ? 'correct horse battery' : `not it ${at}`))
    const answers = await Promise.all(attempts.map((attempt) => isPassword(hash, attempt)))
    assert.deepEqual(
      answers,
      attempts.map((attempt) => attempt === 'correct horse battery'),
    )
    await assert.rejects(isPassword('scrypt$1$0$0$$', 'broken')) // and one that fails holds up nobody after it
    await assert.rejects(isPassword('scrypt$1$0$0$$', 'broken'))
    await assert.rejects(isPassword('scrypt$1$0$0$$', 'broken'))
    assert.equal(await isPassword(hash, 'correct horse battery'), true)
  })
  test('says with which parameters, and whether they were raised since', async () => {
    const hash = await hashPassword('correct horse battery', little)
    assert.match(hash, /^scrypt\$4\$8\$1\$/)
    assert.deepEqual(
      [little, { ...little, n: 5 }, { ...little, p: 2 }, { ...little, n: 3 }].map((cost) => isWeaker(hash, cost)),
      [false, true, true, false],
    )
  })
})
