import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { hashPassword, openPassword, passwordPattern } from './password.ts'

let dir: string
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'lanepay-password-'))
})
after(() => rmSync(dir, { recursive: true, force: true }))

const fileWith = (text: string): string => {
  const file = join(dir, String(Math.random()))
  writeFileSync(file, text)
  return `file:${file}`
}

describe('a password', () => {
  test('fits, and nothing else does, however the plan names it', async () => {
    for (const named of [
      await hashPassword('纸飞机 over the lot'),
      fileWith('纸飞机 over the lot\nwhat stands under it is not read\n'),
      'env:PAGE',
    ]) {
      const password = await openPassword(named, { PAGE: '纸飞机 over the lot' })
      assert.ok(password.ok)
      assert.equal(await password.value.fits('纸飞机 over the lot'), true)
      for (const wrong of ['', '纸飞机 over the lo', '纸飞机 over the lot ', '纸飞机 Over the lot'])
        assert.equal(await password.value.fits(wrong), false, `"${wrong}"`)
    }
  })
  test('is the same in full width', async () => {
    const password = await openPassword('env:PAGE', { PAGE: 'lot password 1' })
    assert.ok(password.ok)
    assert.equal(await password.value.fits('ｌｏｔ password 1'), true)
  })
  test('is never twice the same in a plan, and never in clear', async () => {
    const [one, two] = [await hashPassword('a password of the lot'), await hashPassword('a password of the lot')]
    assert.notEqual(one, two)
    assert.match(one, new RegExp(passwordPattern))
    assert.ok(!one.includes('lot'))
  })
})

describe('there is no password', () => {
  const cases: [string, () => string, NodeJS.ProcessEnv, RegExp][] = [
    ['where its file is not there', () => 'file:/nowhere/page-password', {}, /^write the password into \/nowhere/],
    ['where its file is a folder', () => `file:${dir}`, {}, /^write the password into/],
    ['where its variable is not set', () => 'env:PAGE', {}, /^set the environment variable PAGE$/],
    ['where it has 11 characters', () => 'env:PAGE', { PAGE: 'a'.repeat(11) }, /12 characters or more$/],
    ['where its first line is empty', () => fileWith('\na password on the second line'), {}, /12 characters or more$/],
    ['where 11 characters only look longer in UTF-16', () => 'env:PAGE', { PAGE: '🚗'.repeat(11) }, /12 characters/],
  ]
  for (const [when, named, env, todo] of cases)
    test(`${when}: what to do is said, not what was found`, async () => {
      const password = await openPassword(named(), env)
      assert.ok(!password.ok)
      assert.match(password.error, todo)
    })
  for (const plain of ['a password of the lot', 'scrypt$short$key', 'file:', 'env:', 'env:1NAME', ''])
    test(`a plan may not say "${plain}"`, () => assert.doesNotMatch(plain, new RegExp(passwordPattern)))
})
