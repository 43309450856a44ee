import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { hashPassword } from './password.ts'
import { idleMs, lastsMs } from './signed-in.ts'
import { aBrowser, houseKey, type Staff, setUpAuthenticator, startStaff } from './staff.testing.ts'
import { triesAllowed, triesPerMs } from './tries.ts'

/* Signing in, staying so and ending it: on a real database, as browsers and those who imitate them do it. */

let staff: Staff
let sql: pg.Client
before(async () => {
  staff = await startStaff()
  sql = new pg.Client(staff.data.connection)
  await sql.connect()
})
after(async () => {
  await sql.end()
  await staff.close()
})
let addresses = 0
/** Each from an address of its own, so that no test uses up another's tries. */
const browser = () => aBrowser(staff.server, { address: `198.51.100.${++addresses}` })
const signIn = (from: ReturnType<typeof browser>, account: string, told: object = {}) =>
  from.post('/api/staff/sign-in', { account, password: staff.password, ...told })
const signedIn = async (account: string) => {
  const one = browser()
  assert.equal((await signIn(one, account)).status, 200)
  return one
}

describe('signing in', () => {
  test('says who is signed in, its role and what it may, and the name only in part', async () => {
    const { account, id } = await staff.person()
    const one = await signedIn(account.toUpperCase())
    const me = await one.get('/api/me')
    assert.equal(me.status, 200)
    assert.deepEqual(me.json.person, {
      ...{ id, account, operator: null, partner: null, name: '李*', phone: '139****5678' },
    })
    assert.equal(me.json.role, 'platform-admin')
    assert.ok(me.json.acts.some((one: { act: string }) => one.act === 'staff.manage'))
    assert.deepEqual(me.json.secondFactor, { isSetUp: false, shownAt: null, recoveryCodes: 0 })
  })

  test('the cookie is for this host alone, and no script reads it; on https it says so by its name', async () => {
    const { account } = await staff.person()
    const plain = await signIn(browser(), account)
    assert.match(
      String([plain.headers['set-cookie']].flat()[0]),
      /^lp_staff=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    const secure = await startStaff({ publicUrl: 'https://pay.example.com' })
    try {
      const { account } = await secure.person()
      const one = aBrowser(secure.server)
      const set = await one.post('/api/staff/sign-in', { account, password: secure.password })
      for (const cookie of [set.headers['set-cookie'] ?? []].flat())
        assert.match(cookie, /^__Host-lp_(staff|browser)=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure/)
      assert.equal((await one.get('/api/me')).status, 200)
      const token = one.cookies.get('__Host-lp_staff')!
      assert.equal((await aBrowser(secure.server).get('/api/me', { cookie: `lp_staff=${token}` })).status, 401)
    } finally {
      await secure.close()
    }
  })

  test('a token that a browser brings along is never the one that it is signed in by', async () => {
    const { account } = await staff.person()
    const planted = 'A'.repeat(43)
    const one = browser()
    one.cookies.set('lp_staff', planted)
    assert.equal((await signIn(one, account)).status, 200)
    const first = one.cookies.get('lp_staff')
    assert.notEqual(first, planted)
    assert.equal((await browser().get('/api/me', { cookie: `lp_staff=${planted}` })).status, 401)
    await signIn(one, account)
    assert.notEqual(one.cookies.get('lp_staff'), first)
    const two = await browser().get('/api/me', { cookie: `lp_staff=${first}; lp_staff=${planted}` })
    assert.equal(two.status, 401, 'nobody knows whose of two')
  })

  test('an account that is not there costs the same work and gets the same answer as a wrong password', async () => {
    const { account } = await staff.person()
    const ended = await staff.person()
    await staff.manage.end({ operatorId: null }, staff.byCommand, ended.id, 'left')
    const answers = []
    for (const typed of [account, 'nobody-of-this-name', ended.account, '’; drop table staff', '李伟\u0000']) {
      const from = staff.compared.length
      const { status, text, headers } = await signIn(browser(), typed, { password: 'not the password' })
      const compared = staff.compared.slice(from).map((hash) => hash.split('$').slice(0, 4).join('$'))
      answers.push({ status, text, compared, headers: { ...headers, date: '' } })
    }
    assert.equal(answers[0]!.status, 401)
    for (const answer of answers) assert.deepEqual(answer, answers[0])
    assert.deepEqual(answers[0]!.compared, ['scrypt$4$8$1'])
  })

  test('a hash of lesser parameters is made anew without asking', async () => {
    const { account, id } = await staff.person()
    const little = await hashPassword(staff.password, { n: 2, r: 8, p: 1 })
    await sql.query('update staff set password = $2 where staff_id = $1', [id, little])
    await signedIn(account)
    const { rows } = await sql.query('select password from staff where staff_id = $1', [id])
    assert.match(rows[0].password, /^scrypt\$4\$8\$1\$/)
    await signedIn(account)
  })
})

describe('who tries too often', () => {
  const wrong = (from: ReturnType<typeof browser>, account: string) => signIn(from, account, { password: 'not it' })

  test('waits, and then tries again: nobody is locked out for good', async () => {
    const { account } = await staff.person()
    const one = browser()
    for (let tries = 0; tries < triesAllowed.pair; tries++) assert.equal((await wrong(one, account)).status, 401)
    const over = await signIn(one, account)
    assert.deepEqual([over.status, over.json.error.code], [429, 'too-many'], 'with the right password too')
    const wait = Number(over.headers['retry-after'])
    assert.ok(wait > 0 && wait <= triesPerMs / 1000)
    assert.equal((await signIn(browser(), account)).status, 200, 'from elsewhere it goes on')
    staff.clock.advance(triesPerMs)
    assert.equal((await signIn(one, account)).status, 200)
  })

  test('many at once are counted before they are tried', async () => {
    const { account } = await staff.person()
    const one = browser()
    const from = staff.compared.length
    const answers = await Promise.all(Array.from({ length: 30 }, () => wrong(one, account)))
    assert.equal(answers.filter(({ status }) => status === 401).length, triesAllowed.pair)
    assert.equal(staff.compared.length - from, triesAllowed.pair)
    assert.equal((await signIn(browser(), account)).status, 200, 'and one address stops nobody elsewhere')
  })

  test('from many addresses is stopped too, and does not stop the owner in its own browser', async () => {
    const { account } = await staff.person()
    const own = await signedIn(account)
    for (let tries = 0; tries < triesAllowed.account; tries++) await wrong(browser(), account)
    assert.equal((await signIn(browser(), account)).status, 429)
    assert.equal((await signIn(own, account)).status, 200)
    const other = await staff.person()
    for (let tries = 0; tries < triesAllowed.account + 1; tries++) await wrong(browser(), other.account)
    own.cookies.delete('lp_staff')
    assert.equal((await signIn(own, other.account)).status, 429, 'a browser of one account is not known for another')
  })

  test('with many accounts from one address is stopped', async () => {
    const one = browser()
    for (let tries = 0; tries < triesAllowed.address; tries++) await wrong(one, `nobody-${tries}`)
    assert.equal((await wrong(one, 'nobody-more')).status, 429)
  })

  test('what was mistyped before the right password counts no more', async () => {
    const { account } = await staff.person()
    const one = browser()
    for (let round = 0; round < 3; round++) {
      for (let tries = 1; tries < triesAllowed.pair; tries++) await wrong(one, account)
      assert.equal((await signIn(one, account)).status, 200)
      one.cookies.clear()
    }
  })
})

describe('a sign-in', () => {
  const meAt = (one: ReturnType<typeof browser>) => one.get('/api/me').then(({ status }) => status)

  test('ends when nobody has used it for long, and at the latest after half a day', async () => {
    const { account } = await staff.person()
    const idle = await signedIn(account)
    const busy = await signedIn(account)
    staff.clock.advance(idleMs - 60_000)
    assert.equal(await meAt(busy), 200)
    staff.clock.advance(60_000)
    assert.deepEqual([await meAt(idle), await meAt(busy)], [401, 200])
    for (let ms = idleMs; ms < lastsMs; ms += idleMs / 2) {
      assert.equal(await meAt(busy), 200)
      staff.clock.advance(idleMs / 2)
    }
    assert.equal(await meAt(busy), 401)
  })

  test('is listed, and ended from another; its cookie is nobody from then on', async () => {
    const { account } = await staff.person()
    const [one, two] = [await signedIn(account), await signedIn(account)]
    const list = (await one.get('/api/me/sign-ins')).json
    assert.equal(list.length, 2)
    const other = list.find(({ isThis }: { isThis: boolean }) => !isThis)
    assert.equal(other.browser, 'a browser')
    assert.equal((await one.post(`/api/me/sign-ins/${other.signIn}/end`)).status, 200)
    assert.deepEqual([await meAt(one), await meAt(two)], [200, 401])
    assert.equal((await one.post(`/api/me/sign-ins/${other.signIn}/end`)).json.error.code, 'sign-in-unknown')
    const strange = await signedIn((await staff.person()).account)
    const own = (await one.get('/api/me/sign-ins')).json[0].signIn
    assert.equal((await strange.post(`/api/me/sign-ins/${own}/end`)).status, 404, "another person's is not there")
    assert.equal(await meAt(one), 200)
  })

  test('ends by signing out, whatever cookie is kept', async () => {
    const one = await signedIn((await staff.person()).account)
    const cookie = `lp_staff=${one.cookies.get('lp_staff')}`
    assert.equal((await one.post('/api/me/sign-out')).status, 200)
    assert.equal(one.cookies.has('lp_staff'), false)
    assert.equal((await browser().get('/api/me', { cookie })).status, 401)
  })

  test('ends with the password, everywhere at once', async () => {
    const { account } = await staff.person()
    const [one, two] = [await signedIn(account), await signedIn(account)]
    const bad = await one.post('/api/me/password', { password: 'not it', next: 'six purple umbrellas' })
    assert.equal(bad.json.error.code, 'password-wrong')
    const weak = await one.post('/api/me/password', { password: staff.password, next: `${account}2026` })
    assert.deepEqual([weak.status, weak.json.error.code, weak.json.error.field], [400, 'about-you', 'body/password'])
    assert.equal(
      (await one.post('/api/me/password', { password: staff.password, next: 'six purple umbrellas' })).status,
      200,
    )
    assert.deepEqual([await meAt(one), await meAt(two)], [401, 401])
    assert.equal((await signIn(one, account)).status, 401)
    assert.equal((await signIn(one, account, { password: 'six purple umbrellas' })).status, 200)
  })

  test('is forgotten 90 days after its end', async () => {
    const { account, id } = await staff.person()
    const rows = async () =>
      (await sql.query('select sign_in_id from staff_sign_in where staff_id = $1', [id])).rowCount
    await signedIn(account)
    staff.clock.advance(lastsMs + 90 * 86_400_000 - 60_000)
    await signedIn(account)
    assert.equal(await rows(), 2)
    staff.clock.advance(60_001)
    await signedIn(account)
    assert.equal(await rows(), 2)
  })

  test('ends with the account', async () => {
    const { account, id } = await staff.person()
    const one = await signedIn(account)
    await staff.manage.end({ operatorId: null }, staff.byCommand, id, 'left the firm')
    assert.equal(await meAt(one), 401)
    assert.equal((await signIn(one, account)).status, 401)
  })
})

describe('what changes something', () => {
  const rows: [string, Record<string, string>, number][] = [
    ['from our own page', { origin: 'http://pay.example.com', 'sec-fetch-site': 'same-origin' }, 200],
    ['from a program that names no origin', {}, 200],
    ['from a page elsewhere', { origin: 'http://evil.example.com' }, 403],
    ['from a page of a neighbouring host', { origin: 'http://example.com', 'sec-fetch-site': 'same-site' }, 403],
    ['from a page without a name', { origin: 'null' }, 403],
    ['from a page that the browser calls foreign', { 'sec-fetch-site': 'cross-site' }, 403],
  ]
  for (const [from, headers, status] of rows)
    test(`${from}: ${status}`, async () => {
      const one = await signedIn((await staff.person()).account)
      assert.equal((await one.post('/api/me/sign-out', {}, headers)).status, status)
      assert.equal((await one.get('/api/me')).status, status === 200 ? 401 : 200)
    })

  test('needs our header, which no form can send, and JSON, which a form cannot either', async () => {
    const one = await signedIn((await staff.person()).account)
    const cookie = `lp_staff=${one.cookies.get('lp_staff')}`
    const form = (headers: object) =>
      staff.server.inject({ method: 'POST', url: '/api/me/sign-out', headers: { cookie, ...headers }, payload: '{}' })
    assert.equal((await form({ 'content-type': 'application/json' })).statusCode, 403)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const refused = await form({ 'x-lanepay-staff': '1', 'content-type': type })
      assert.deepEqual([refused.statusCode, refused.json().error.field], [400, 'content-type'], type)
    }
    assert.equal((await one.get('/api/me')).status, 200)
    const { account } = await staff.person()
    const signIn = await staff.server.inject({
      ...{ method: 'POST', url: '/api/staff/sign-in', payload: { account, password: staff.password } },
    })
    assert.equal(signIn.statusCode, 403, 'nobody is signed in as another behind its back')
  })

  test('no read is done by a browser for another page, kept by it, or shown in its frame', async () => {
    const one = await signedIn((await staff.person()).account)
    for (const { headers } of [await one.get('/api/me'), await browser().get('/api/me')]) {
      assert.equal(headers['cache-control'], 'no-store')
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
      assert.equal(headers['access-control-allow-origin'], undefined)
      const policy = String(headers['content-security-policy'])
      assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/)
      assert.doesNotMatch(policy, /unsafe|data: .*script|\*/)
    }
  })
})

describe('the second factor', () => {
  const secured = async () => {
    const { account, id } = await staff.person()
    const one = await signedIn(account)
    return { account, id, one, ...(await setUpAuthenticator(one, staff)) }
  }
  const next = () => staff.clock.advance(30_000)

  test('once set up, is asked for after the right password, and never before', async () => {
    const { account, code, uri, recoveryCodes } = await secured()
    assert.match(uri, new RegExp(`^otpauth://totp/Lanepay:${account}\\?secret=[A-Z2-7]{32}&issuer=Lanepay$`))
    assert.equal(recoveryCodes.length, 8)
    next()
    const one = browser()
    assert.equal((await signIn(one, account, { password: 'not it', code: code() })).json.error.code, 'sign-in-wrong')
    assert.equal((await signIn(one, account)).json.error.code, 'code-needed')
    assert.equal(
      (await signIn(one, account, { code: '000000' === code() ? '000001' : '000000' })).json.error.code,
      'code-wrong',
    )
    assert.equal((await signIn(one, account, { code: code() })).status, 200)
    assert.ok((await one.get('/api/me')).json.secondFactor.isSetUp)
  })

  test('the code by which it was set up is used by that', async () => {
    const { account, usedCode } = await secured()
    assert.equal((await signIn(browser(), account, { code: usedCode })).json.error.code, 'code-used')
  })

  test('a code that is shown to two processes at once, many times, is good once', async () => {
    const { account, code } = await secured()
    const { server } = await staff.another()
    for (let round = 0; round < 5; round++) {
      next()
      const shown = code()
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, at) => {
          const from = aBrowser(at % 2 === 0 ? staff.server : server, { address: `203.0.113.${++addresses % 250}` })
          return from.post('/api/staff/sign-in', { account, password: staff.password, code: shown })
        }),
      )
      assert.deepEqual(
        answers.map(({ status }) => status).sort(),
        [200, ...Array.from({ length: 7 }, () => 403)],
        answers.map(({ text }) => text).join('\n'),
      )
      staff.clock.advance(triesPerMs)
    }
  })

  test('a recovery code that is shown twice at once is good once, and never again', async () => {
    const { account, recoveryCodes, one } = await secured()
    const { server } = await staff.another()
    const [code = ''] = recoveryCodes
    const answers = await Promise.all(
      [staff.server, server, staff.server, server].map((to) =>
        aBrowser(to, { address: `203.0.113.${++addresses % 250}` }).post('/api/staff/sign-in', {
          ...{ account, password: staff.password, code },
        }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 403, 403, 403])
    assert.equal((await signIn(browser(), account, { code })).status, 403)
    assert.equal((await one.get('/api/me')).json.secondFactor.recoveryCodes, 7)
    assert.equal(
      (await signIn(browser(), account, { code: recoveryCodes[1]!.toLowerCase().replaceAll('-', ' ') })).status,
      200,
    )
    const other = await secured()
    assert.equal(
      (await signIn(browser(), other.account, { code: recoveryCodes[2] })).status,
      403,
      "another's is not good",
    )
  })

  test('an act marked so is done shortly after it was shown, and asked for again later', async () => {
    const { one, code } = await secured()
    const open = (account: string) =>
      one.post('/api/platform/staff', { account, name: '王芳', phone: '13700001111', role: 'reviewer', lots: 'all' })
    assert.equal((await open('wang.fang')).status, 200)
    staff.clock.advance(10 * 60_000)
    assert.equal((await open('wang.fang2')).json.error.code, 'second-factor-needed')
    assert.equal((await one.get('/api/platform/staff')).status, 200, 'reading needs none')
    assert.equal((await one.post('/api/me/second-factor', { code: '123' })).json.error.code, 'code-wrong')
    assert.equal((await one.post('/api/me/second-factor', { code: code() })).status, 200)
    assert.equal((await open('wang.fang2')).status, 200)
    const without = await signedIn((await staff.person()).account)
    const refused = await without.post('/api/platform/staff', {})
    assert.equal(refused.json.error.code, 'second-factor-not-set-up')
  })

  test('is not put in the place of another by whoever has the password alone', async () => {
    const { one, code } = await secured()
    staff.clock.advance(10 * 60_000)
    const begin = () => one.post('/api/me/authenticator', { password: staff.password })
    assert.equal((await begin()).json.error.code, 'second-factor-needed')
    await one.post('/api/me/second-factor', { code: code() })
    assert.equal((await begin()).status, 200)
    next()
    assert.equal(
      (await one.post('/api/me/second-factor', { code: code() })).status,
      200,
      'until confirmed the old one holds',
    )
    assert.equal((await one.post('/api/me/authenticator', { password: 'not it' })).json.error.code, 'password-wrong')
  })

  test('guessing codes with somebody else’s open screen is stopped', async () => {
    const { one } = await secured()
    const codes = []
    for (let tries = 0; tries <= triesAllowed.staff; tries++)
      codes.push((await one.post('/api/me/second-factor', { code: 'x' })).json.error.code)
    assert.deepEqual(codes, [...Array.from({ length: triesAllowed.staff }, () => 'code-wrong'), 'too-many'])
  })
})

test('nothing that was secret stands in the log, in an answer to others, or in the database', async () => {
  const { account } = await staff.person({ name: '欧阳娜娜', phone: '13811112222' })
  const one = await signedIn(account)
  const { recoveryCodes, uri } = await setUpAuthenticator(one, staff)
  const typed = 'thirteen green bottles'
  await signIn(browser(), typed, { password: typed })
  const answers = [
    await signIn(browser(), account, { password: typed }),
    await one.post('/api/me/password', { password: typed, next: typed, phone: '13811112222' }),
    await one.post('/api/me/second-factor', { code: typed }),
    await browser().post('/api/staff/link', { link: typed, password: typed }),
  ]
  const tables = (await sql.query(`select relname from pg_class where relname like 'staff%' and relkind = 'r'`)).rows
  assert.equal(tables.length, 9)
  const dump = []
  for (const { relname } of tables) dump.push(JSON.stringify((await sql.query(`select * from ${relname}`)).rows))
  const secrets = [
    ...[typed, staff.password, '欧阳', '13811112222', one.cookies.get('lp_staff')!, ...recoveryCodes],
    ...recoveryCodes.map((code) => code.replaceAll('-', '')),
    ...[/secret=([A-Z2-7]+)/.exec(uri)![1]!, houseKey],
  ]
  const kept = {
    log: staff.logged.join('\n'),
    answers: answers.map(({ text }) => text).join('\n'),
    database: dump.join('\n'),
  }
  for (const [where, text] of Object.entries(kept))
    for (const secret of secrets) assert.equal(text.includes(secret), false, `${where} has ${secret}`)
  assert.ok(kept.log.includes('staff-sign-in-refused'))
})
