import assert from 'node:assert/strict'
import { test } from 'node:test'
import { err, ok } from '@lanepay/domain/result.ts'
import { loggedIn, loggedOut } from './logged-in.ts'

const offline = { kind: 'offline' } as const
/** Which tokens stand; what was asked, in order. */
const cases: readonly (readonly [what: string, kept: string | null, stands: string, asked: string, result: string])[] =
  [
    ['a token that stands is used', 'old', 'old', 'old', 'done'],
    ['none is kept: one is asked for', null, 'new', 'login new', 'done'],
    ['one that stands no more is renewed, and the same asked again', 'old', 'new', 'old login new', 'done'],
    ['a new one that does not stand is not asked for for ever', 'old', 'other', 'old login new', 'unauthorised'],
  ]
for (const [what, kept, stands, expected, result] of cases)
  test(what, async () => {
    const tokens = new Map<number, string>(kept === null ? [] : [[7, kept]])
    const asked: string[] = []
    const read = await loggedIn(
      tokens,
      7,
      async () => {
        asked.push('login')
        return ok('new')
      },
      async (token) => {
        asked.push(token)
        return token === stands ? ok('done') : err(loggedOut)
      },
    )
    assert.equal(asked.join(' '), expected)
    assert.equal(read.ok ? read.value : read.error.kind === 'refused' && read.error.because, result)
  })

test('whatever else is refused is not asked again here, and a login that fails is the answer', async () => {
  let calls = 0
  const call = async () => {
    calls++
    return err(offline)
  }
  const login = async () => err({ kind: 'refused', because: 'unsupported' } as const)
  assert.deepEqual(await loggedIn(new Map([[1, 'old']]), 1, login, call), err(offline))
  assert.equal(calls, 1)
  assert.deepEqual(await loggedIn(new Map(), 1, login, call), await login())
})
