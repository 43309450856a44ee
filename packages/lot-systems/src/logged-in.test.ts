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
    const tokens = new Map(kept === null ? [] : [[7, Promise.resolve(ok(kept))]])
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
  assert.deepEqual(await loggedIn(new Map([[1, Promise.resolve(ok('old'))]]), 1, login, call), err(offline))
  assert.equal(calls, 1)
  assert.deepEqual(await loggedIn(new Map(), 1, login, call), await login())
})

test('two calls whose token ended together get one new one, and so does a call that hears of it late', async () => {
  const tokens = new Map([[7, Promise.resolve(ok('old'))]])
  let stands = ''
  const asked: string[] = []
  const login = async () => {
    // As software does that knows one token of an account: each login ends the one before.
    stands = `new ${asked.filter((one) => one === 'login').length}`
    asked.push('login')
    return ok(stands)
  }
  const late = Promise.withResolvers<void>()
  const call = (isLate: boolean) =>
    loggedIn(tokens, 7, login, async (token) => {
      asked.push(token)
      if (isLate && token === 'old') await late.promise
      return token === stands ? ok('done') : err(loggedOut)
    })
  const third = call(true)
  assert.deepEqual(await Promise.all([call(false), call(false)]), [ok('done'), ok('done')])
  late.resolve()
  assert.deepEqual(await third, ok('done'))
  assert.equal(asked.filter((one) => one === 'login').length, 1)
})

test('a login that broke is no token, and the next call logs in', async () => {
  const tokens = new Map()
  const call = async (token: string) => ok(token)
  await assert.rejects(loggedIn(tokens, 7, () => Promise.reject(new Error('broke')), call))
  assert.deepEqual(await loggedIn(tokens, 7, async () => ok('new'), call), ok('new'))
})
