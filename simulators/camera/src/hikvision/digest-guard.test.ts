import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DigestLogin } from '@lanepay/devices/digest.ts'
import { DigestGuard, type Guarded } from './digest-guard.ts'

const who = { user: 'admin', password: 'secret' }
const asked = { method: 'GET', url: '/a?b=c' }
const check = (guard: DigestGuard, authorization?: string, request = asked): Guarded =>
  guard.check({ ...request, headers: authorization === undefined ? {} : { authorization } })
const challengeOf = (guarded: Guarded): string => {
  assert.ok(!guarded.isIn)
  return guarded.challenge
}
/** A login that has met the guard's challenge. */
function met(guard: DigestGuard, login = new DigestLogin(who.user, who.password)): DigestLogin {
  const turn = login.begin()
  turn.challenged([challengeOf(check(guard))])
  turn.over()
  return login
}
const header = (login: DigestLogin): string => {
  const turn = login.begin()
  const said = turn.authorization(asked.method, asked.url) ?? assert.fail('no challenge')
  turn.over()
  return said
}

for (const algorithm of ['MD5', 'SHA-256'] as const)
  test(`the right login is let in, again and again, with ${algorithm}`, () => {
    const guard = new DigestGuard({ ...who, algorithm })
    const login = met(guard)
    for (let i = 0; i < 3; i += 1) assert.deepEqual(check(guard, header(login)), { isIn: true })
  })

test('a nonce is stale after its uses, and only then', () => {
  const guard = new DigestGuard({ ...who, usesPerNonce: 2 })
  const login = met(guard)
  assert.ok(check(guard, header(login)).isIn)
  assert.ok(check(guard, header(login)).isIn)
  assert.match(challengeOf(check(guard, header(login))), /stale=TRUE/)
})

test('another password, or another user, is sent away and told nothing', () => {
  const guard = new DigestGuard(who)
  for (const [user, password] of [
    ['admin', 'Secret'],
    ['root', 'secret'],
  ] as const) {
    const login = met(guard, new DigestLogin(user, password))
    assert.match(challengeOf(check(guard, header(login))), /stale=FALSE/)
  }
})

const broken: readonly (readonly [what: string, change: (header: string) => string, field: string])[] = [
  ['another scheme', () => 'Basic YWRtaW46c2VjcmV0', 'authorization'],
  ['another address', (said) => said.replace('/a?b=c', '/a'), 'uri'],
  ['another realm', (said) => said.replace('IP Camera', 'Camera'), 'realm'],
  ['no protection', (said) => said.replace('qop=auth', 'qop=auth-int'), 'qop'],
  ['another algorithm', (said) => said.replace('algorithm=MD5', 'algorithm=SHA-256'), 'algorithm'],
  ['a counter in decimal', (said) => said.replace('nc=00000001', 'nc=1'), 'nc'],
  ['no cnonce', (said) => said.replace(/cnonce="[^"]*"/, 'cnonce=""'), 'cnonce'],
]
for (const [what, change, field] of broken)
  test(`sent away, the rule named: ${what}`, () => {
    const guard = new DigestGuard(who)
    const guarded = check(guard, change(header(met(guard))))
    assert.equal(!guarded.isIn && guarded.broken?.field, field)
  })

test('a header that is used twice is sent away the second time', () => {
  const guard = new DigestGuard(who)
  const twice = header(met(guard))
  assert.ok(check(guard, twice).isIn)
  const guarded = check(guard, twice)
  assert.equal(!guarded.isIn && guarded.broken?.field, 'nc')
})
