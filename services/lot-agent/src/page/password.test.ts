import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hashFound, hashPassword, openPassword, passwordPattern } from './password.ts'

describe('a password', () => {
  test('fits, and nothing else does', async () => {
    const password = openPassword(hashPassword('纸飞机 over the lot'))
    assert.equal(await password.fits('纸飞机 over the lot'), true)
    for (const wrong of ['', '纸飞机 over the lo', '纸飞机 over the lot ', '纸飞机 Over the lot'])
      assert.equal(await password.fits(wrong), false, `"${wrong}"`)
  })
  test('is the same in full width', async () => {
    assert.equal(await openPassword(hashPassword('lot password 1')).fits('ｌｏｔ password 1'), true)
  })
  test('is never twice the same in a plan, and never in clear', () => {
    const [one, two] = [hashPassword('a password of the lot'), hashPassword('a password of the lot')]
    assert.notEqual(one, two)
    assert.match(one, new RegExp(passwordPattern))
    assert.ok(!one.includes('lot'))
  })
  test('that was found elsewhere is the same password', async () => {
    const found = hashFound('a password of the lot')
    assert.ok(found.ok)
    assert.equal(await openPassword(found.value).fits('a password of the lot'), true)
  })
})

describe('the command of docs/lot-page.md', () => {
  const root = fileURLToPath(new URL('../../../..', import.meta.url))
  const [, program = ''] =
    /^npx node (\S+make-password\.ts)$/m.exec(readFileSync(`${root}docs/lot-page.md`, 'utf8')) ?? []
  const told = (input: string) => spawnSync(process.execPath, [program], { cwd: root, input, encoding: 'utf8' })

  test('prints what a plan may hold of the line that is typed', async () => {
    const { stdout, status } = told('纸飞机 over the lot\r\nand another line\n')
    assert.equal(status, 0)
    assert.equal(await openPassword(stdout.trim()).fits('纸飞机 over the lot'), true)
  })
  for (const short of ['', 'a short one', 'a short one\n'])
    test(`refuses ${JSON.stringify(short)}`, () => {
      const { stdout, stderr, status } = told(short)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, /12 characters or more/)
    })
})

describe('what was found is no password', () => {
  const cases: [when: string, found: string, todo: RegExp][] = [
    ['with 11 characters', 'a'.repeat(11), /12 characters or more$/],
    ['with none', '', /12 characters or more$/],
    ['where 11 characters only look longer in UTF-16', '🚗'.repeat(11), /12 characters or more$/],
    ['with a second line, which nobody can type', 'a password of the lot\nand a note', /in one line$/],
  ]
  for (const [when, found, todo] of cases)
    test(`${when}: what to do is said, not what was found`, () => {
      const hash = hashFound(found)
      assert.ok(!hash.ok)
      assert.match(hash.error, todo)
      assert.ok(found === '' || !hash.error.includes(found))
    })
  for (const plain of ['a password of the lot', 'scrypt$short$key', 'file:/a', 'env:A', ''])
    test(`a plan may not say "${plain}"`, () => assert.doesNotMatch(plain, new RegExp(passwordPattern)))
})
