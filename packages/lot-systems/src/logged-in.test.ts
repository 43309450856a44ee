import assert from 'node:assert/strict'
import { test } from 'node:test'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type HeldToken, loggedIn, loggedOut, type Tokens } from './logged-in.ts'
import type { LotError } from './lot-system.ts'

/** As software does that knows one token of an account: each login ends the one before. */
function anAccount(kept: string | null, stands: string) {
  const asked: string[] = []
  let held: HeldToken | null = kept === null ? null : { id: kept, token: kept, isFresh: false }
  let renewing = false
  const tokens: Tokens = {
    last: async () => held,
    renew: async (old, login) => {
      if (renewing || held?.id !== old?.id) return ok(false)
      renewing = true
      const got = await login()
      if (got.ok) held = { id: got.value, token: got.value, isFresh: true }
      renewing = false
      return got.ok ? ok(true) : got
    },
    pause: async () => {},
  }
  const login = async (): Promise<Result<string, LotError>> => {
    asked.push('login')
    return ok('new')
  }
  const call = async (token: string) => {
    asked.push(token)
    return token === stands ? ok('done') : err(loggedOut)
  }
  return { asked, tokens, login, call, logins: () => asked.filter((one) => one === 'login').length }
}

/** Which tokens stand; what was asked, in order. */
const cases: readonly (readonly [what: string, kept: string | null, stands: string, asked: string, result: string])[] =
  [
    ['a token that stands is used', 'old', 'old', 'old', 'done'],
    ['none is kept: one is asked for', null, 'new', 'login new', 'done'],
    ['one that stands no more is renewed, and the same asked again', 'old', 'new', 'old login new', 'done'],
    ['a new one that others ended at once is not fought for', 'old', 'other', 'old login new', 'busy'],
  ]
for (const [what, kept, stands, expected, result] of cases)
  test(what, async () => {
    const { tokens, login, call, asked } = anAccount(kept, stands)
    const read = await loggedIn(tokens, login, call)
    assert.equal(asked.join(' '), expected)
    assert.equal(read.ok ? read.value : read.error.kind === 'refused' && read.error.because, result)
  })

test('whatever else is refused is not asked again here, and a login that fails is the answer', async () => {
  const offline = { kind: 'offline' } as const
  let calls = 0
  const call = async () => {
    calls++
    return err(offline)
  }
  const login = async () => err({ kind: 'refused', because: 'unsupported' } as const)
  assert.deepEqual(await loggedIn(anAccount('old', 'old').tokens, login, call), err(offline))
  assert.equal(calls, 1)
  assert.deepEqual(await loggedIn(anAccount(null, '').tokens, login, call), await login())
})

test('calls whose token ended together get one new one, and so does a call that hears of it late', async () => {
  const { tokens, login, call, logins } = anAccount('old', 'new')
  const late = Promise.withResolvers<void>()
  const third = loggedIn(tokens, login, async (token) => {
    if (token === 'old') await late.promise
    return call(token)
  })
  const both = [loggedIn(tokens, login, call), loggedIn(tokens, login, call)]
  assert.deepEqual(await Promise.all(both), [ok('done'), ok('done')])
  late.resolve()
  assert.deepEqual(await third, ok('done'))
  assert.equal(logins(), 1)
})

test('whoever waits for another who never comes to an end is told to ask again', async () => {
  const { tokens, login, call, logins } = anAccount('old', 'new')
  const read = await loggedIn({ ...tokens, renew: async () => ok(false) }, login, call)
  assert.deepEqual(read, err({ kind: 'refused', because: 'busy', detail: 'another is logging in' }))
  assert.equal(logins(), 0)
})
