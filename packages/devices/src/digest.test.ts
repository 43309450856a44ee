import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeIn, DigestLogin, digestAnswer } from './digest.ts'

const ofRfc7616 = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  stale: false,
} as const
const mufasa = {
  user: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
} as const

const worked = [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const
for (const [algorithm, response] of worked)
  test(`the worked example of RFC 7616 with ${algorithm}`, () => {
    const header = digestAnswer({ ...ofRfc7616, algorithm }, mufasa)
    assert.match(header, new RegExp(` response="${response}"`))
    assert.match(header, / nc=00000001, /)
    assert.match(header, / opaque="FQhe\/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"$/)
  })

test('the worked example of RFC 2617, which devices still follow', () => {
  const challenge = { realm: 'testrealm@host.com', nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093', opaque: null } as const
  const answering = { ...mufasa, password: 'Circle Of Life', cnonce: '0a4f113b' }
  const header = digestAnswer({ ...challenge, algorithm: 'MD5', stale: false }, answering)
  assert.match(header, / response="6629fae49393a05397450978507c4ef1"$/)
})

const challenges: readonly (readonly [what: string, headers: readonly string[], met: object | null])[] = [
  [
    'as cameras write it',
    ['Digest qop="auth", realm="IP Camera(C1234)", nonce="4e6a", stale="FALSE"'],
    { realm: 'IP Camera(C1234)', nonce: '4e6a', opaque: null, algorithm: 'MD5', stale: false },
  ],
  ['stale', ['Digest realm="r", nonce="n", qop="auth,auth-int", stale=true'], { stale: true }],
  ['quotes in the realm', ['Digest realm="a \\"b\\"", nonce="n", qop=auth'], { realm: 'a "b"' }],
  [
    'SHA-256 before MD5, in headers of their own',
    [
      'Digest realm="r", nonce="1", qop="auth", algorithm=MD5',
      'Digest realm="r", nonce="2", qop="auth", algorithm=SHA-256',
    ],
    { nonce: '2', algorithm: 'SHA-256' },
  ],
  [
    'SHA-256 before MD5, in one header after Basic',
    [
      'Basic realm="r", Digest realm="r", nonce="1", qop="auth", Digest realm="r", nonce="2", qop="auth", algorithm=SHA-256',
    ],
    { nonce: '2', algorithm: 'SHA-256' },
  ],
  ['only Basic', ['Basic realm="r"'], null],
  ['only integrity protection', ['Digest realm="r", nonce="n", qop="auth-int"'], null],
  ['an algorithm of another time', ['Digest realm="r", nonce="n", qop="auth", algorithm=SHA-512-256'], null],
  ['no nonce', ['Digest realm="r", qop="auth"'], null],
  ['nothing', [], null],
]
for (const [what, headers, met] of challenges)
  test(`a challenge: ${what}`, () => {
    const challenge = challengeIn(headers)
    if (met === null) assert.equal(challenge, null)
    else assert.partialDeepStrictEqual(challenge, met)
  })

const challenge = (nonce: string) => [`Digest realm="r", nonce="${nonce}", qop="auth"`]

test('a login answers only when it is asked, counts what it sends, and begins anew with each nonce', () => {
  const login = new DigestLogin('admin', 'secret')
  const first = login.begin()
  assert.equal(first.authorization('GET', '/'), null)
  assert.ok(first.challenged(challenge('1')))
  assert.match(first.authorization('GET', '/')!, /nonce="1".* nc=00000001/)
  first.over()
  const second = login.begin()
  assert.match(second.authorization('GET', '/')!, /nonce="1".* nc=00000002/)
  assert.ok(second.challenged(['Digest realm="r", nonce="2", qop="auth", stale=true'])?.stale)
  assert.match(second.authorization('GET', '/')!, /nonce="2".* nc=00000001/)
})

test('no nonce is used by two requests at once', () => {
  const login = new DigestLogin('admin', 'secret')
  const one = login.begin()
  one.challenged(challenge('1'))
  one.over()
  const [going, beside] = [login.begin(), login.begin()]
  assert.match(going.authorization('GET', '/')!, /nonce="1"/)
  assert.equal(beside.authorization('GET', '/'), null)
})

test('a challenge that cannot be met is not met', () => {
  const turn = new DigestLogin('admin', 'secret').begin()
  turn.challenged(challenge('1'))
  assert.equal(turn.challenged(['Basic realm="r"']), null)
  assert.equal(turn.authorization('GET', '/'), null)
})

test('the password is in no header', () => {
  const turn = new DigestLogin('admin', 'secret-of-the-lot').begin()
  turn.challenged(challenge('1'))
  assert.doesNotMatch(turn.authorization('GET', '/')!, /secret-of-the-lot/)
})
