import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { lookHeader } from './door.ts'
import { acceptLink, linkLastsMs } from './link.ts'
import { lookLastsMs } from './look.ts'
import { aBrowser, type Browser, type Staff, setUpAuthenticator, startStaff } from './staff.testing.ts'
import { proveTrail, readTrail } from './trail-read.ts'

/* Persons opened, changed and ended by those who may; looks at an operator's view; and the trail of it all. */

let staff: Staff
let sql: pg.Client
let admin: Browser
let owner: Browser
let adminAccount: string
before(async () => {
  staff = await startStaff()
  sql = new pg.Client(staff.data.connection)
  await sql.connect()
  for (const [lot, operator] of [
    [11, '1'],
    [12, '1'],
    [21, '2'],
  ] as const)
    await staff.lot(lot, operator)
  adminAccount = (await staff.person({ role: 'platform-admin' })).account
  admin = await signedIn(adminAccount)
  owner = await signedIn((await staff.person({ role: 'owner', operatorId: '1' })).account)
  for (const one of [admin, owner]) await setUpAuthenticator(one, staff)
})
after(async () => {
  await sql.end()
  await staff.close()
})
let addresses = 0
async function signedIn(account: string): Promise<Browser> {
  const one = aBrowser(staff.server, { address: `198.51.100.${++addresses}` })
  assert.equal((await one.post('/api/staff/sign-in', { account, password: staff.password })).status, 200)
  return one
}
const aManager = (told: object = {}) => ({
  ...{ account: `manager-${++addresses}`, name: '王芳', phone: '13700001111', role: 'manager', lots: [{ lot: 11 }] },
  ...told,
})
/** Opened by the operator's owner, and let in by the link. */
async function opened(told: object = {}) {
  const asked = aManager(told)
  const made = await owner.post('/api/operator/staff', asked)
  assert.equal(made.status, 200, made.text)
  const link = String(made.json.link).split('#')[1]!
  assert.equal((await owner.post('/api/staff/link', { link, password: staff.password })).status, 200)
  return { id: made.json.staff as string, account: asked.account, link }
}

describe('an account', () => {
  test('stands in a list that is searched, sorted and paged by key', async () => {
    const some = await Promise.all(Array.from({ length: 5 }, () => opened()))
    const accounts = some.map(({ account }) => account).sort()
    const list = async (words: string) => (await owner.get(`/api/operator/staff?${words}`)).json
    const pages = async (words: string) => {
      const shown: string[] = []
      let after = ''
      do {
        const { persons, next } = await list(`${words}&limit=2${after}`)
        assert.ok(persons.length <= 2)
        shown.push(...persons.map(({ account }: { account: string }) => account))
        after = next === null ? '' : `&after=${next}`
      } while (after !== '')
      return shown
    }
    const everybody = (await list('limit=200')).persons.map(({ account }: { account: string }) => account)
    assert.deepEqual(everybody, everybody.toSorted(), 'by account')
    assert.deepEqual(await pages(''), everybody)
    assert.deepEqual(await pages('sort=-account'), everybody.toReversed())
    for (const sort of ['role', '-role', 'seen', '-seen']) {
      const once = (await list(`sort=${sort}&limit=200`)).persons.map(({ account }: { account: string }) => account)
      assert.deepEqual(await pages(`sort=${sort}`), once, sort)
      assert.deepEqual(once.toSorted(), everybody, `${sort} loses nobody`)
    }
    const managers = (await list('role=manager&limit=200')).persons
    assert.ok(managers.length >= 5 && managers.every(({ role }: { role: string }) => role === 'manager'))
    assert.deepEqual((await list(`text=${accounts[0]!.slice(1).toUpperCase()}`)).persons.length, 1, 'by a part of it')
    const ofLot = (await list('text=11&limit=200')).persons.map(({ account }: { account: string }) => account)
    assert.ok(
      accounts.every((account) => ofLot.includes(account)),
      'by one of its lots',
    )
    assert.equal((await owner.get('/api/operator/staff?after=x')).json.error.field, 'querystring/after')
    const file = await owner.bytes(`/api/operator/staff/file?role=manager&as=csv&lang=en`)
    assert.equal(file.trim().split('\r\n').length, managers.length + 1, 'all pages of it, under a heading')
  })

  test('is opened by its operator’s owner, with lots of the operator, and set going by its own person', async () => {
    const { account } = await opened()
    const me = (await (await signedIn(account)).get('/api/me')).json
    assert.deepEqual([me.role, me.lots, me.person.operator], ['manager', [{ lot: 11, lanes: 'all' }], '1'])
    const listed = (await owner.get('/api/operator/staff')).json.persons.find(
      (one: { account: string }) => one.account === account,
    )
    assert.deepEqual(
      [listed.name, listed.phone, listed.hasPassword, listed.hasSecondFactor, listed.lots],
      ['王*', '137****1111', true, false, [{ lot: 11, lanes: null }]],
    )
  })

  const wrong: [string, object, number, string][] = [
    ['of a name that is taken', { account: 'taken-name' }, 409, 'account-taken'],
    ['called by a telephone number', { account: '13800138000' }, 400, 'account-malformed'],
    ['with a role of the platform', { role: 'platform-admin', lots: 'all' }, 400, 'role-not-here'],
    ['of a partner, which is not an operator’s', { role: 'partner', party: '9', lots: 'all' }, 400, 'role-not-here'],
    ["with another operator's lot", { lots: [{ lot: 21 }] }, 400, 'lot-unknown'],
    ['with a lot that is nowhere', { lots: [{ lot: 99 }] }, 400, 'lot-unknown'],
    ['with no lot', { lots: [] }, 400, 'lots-needed'],
    ['that gives rights and sees only some lots', { role: 'owner' }, 400, 'all-lots-needed'],
    ['with lanes for whoever sits in no booth', { lots: [{ lot: 11, lanes: [2] }] }, 400, 'lanes-not-here'],
    ['with a partner’s number', { party: '9' }, 400, 'party-not-here'],
    ['with a role that is none', { role: 'king' }, 400, 'bad-request'],
    ['with a password that somebody else typed', { password: 'correct horse battery' }, 400, 'bad-request'],
    ['with a name of control characters', { name: 'a\u0000b' }, 400, 'bad-request'],
  ]
  for (const [what, told, status, code] of wrong)
    test(`${what} is refused: ${code}`, async () => {
      await owner.post('/api/operator/staff', aManager({ account: 'taken-name' }))
      const refused = await owner.post('/api/operator/staff', aManager(told))
      assert.deepEqual([refused.status, refused.json.error.code], [status, code], refused.text)
    })
  test("another operator's lot and one that is nowhere are refused alike", async () => {
    const [theirs, none] = await Promise.all(
      [21, 99].map((lot) => owner.post('/api/operator/staff', aManager({ lots: [{ lot }] }))),
    )
    assert.equal(theirs!.text, none!.text)
  })

  test('of another operator is not there for whatever is done to it', async () => {
    const { id } = await staff.person({ role: 'manager', operatorId: '2', lots: 'all' })
    const platforms = await staff.person()
    for (const staffId of [id, platforms.id, '1'])
      for (const [act, body] of [
        ['rights', { role: 'owner', lots: 'all' }],
        ['end', { reason: 'because' }],
        ['link', { reason: 'because' }],
        ['drop-second-factor', { reason: 'because' }],
      ] as const) {
        const refused = await owner.post(`/api/operator/staff/${staffId}/${act}`, body)
        assert.deepEqual([refused.status, refused.json.error.code], [404, 'person-unknown'], act)
      }
  })

  test('is not changed by its own person', async () => {
    const own = (await owner.get('/api/me')).json.person.id
    for (const [act, body] of [
      ['rights', { role: 'owner', lots: 'all' }],
      ['end', { reason: 'because' }],
    ] as const)
      assert.equal((await owner.post(`/api/operator/staff/${own}/${act}`, body)).json.error.code, 'own-account')
  })

  test('that is given another role is judged by it at once, where it is signed in', async () => {
    const { id, account } = await opened()
    const one = await signedIn(account)
    assert.equal((await one.get('/api/operator/staff')).status, 200)
    await owner.post(`/api/operator/staff/${id}/rights`, { role: 'attendant', lots: [{ lot: 12, lanes: [1] }] })
    assert.equal((await one.get('/api/operator/staff')).json.error.code, 'not-allowed')
    assert.deepEqual((await one.get('/api/me')).json.lots, [{ lot: 12, lanes: [1] }])
  })

  test('that was ended is out, and its name is not used again', async () => {
    const { id, account } = await opened()
    const one = await signedIn(account)
    assert.equal((await owner.post(`/api/operator/staff/${id}/end`, { reason: 'left' })).status, 200)
    assert.equal((await one.get('/api/me')).status, 401)
    assert.equal((await owner.post('/api/operator/staff', aManager({ account }))).json.error.code, 'account-taken')
    assert.equal(
      (await owner.post(`/api/operator/staff/${id}/link`, { reason: 'again' })).json.error.code,
      'person-unknown',
    )
  })

  test('without its authenticator sets up another; who was signed in is so no more', async () => {
    const { id, account } = await opened()
    const one = await signedIn(account)
    const { recoveryCodes } = await setUpAuthenticator(one, staff)
    await owner.post(`/api/operator/staff/${id}/drop-second-factor`, { reason: 'lost the telephone' })
    assert.equal((await one.get('/api/me')).status, 401)
    const again = await signedIn(account)
    assert.equal((await again.get('/api/me')).json.secondFactor.recoveryCodes, 0)
    await setUpAuthenticator(again, staff)
    const old = { account, password: staff.password, code: recoveryCodes[0] }
    assert.equal(
      (await aBrowser(staff.server, { address: '198.51.100.251' }).post('/api/staff/sign-in', old)).status,
      403,
    )
  })
})

describe('a link', () => {
  const set = (link: string, password = staff.password) => acceptLink(staff.deps, link, password, '192.0.2.77')
  const made = async () => String((await owner.post('/api/operator/staff', aManager())).json.link).split('#')[1]!

  test('works once, of many at once too', async () => {
    const link = await made()
    const all = await Promise.all(Array.from({ length: 6 }, () => set(link)))
    assert.equal(all.filter(({ ok }) => ok).length, 1)
    assert.deepEqual(await set(link), { ok: false, error: 'link-used' })
  })
  test('works for two days', async () => {
    const other = await startStaff()
    try {
      const asked = {
        account: 'late-one',
        name: '李伟',
        phone: '13912345678',
        role: 'platform-admin',
        lots: 'all',
      } as const
      const offered = await other.manage.open({ operatorId: null }, other.byCommand, asked)
      assert.ok(offered.ok)
      other.clock.advance(linkLastsMs)
      const late = await acceptLink(other.deps, offered.value.link, other.password, '')
      assert.deepEqual(late, { ok: false, error: 'link-expired' })
    } finally {
      await other.close()
    }
  })
  test('is replaced by a newer one, which ends what was signed in by the old password', async () => {
    const { id, account } = await opened()
    const one = await signedIn(account)
    const links = []
    for (const reason of ['forgot it', 'forgot it again'])
      links.push(String((await owner.post(`/api/operator/staff/${id}/link`, { reason })).json.link).split('#')[1]!)
    assert.equal((await one.get('/api/me')).status, 200)
    assert.deepEqual(await set(links[0]!), { ok: false, error: 'link-unknown' })
    assert.ok((await set(links[1]!, 'six purple umbrellas')).ok)
    assert.equal((await one.get('/api/me')).status, 401)
  })
  test('that is none, or sets a password that is none', async () => {
    const link = await made()
    for (const bad of ['', 'x', 'A'.repeat(43), `${link}x`])
      assert.deepEqual(await set(bad), { ok: false, error: 'link-unknown' })
    assert.deepEqual(await set(link, 'password2026'), { ok: false, error: 'common' })
    assert.ok((await set(link)).ok, 'a refused password has not used it')
  })
})

describe('a file', () => {
  test('of persons says what each may, and nobody’s name or telephone; who took it is in the trail', async () => {
    const { account } = await opened()
    const file = await owner.bytes('/api/operator/staff/file?as=csv&lang=en')
    assert.match(file, new RegExp(`${account},Manager,,11\\t,in use,none,`))
    assert.doesNotMatch(file, /王|1370000|\*/)
    const [line] = (await owner.get('/api/operator/trail?act=export')).json.lines
    assert.deepEqual([line.about, line.operator], ['staff', '1'])
  })
  test('of the trail is all that is found, in words', async () => {
    const { id, account } = await opened()
    for (let n = 0; n < 60; n++) {
      const lots = [{ lot: n % 2 === 0 ? 12 : 11 }]
      const done = await owner.post(`/api/operator/staff/${id}/rights`, { role: 'manager', lots })
      assert.equal(done.status, 200, done.text)
    }
    const file = await owner.bytes(`/api/operator/trail/file?as=csv&lang=zh&act=staff.change&about=staff%20${id}`)
    const rows = file.trim().split('\r\n')
    assert.equal(rows.length, 61, 'more than a page')
    assert.ok(rows.slice(1).every((row) => row.includes('改角色或车场') && row.includes('负责人')))
    assert.ok(
      rows.slice(1).every((row) => /"经理，车场 1[12]"|经理，车场 1[12]/.test(row)),
      'what it was and is, in words',
    )
    assert.ok(!file.includes(account), 'a person stands there by number')
    assert.equal((await admin.bytes('/api/platform/trail/file?act=export&as=csv')).includes('导出文件'), true)
  })
})

describe('the trail', () => {
  test('is searched by a part of the account and of what it is about, in letters of either size', async () => {
    const { id } = await opened()
    const found = async (words: string) => (await owner.get(`/api/operator/trail?${words}`)).json.lines
    const [line] = await found(`about=staff%20${id}`)
    assert.equal(line.about, `staff ${id}`)
    assert.deepEqual(await found(`about=${id.slice(3, -1)}&account=${line.account.slice(1, -1).toUpperCase()}`), [line])
    assert.deepEqual(await found(`about=${id}&account=nobody.at.all`), [])
    assert.deepEqual(await found('about=%25'), [], 'a sign is a sign')
  })
})

describe('a look at an operator’s view', () => {
  const began = async (reason = 'the owner asked about a missing payment') => {
    const begun = await admin.post('/api/platform/looks', { operator: '1', reason })
    assert.equal(begun.status, 200, begun.text)
    return String(begun.json.look)
  }
  const read = (look: string, url = '/api/operator/staff') => admin.get(url, { [lookHeader]: look })

  test('needs a reason', async () => {
    assert.equal((await admin.get('/api/operator/staff')).json.error.code, 'look-needed')
    for (const reason of ['', '   ', 'x\ny'])
      assert.equal((await admin.post('/api/platform/looks', { operator: '1', reason })).status, 400)
    assert.equal((await admin.post('/api/platform/looks', { operator: '77', reason: 'to see' })).status, 404)
  })
  test('reads what its persons read, and the operator sees who, why and what', async () => {
    const look = await began()
    const view = await read(look)
    assert.deepEqual(view.json, (await owner.get('/api/operator/staff')).json)
    const [seen] = (await owner.get('/api/operator/looks')).json.looks
    assert.deepEqual(
      [seen.look, seen.account, seen.reason],
      [look, adminAccount, 'the owner asked about a missing payment'],
    )
    const { lines } = (await owner.get(`/api/operator/trail?account=${adminAccount}`)).json
    const oldest = (await owner.get(`/api/operator/trail?account=${adminAccount}&order=asc`)).json
    assert.deepEqual(oldest.lines, lines.toReversed())
    assert.deepEqual(
      lines
        .filter((line: { look: string }) => line.look === look)
        .map((line: { act: string; about: string }) => [line.act, line.about]),
      [
        ['staff.read', '/api/operator/staff'],
        ['support.look', `look ${look}`],
      ],
    )
  })
  test('is found by a part of who or why, one page after the other, the oldest first too', async () => {
    for (let n = 0; n < 52; n++) await began(`round ${n} of the Many looks`)
    const found = async (words: string) => (await owner.get(`/api/operator/looks?text=many%20looks${words}`)).json
    const first = await found('')
    assert.deepEqual([first.looks.length, first.looks[0].reason], [50, 'round 51 of the Many looks'])
    const rest = await found(`&before=${first.next}`)
    assert.deepEqual(
      [rest.next, rest.looks.map(({ reason }: { reason: string }) => reason)],
      [null, ['round 1 of the Many looks', 'round 0 of the Many looks']],
    )
    assert.equal((await found('&order=asc')).looks[0].reason, 'round 0 of the Many looks')
    const file = await owner.bytes('/api/operator/looks/file?text=many%20looks&as=csv&lang=en')
    assert.equal(file.trim().split('\r\n').length, 53, 'all pages of it, under a heading')
  })
  test('changes nothing, and does not read the trail', async () => {
    const look = await began()
    assert.equal((await read(look, '/api/operator/staff/file')).json.error.code, 'look-only-reads', 'or take it away')
    const change = await admin.post('/api/operator/staff', aManager(), { [lookHeader]: look })
    assert.equal(change.json.error.code, 'look-only-reads')
    assert.equal((await read(look, '/api/operator/trail')).json.error.code, 'look-only-reads')
  })
  test('is of the person who began it', async () => {
    const look = await began()
    const other = await signedIn((await staff.person({ role: 'support' })).account)
    assert.equal((await other.get('/api/operator/staff', { [lookHeader]: look })).json.error.code, 'look-needed')
    assert.equal((await other.post(`/api/platform/looks/${look}/end`)).status, 404)
    const reviewer = await signedIn((await staff.person({ role: 'reviewer' })).account)
    assert.equal(
      (await reviewer.post('/api/platform/looks', { operator: '1', reason: 'to see' })).json.error.code,
      'not-allowed',
    )
  })
  test('ends when it is ended, and by itself', async () => {
    const [ended, over] = [await began(), await began()]
    assert.equal((await admin.post(`/api/platform/looks/${ended}/end`)).status, 200)
    assert.equal((await read(ended)).json.error.code, 'look-needed')
    assert.equal((await read(over)).status, 200)
    staff.clock.advance(lookLastsMs)
    assert.equal((await read(over)).json.error.code, 'look-needed')
  })
  test('by a look that is none', async () => {
    for (const look of ['1', "1' or '1'='1", '99999999999999999999', ''])
      assert.equal((await read(look)).json.error.code, 'look-needed', look)
  })
})

describe('the trail', () => {
  test('has a line of each act: who, what, about whom, before and after, why, from where', async () => {
    const fresh = await startStaff()
    try {
      await fresh.lot(11, '1')
      const boss = await fresh.person({ role: 'owner', operatorId: '1' })
      const one = aBrowser(fresh.server, { address: '203.0.113.7' })
      await one.post('/api/staff/sign-in', { account: boss.account, password: fresh.password })
      await setUpAuthenticator(one, fresh)
      const { staff: id } = (await one.post('/api/operator/staff', aManager())).json
      await one.post(`/api/operator/staff/${id}/rights`, { role: 'attendant', lots: [{ lot: 11, lanes: [2] }] })
      await one.post(`/api/operator/staff/${id}/end`, { reason: 'left the firm' })
      const { lines } = (await one.get('/api/operator/trail')).json
      assert.deepEqual(
        lines.map(({ act, account, about, before, after, reason, address }: Record<string, string>) =>
          [act, account, about, before, after, reason, address].join(' | '),
        ),
        [
          `staff.end | ${boss.account} | staff ${id} | attendant |  | left the firm | 203.0.113.7`,
          `staff.change | ${boss.account} | staff ${id} | manager, lot 11 | attendant, lot 11 lanes 2 |  | 203.0.113.7`,
          `staff.open | ${boss.account} | staff ${id} |  | manager, lot 11 |  | 203.0.113.7`,
          `authenticator.set | ${boss.account} | staff ${boss.id} | none | set up, with 8 recovery codes |  | 203.0.113.7`,
          `sign-in | ${boss.account} | ${lines[4].about} |  |  |  | 203.0.113.7`,
          `password.set | ${boss.account} | staff ${boss.id} |  | by a link |  | 192.0.2.9`,
          `staff.open | a test | staff ${boss.id} |  | owner, all lots |  | `,
        ],
      )
      assert.deepEqual(await proveTrail(fresh.data.database, fresh.deps.houseKey), { lines: 7, broken: [] })
    } finally {
      await fresh.close()
    }
  })

  test('is searched by what, who, about what and when, page by page', async () => {
    const all = async (query: string, path = '/api/platform/trail', by = admin) => {
      const found: { id: string; act: string; account: string; operator: string | null }[] = []
      for (let next: string | null = ''; next !== null; ) {
        const page = await by.get(`${path}?${query}${next && `&before=${next}`}`)
        assert.equal(page.status, 200, page.text)
        found.push(...page.json.lines)
        next = page.json.next
      }
      return found
    }
    for (let extra = 0; extra < 60; extra++) await staff.person({ role: 'finance', operatorId: '1' })
    const every = await all('')
    assert.ok(every.length > 100)
    const ids = every.map(({ id }) => BigInt(id))
    assert.ok(
      ids.every((id, at) => at === 0 || id < ids[at - 1]!),
      'newest first, none twice',
    )
    const opens = await all('act=staff.open')
    assert.deepEqual(
      opens,
      every.filter(({ act }) => act === 'staff.open'),
    )
    const own = await all(`account=${adminAccount}`)
    assert.deepEqual(
      own,
      every.filter(({ account }) => account.includes(adminAccount)),
    )
    assert.deepEqual(await all(`from=${staff.clock.now() + 1}`), [])
    assert.deepEqual(await all('until=1'), [])
    assert.ok(new Set(every.map(({ operator }) => operator)).size >= 3, 'of the platform and of two operators')
    const theirs = await all('', '/api/operator/trail', owner)
    assert.deepEqual(
      theirs,
      every.filter(({ operator }) => operator === '1'),
    )
    assert.deepEqual(await readTrail(staff.data.database, '2', { act: "staff.open' or '1'='1" }), {
      lines: [],
      next: null,
    })
  })

  test('shows what was changed or taken away by whoever may do anything in the database', async () => {
    const at = { bucket: 1, lot_id: 0 }
    const prove = async () => (await proveTrail(staff.data.database, staff.deps.houseKey)).broken
    assert.deepEqual(await prove(), [])
    const undone = async (what: string, values: unknown[], found: RegExp) => {
      await sql.query('begin')
      const { rowCount } = await sql.query(what, values)
      assert.ok(rowCount! > 0, what)
      await sql.query('commit')
      assert.match((await prove()).map(({ what }) => what).join('; '), found, what)
    }
    const { rows } = await sql.query('select * from staff_line where bucket = $1 and lot_id = $2 order by line', [
      at.bucket,
      at.lot_id,
    ])
    const { rows: trail } = await sql.query('select * from staff_trail where bucket = $1 and lot_id = $2', [
      at.bucket,
      at.lot_id,
    ])
    const third = rows[2]
    await undone(
      "update staff_line set account = 'somebody' where bucket = 1 and lot_id = 0 and line = $1",
      [third.line],
      /changed/,
    )
    await sql.query('update staff_line set account = $2 where bucket = 1 and lot_id = 0 and line = $1', [
      third.line,
      third.account,
    ])
    assert.deepEqual(await prove(), [])
    const putBack = () =>
      sql.query(
        'insert into staff_line select * from json_populate_recordset(null::staff_line, $1) on conflict do nothing',
        [JSON.stringify(rows)],
      )
    await undone('delete from staff_line where bucket = 1 and lot_id = 0 and line = $1', [third.line], /missing/)
    await putBack()
    await undone(
      'delete from staff_line where bucket = 1 and lot_id = 0 and line = $1',
      [rows.at(-1).line],
      /last lines are missing/,
    )
    await putBack()
    await undone('delete from staff_trail where bucket = 1 and lot_id = 0', [], /count of its lines is gone/)
    await sql.query('insert into staff_trail (bucket, lot_id, lines, seal) values (1, 0, $1, $2)', [
      trail[0].lines,
      trail[0].seal,
    ])
    assert.deepEqual(await prove(), [])
  })

  test('is edited by no line of our code', () => {
    const root = new URL('../../../../', import.meta.url).pathname
    const files = globSync('{packages,services}/**/*.{ts,sql}', {
      cwd: root,
      exclude: (path) => path.includes('node_modules'),
    })
    assert.ok(files.length > 300)
    const editing =
      /(?:update|delete\s+from|truncate(?:\s+table)?)\s+(?:only\s+)?staff_line\b|on\s+conflict[^;`']*staff_line/i
    for (const file of files.filter((path) => !/\.test\.ts$/.test(path)))
      assert.doesNotMatch(readFileSync(root + file, 'utf8'), editing, file)
  })
})
