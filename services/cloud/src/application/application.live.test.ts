import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { aForm } from '@lanepay/domain/applicant/form.fixtures.ts'
import { readPdf, textOf } from '@lanepay/print/read.testing.ts'
import sharp from 'sharp'
import { acceptLink } from '../staff/link.ts'
import { linkHeader } from './api.ts'
import {
  type Applications,
  approval,
  asking,
  deskOf,
  fillIn,
  handIn,
  houseKey,
  startApplications,
} from './application.testing.ts'
import { aPhotograph } from './picture.testing.ts'

let house: Applications
before(async () => {
  house = await startApplications()
})
after(() => house?.close())

const secrets = [
  '李伟',
  '440303199003071233',
  '4000022209200123456',
  '13912345678',
  '13812345678',
  'liwei@example.com',
  '王芳',
]
const form = () => ({ filedOn: house.today() })
const rowOf = async (id: string) => (await house.sql.query('select * from application where id = $1', [id])).rows[0]
const linesOf = async (id: string) =>
  (
    await house.sql.query('select act, reason, after from staff_line where about = $1 order by id', [
      `application ${id}`,
    ])
  ).rows

/** Handed in, taken and approved. */
async function approved(told: Parameters<typeof aForm>[0] = {}, more: object = {}) {
  const [applicant, reviewer] = [await house.applicant(), await house.person()]
  await handIn(applicant, { ...form(), ...told })
  assert.equal((await reviewer.post(`${deskOf(applicant.id)}/take`)).status, 200)
  const done = await reviewer.post(`${deskOf(applicant.id)}/approve`, approval(told, more))
  assert.equal(done.status, 200, done.text)
  return { applicant, reviewer, row: await rowOf(applicant.id) }
}

describe('a draft', () => {
  test('keeps itself: what was typed is there for whoever comes back with the link, masked', async () => {
    const applicant = await house.applicant()
    const seen = await fillIn(applicant, form(), [])
    for (const secret of secrets) assert.ok(!JSON.stringify(seen).includes(secret), secret)
    assert.equal(seen.form.lotName, '阳光花园停车场')
    assert.equal(seen.form.cardNumber, '****3456')
    assert.deepEqual(
      seen.mistakes.map(({ field }) => field),
      ['papers/business-licence', 'papers/opening-permit', 'papers/id-front', 'papers/id-back'],
    )
  })
  test('is checked on the server, whatever the page has said', async () => {
    const applicant = await house.applicant()
    const seen = await fillIn(applicant, { ...form(), applicantId: '440303199003071234', cardHolder: '别人' })
    assert.deepEqual(seen.mistakes, [
      { field: 'applicantId', rule: 'check-character' },
      { field: 'cardHolder', rule: 'not-the-business' },
    ])
    const submitted = await applicant.post('/api/apply/submit', { version: seen.version })
    assert.deepEqual(
      [submitted.status, submitted.json.error.code, submitted.json.error.field],
      [409, 'form-mistakes', 'applicantId'],
    )
  })
  test('is not written over by a second window, and a repeat after a lost answer is no second window', async () => {
    const applicant = await house.applicant()
    const save = (version: number, lotName: string) => applicant.patch('/api/apply/form', { version, set: { lotName } })
    assert.equal((await save(0, '东门')).json.version, 1)
    assert.equal((await save(0, '东门')).json.version, 1)
    assert.equal((await save(0, '西门')).json.error.code, 'changed-elsewhere')
    assert.equal((await save(1, '西门')).json.form.lotName, '西门')
  })
  test('takes a field back', async () => {
    const applicant = await house.applicant()
    await applicant.patch('/api/apply/form', { version: 0, set: { lotNumber: 12345 } })
    const seen = await applicant.patch('/api/apply/form', { version: 1, set: { lotNumber: null } })
    assert.equal('lotNumber' in seen.json.form, false)
  })
  test("is nobody's but who has its link: an unknown, a wrong and a replaced one are answered alike", async () => {
    const applicant = await house.applicant()
    const answers = await Promise.all(
      ['', 'x', `${applicant.id}.${'A'.repeat(43)}`, `1.${applicant.link.split('.')[1]}`, "' or true --"].map((link) =>
        asking(house.server, { [linkHeader]: link }).get('/api/apply/form'),
      ),
    )
    for (const { status, text } of answers) assert.deepEqual([status, text], [404, answers[0]!.text])
    const reviewer = await house.person()
    const again = await reviewer.post(`${deskOf(applicant.id)}/link`)
    assert.equal((await applicant.get('/api/apply/form')).text, answers[0]!.text)
    const now = await asking(house.server, { [linkHeader]: again.json.link }).get('/api/apply/form')
    assert.equal(now.status, 200)
  })
  test('nothing personal is in the database, the log or the trail', async () => {
    const { applicant } = await approved()
    const { rows } = await house.sql.query(
      `select a::text as one from application a union all select s::text from application_step s union all
       select l::text from staff_line l union all select encode(sealed, 'escape') from application_paper`,
    )
    const kept = rows.map(({ one }) => one).join('\n') + house.logged.join('\n')
    for (const secret of [...secrets, applicant.link.split('.')[1]!]) assert.ok(!kept.includes(secret), secret)
  })
})

describe('papers', () => {
  test('are taken by their content, painted anew, and opened by nobody but a reviewer, with a line each', async () => {
    const applicant = await house.applicant()
    await handIn(applicant, form())
    const reviewer = await house.person()
    assert.equal((await applicant.get('/api/apply/papers/id-front')).status, 405)
    const opened = await reviewer.get(`${deskOf(applicant.id)}/papers/id-front`)
    assert.equal(opened.headers['content-type'], 'image/jpeg')
    const { format, exif } = await sharp(opened.bytes).metadata()
    assert.deepEqual([format, exif], ['jpeg', undefined])
    await reviewer.post(`${deskOf(applicant.id)}/open`)
    assert.deepEqual(await linesOf(applicant.id), [
      { act: 'application.open-paper', reason: '', after: 'id-front' },
      { act: 'application.open', reason: '', after: '' },
    ])
    for (const role of ['support', 'platform-finance'] as const) {
      const other = await house.person(role)
      assert.equal((await other.get(`${deskOf(applicant.id)}/papers/id-front`)).status, 403, role)
    }
  })
  const refused: [string, () => Promise<Buffer>, string, number][] = [
    [
      'a page of HTML named a picture',
      async () => Buffer.from('<html><script>alert(1)</script>'),
      'not-a-picture',
      400,
    ],
    [
      "an iPhone's photograph named a JPEG",
      async () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic and the rest', 'latin1'),
      'heic-picture',
      400,
    ],
    ['a PDF of words named a JPEG', async () => Buffer.from('%PDF-1.7 words'), 'pdf-not-one-picture', 400],
    ['a cut-off picture', async () => (await aPhotograph()).subarray(0, 6000), 'unreadable', 400],
    ['a tiny picture', () => aPhotograph({ width: 300, height: 200 }), 'too-small', 400],
  ]
  for (const [what, made, code, status] of refused)
    test(`${what} is refused: ${code}`, async () => {
      const applicant = await house.applicant()
      const put = await applicant.putPicture('id-front', await made())
      assert.deepEqual([put.status, put.json.error.code], [status, code])
    })
  test('of whoever has no link not one byte is read', async () => {
    const stranger = asking(house.server, { [linkHeader]: `1.${'A'.repeat(43)}` })
    const put = await stranger.putPicture('id-front', Buffer.alloc(10 * 1024 * 1024 + 1, 0xff))
    assert.deepEqual([put.status, put.json.error.code], [404, 'link-unknown'])
  })
  test('over 10 MB are not read', async () => {
    const applicant = await house.applicant()
    const put = await applicant.putPicture('id-front', Buffer.alloc(10 * 1024 * 1024 + 1, 0xff))
    assert.deepEqual([put.status, put.json.error.code], [413, 'body-too-large'])
  })
  test('the last one counts, and one is taken back', async () => {
    const applicant = await house.applicant()
    await applicant.putPicture('id-front', await aPhotograph())
    const again = await applicant.putPicture('id-front', await aPhotograph({ width: 900, height: 700 }))
    assert.deepEqual(
      again.json.papers.map(({ kind, width }: { kind: string; width: number }) => [kind, width]),
      [['id-front', 900]],
    )
    assert.deepEqual((await applicant.delete('/api/apply/papers/id-front')).json.papers, [])
  })
})

describe('handing in, and review', () => {
  test('what is handed in does not change while it is looked at', async () => {
    const applicant = await house.applicant()
    const { version, state } = await handIn(applicant, form())
    assert.equal(state, 'submitted')
    for (const tried of [
      await applicant.patch('/api/apply/form', { version, set: { lotName: '别的' } }),
      await applicant.putPicture('id-front', await aPhotograph()),
      await applicant.delete('/api/apply/papers/id-front'),
    ])
      assert.deepEqual([tried.status, tried.json.error.code], [409, 'not-in-this-state'])
  })
  test('handed in twice is handed in once', async () => {
    const applicant = await house.applicant()
    const { version } = await fillIn(applicant, form())
    const both = await Promise.all([1, 2].map(() => applicant.post('/api/apply/submit', { version })))
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200],
    )
    assert.equal(both[0]!.json.steps.filter(({ act }: { act: string }) => act === 'submit').length, 1)
  })
  test('only whoever has taken it answers, and two who approve at once approve once', async () => {
    const applicant = await house.applicant()
    await handIn(applicant, form())
    const [one, other] = [await house.person(), await house.person()]
    assert.equal((await one.post(`${deskOf(applicant.id)}/approve`, approval({}))).json.error.code, 'not-in-this-state')
    await one.post(`${deskOf(applicant.id)}/take`)
    const mend = [{ field: 'papers/id-front', reason: 'unreadable', note: '' }]
    assert.equal((await other.post(`${deskOf(applicant.id)}/return`, { mend })).json.error.code, 'on-another-desk')
    const both = await Promise.all([1, 2].map(() => one.post(`${deskOf(applicant.id)}/approve`, approval({}))))
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
  })
  test('everything on the list is looked at before it is approved', async () => {
    const applicant = await house.applicant()
    await handIn(applicant, form())
    const reviewer = await house.person()
    await reviewer.post(`${deskOf(applicant.id)}/take`)
    const { checks } = approval({})
    const hasty = await reviewer.post(`${deskOf(applicant.id)}/approve`, approval({}, { checks: checks.slice(1) }))
    assert.equal(hasty.json.error.code, 'checks-missing')
    assert.equal((await rowOf(applicant.id)).state, 'in-review')
  })
  test('returned with exactly what is to be mended; what was changed since is shown to the reviewer', async () => {
    const [applicant, reviewer] = [await house.applicant(), await house.person()]
    await handIn(applicant, form())
    await reviewer.post(`${deskOf(applicant.id)}/take`)
    const mend = [
      { field: 'papers/id-front', reason: 'unreadable', note: '' },
      { field: 'bankBranch', reason: 'other', note: '支行名称与许可证不一致' },
    ]
    assert.equal((await reviewer.post(`${deskOf(applicant.id)}/return`, { mend })).status, 200)
    const seen = (await applicant.get('/api/apply/form')).json
    assert.deepEqual([seen.state, seen.mend], ['returned', mend])
    assert.equal(seen.steps[0].who, 'reviewer', 'by whom of ours is none of its business')
    await applicant.putPicture('id-front', await aPhotograph({ text: 'AGAIN' }))
    const saved = await applicant.patch('/api/apply/form', {
      version: seen.version,
      set: { bankBranch: '中国工商银行深圳南山支行' },
    })
    const again = await applicant.post('/api/apply/submit', { version: saved.json.version })
    assert.deepEqual([again.status, again.json.state, again.json.mend], [200, 'submitted', []])
    const desk = (await reviewer.get(deskOf(applicant.id))).json
    assert.deepEqual(desk.steps[0].changed, ['bankBranch', 'papers/id-front'])
    assert.match(desk.steps[1].who, /^test-/)
  })
  test('says by which working day it is looked at', async () => {
    const applicant = await house.applicant()
    const { reviewDue } = await handIn(applicant, form())
    for (const due of [reviewDue!.least, reviewDue!.most]) assert.ok('day' in due || 'unknownYear' in due)
  })
  test('the queue shows the oldest first, pages by key, and finds a lot by part of its name', async () => {
    const reviewer = await house.person()
    for (const lotName of ['查找一号车场', '查找二号车场', '查找100%车场'])
      await handIn(await house.applicant(), { ...form(), lotName })
    const find = async (text: string) =>
      (await reviewer.get(`/api/platform/applications?text=${encodeURIComponent(text)}`)).json.rows.map(
        ({ lotName }: { lotName: string }) => lotName,
      )
    assert.deepEqual(await find('查找'), ['查找一号车场', '查找二号车场', '查找100%车场'])
    assert.deepEqual(await find('0%'), ['查找100%车场'])
    assert.deepEqual(await find('查找_号'), [], 'what is typed is no pattern')
    const all = (await reviewer.get('/api/platform/applications?state=submitted')).json
    const first = all.rows[0]
    const rest = (
      await reviewer.get(`/api/platform/applications?state=submitted&after=${first.submittedAt}.${first.id}`)
    ).json
    assert.deepEqual(rest.rows, all.rows.slice(1))
    assert.ok(all.counts.submitted >= 3)
  })
  test('the queue is taken away as a file, all pages of it, and a name that looks like a formula is text', async () => {
    const reviewer = await house.person()
    for (let at = 0; at < 2; at++)
      await handIn(await house.applicant(), { ...form(), lotName: '=HYPERLINK("http://x")文件' })
    const words = `text=${encodeURIComponent('文件')}&lang=zh`
    const csv = await reviewer.get(`/api/platform/applications/file?as=csv&${words}`)
    assert.match(String(csv.headers['content-type']), /text\/csv/)
    const lines = csv.text.trim().split('\r\n')
    assert.equal(lines.length, 3, csv.text)
    assert.ok(lines[1]!.includes(`"'=HYPERLINK(""http://x"")文件"`), csv.text)
    for (const secret of secrets) assert.ok(!csv.text.includes(secret), secret)
    const excel = await reviewer.get(`/api/platform/applications/file?as=xlsx&${words}`)
    assert.equal(excel.bytes.subarray(0, 2).toString(), 'PK')
  })
  test('suspended it stands still, and goes on where it was', async () => {
    const [applicant, reviewer] = [await house.applicant(), await house.person()]
    await handIn(applicant, form())
    await reviewer.post(`${deskOf(applicant.id)}/take`)
    assert.equal((await reviewer.post(`${deskOf(applicant.id)}/suspend`, { reason: '等待总部确认' })).status, 200)
    assert.equal(
      (await reviewer.post(`${deskOf(applicant.id)}/approve`, approval({}))).json.error.code,
      'not-in-this-state',
    )
    assert.equal((await reviewer.post(`${deskOf(applicant.id)}/resume`, { reason: '已经确认' })).status, 200)
    assert.equal((await rowOf(applicant.id)).state, 'in-review')
    assert.deepEqual(
      (await linesOf(applicant.id)).map(({ act, reason }) => [act, reason]),
      [
        ['application.take', ''],
        ['application.suspend', '等待总部确认'],
        ['application.resume', '已经确认'],
      ],
    )
  })
})

describe('what an approval opens', () => {
  test('the operator, its lot with number and lanes, and the account of its first manager, invited by the same link', async () => {
    const { applicant, row } = await approved()
    assert.ok(row.lot_number >= 10_001)
    const { rows: lots } = await house.sql.query('select * from lot where lot_id = $1', [row.lot_number])
    assert.deepEqual(
      [lots.length, lots[0].name, lots[0].bucket, lots[0].operator_id, lots[0].platform_fee_basis_points],
      [1, '阳光花园停车场', row.lot_bucket, row.operator_id, 60],
    )
    const { rows: lanes } = await house.sql.query(
      'select lane_id, name, direction from lane where lot_id = $1 order by lane_id',
      [row.lot_number],
    )
    assert.deepEqual(lanes, [
      { lane_id: 1, name: '东门入口', direction: 'entry' },
      { lane_id: 2, name: '东门出口', direction: 'exit' },
    ])
    const seen = (await applicant.get('/api/apply/form')).json
    assert.deepEqual([seen.account, seen.mayInvite, seen.lotNumber], [`lot-${row.lot_number}`, true, row.lot_number])
    const invited = (await applicant.post('/api/apply/invite')).json.url as string
    const link = invited.split('#')[1]!
    const deps = {
      database: house.data.database,
      clock: house.clock,
      houseKey: Buffer.from(houseKey),
      newId: () => row.id,
      cost: { n: 4, r: 8, p: 1 },
    }
    assert.deepEqual(await acceptLink(deps, link, 'correct horse battery', '192.0.2.9'), {
      ok: true,
      value: { account: seen.account },
    })
    assert.equal((await applicant.post('/api/apply/invite')).json.error.code, 'account-in-use')
    assert.equal((await applicant.get('/api/apply/form')).json.mayInvite, false)
  })
  test('a number that was wished for, once', async () => {
    const { row } = await approved({ lotNumber: 8888 })
    assert.equal(row.lot_number, 8888)
    const [applicant, reviewer] = [await house.applicant(), await house.person()]
    await handIn(applicant, { ...form(), lotNumber: 8888 })
    await reviewer.post(`${deskOf(applicant.id)}/take`)
    const refused = await reviewer.post(`${deskOf(applicant.id)}/approve`, approval({}))
    assert.deepEqual([refused.status, refused.json.error.code], [409, 'lot-number-taken'])
    assert.equal((await rowOf(applicant.id)).state, 'in-review')
  })
  test('twelve approved at once by two processes get twelve numbers', async () => {
    const other = await house.another()
    const ids: { id: string; reviewer: Awaited<ReturnType<Applications['person']>> }[] = []
    for (let at = 0; at < 12; at++) {
      const applicant = await house.applicant()
      await handIn(applicant, form())
      const reviewer = await house.person('reviewer', undefined, at % 2 === 0 ? house.server : other.server)
      assert.equal((await reviewer.post(`${deskOf(applicant.id)}/take`)).status, 200)
      ids.push({ id: applicant.id, reviewer })
    }
    const done = await Promise.all(ids.map(({ id, reviewer }) => reviewer.post(`${deskOf(id)}/approve`, approval({}))))
    assert.deepEqual([...new Set(done.map(({ status, text }) => `${status} ${text}`))], ['200 {}'])
    const rows: Awaited<ReturnType<typeof rowOf>>[] = []
    for (const { id } of ids) rows.push(await rowOf(id))
    assert.equal(new Set(rows.map(({ lot_number }) => lot_number)).size, 12)
    assert.equal(new Set(rows.map(({ operator_id }) => operator_id)).size, 12)
    const { rows: twice } = await house.sql.query('select lot_id from lot group by lot_id having count(*) > 1')
    assert.deepEqual(twice, [])
  })
  test("an owner's next lot lives where its others do, under the same operator, with nobody new", async () => {
    const { row } = await approved()
    const owner = await house.person('owner', row.operator_id)
    const made = (await owner.post('/api/operator/applications', {})).json
    const applicant = { ...asking(house.server, { [linkHeader]: made.link }), id: made.id as string }
    await handIn(applicant, form())
    const reviewer = await house.person()
    await reviewer.post(`${deskOf(made.id)}/take`)
    const done = await reviewer.post(`${deskOf(made.id)}/approve`, approval({}))
    assert.equal(done.status, 200, done.text)
    const next = await rowOf(made.id)
    assert.deepEqual([next.operator_id, next.lot_bucket, next.account], [row.operator_id, row.lot_bucket, null])
    assert.notEqual(next.lot_number, row.lot_number)
    assert.deepEqual(
      (await owner.get('/api/operator/applications')).json.rows.map(({ id }: { id: string }) => id),
      [row.id, made.id],
    )
    const newest = (await owner.get('/api/operator/applications?order=desc')).json.rows
    assert.deepEqual(
      newest.map(({ id }: { id: string }) => id),
      [made.id, row.id],
    )
    const file = (await owner.get('/api/operator/applications/file?as=csv&lang=en')).text
    assert.deepEqual([file.includes(row.id), file.includes(made.id), file.trim().split('\r\n').length], [true, true, 3])
    const stranger = await house.person('owner', (await approved()).row.operator_id)
    assert.equal(
      (await stranger.post(`/api/operator/applications/${made.id}/link`)).json.error.code,
      'application-unknown',
    )
  })
  test('a partner gets an account of a partner, and no lot', async () => {
    const { row } = await approved({ kind: 'partner' })
    assert.deepEqual([row.lot_number, row.operator_id], [null, null])
    const { rows } = await house.sql.query('select role, party from staff where account = $1', [row.account])
    assert.deepEqual(rows, [{ role: 'partner', party: row.party }])
  })
  test('what was approved and not opened is opened by the worker, and nothing is opened twice', async () => {
    const { row } = await approved()
    await house.sql.query('update application set opened_at = null where id = $1', [row.id])
    house.clock.advance(60_000)
    await Promise.all([house.round(), (await house.another()).round()])
    assert.notEqual((await rowOf(row.id)).opened_at, null)
    const { rows } = await house.sql.query(
      'select count(*)::int4 as n from staff where operator_id = $1 and account like $2',
      [row.operator_id, 'lot-%'],
    )
    assert.equal(rows[0].n, 1)
    const { rows: opened } = await house.sql.query(
      "select count(*)::int4 as n from application_step where application_id = $1 and act = 'open'",
      [row.id],
    )
    assert.equal(opened[0].n, 2, 'once before this test took it back, and once after')
  })
})

describe('a lot in business', () => {
  const suspendedAt = async (lot: number) =>
    (await house.sql.query('select suspended_at from lot where lot_id = $1', [lot])).rows[0].suspended_at
  const because = async (lot: number) =>
    (await house.sql.query('select suspended_because from lot where lot_id = $1', [lot])).rows[0].suspended_because
  const live = async () => {
    const done = await approved()
    const one = (await house.channels.due(1000)).find(({ key }) => key.id === done.applicant.id)!
    await house.channels.tell(one.key, 'wechatpay', { state: 'live' })
    assert.equal((await rowOf(done.applicant.id)).state, 'live')
    return { ...done, lot: done.row.lot_number as number, desk: deskOf(done.applicant.id) }
  }
  test('is suspended with a reason and takes no payments until it is resumed; applicant and trail see both', async () => {
    const { applicant, reviewer, lot, desk } = await live()
    assert.equal((await reviewer.post(`${desk}/suspend`, { reason: '' })).status, 400)
    assert.equal(await suspendedAt(lot), null)
    assert.equal((await reviewer.post(`${desk}/suspend`, { reason: '营业执照被吊销' })).status, 200)
    assert.notEqual(await suspendedAt(lot), null)
    assert.equal(await because(lot), '营业执照被吊销')
    const seen = (await applicant.get('/api/apply/form')).json
    assert.deepEqual([seen.state, seen.steps[0].act, seen.steps[0].note], ['suspended', 'suspend', '营业执照被吊销'])
    const twice = await reviewer.post(`${desk}/suspend`, { reason: '再来一次' })
    assert.deepEqual([twice.status, twice.json.error.code], [409, 'not-in-this-state'])
    assert.equal((await reviewer.post(`${desk}/resume`, { reason: '已换发' })).status, 200)
    assert.deepEqual([await suspendedAt(lot), await because(lot)], [null, null])
    assert.equal((await rowOf(applicant.id)).state, 'live')
    assert.deepEqual(
      (await linesOf(applicant.id)).slice(-2).map(({ act, reason, after: then }) => [act, reason, then]),
      [
        ['application.suspend', '营业执照被吊销', 'suspended'],
        ['application.resume', '已换发', 'live'],
      ],
    )
  })
  test('one that could not be told at once is told by the round, whichever process turns it', async () => {
    const { applicant, reviewer, lot, desk } = await live()
    await house.sql.query(`alter table lot add constraint not_now check (suspended_at is null or lot_id <> ${lot})`)
    assert.equal((await reviewer.post(`${desk}/suspend`, { reason: '等待核实' })).status, 200)
    assert.equal(await suspendedAt(lot), null)
    assert.ok(house.logged.some((line) => line.includes('lot-standing-not-told') && line.includes(applicant.id)))
    await house.sql.query('alter table lot drop constraint not_now')
    const other = await house.another()
    await Promise.all([house.round(), other.round()])
    assert.notEqual(await suspendedAt(lot), null)
    assert.equal((await rowOf(applicant.id)).lot_to_tell, null)
  })
  test('is no other role’s to suspend', async () => {
    const { row, lot, desk } = await live()
    for (const other of [await house.person('support'), await house.person('owner', row.operator_id)])
      assert.ok([403, 404].includes((await other.post(`${desk}/suspend`, { reason: '不该可以' })).status))
    assert.equal(await suspendedAt(lot), null)
  })
})

describe('with the channels', () => {
  const at = (id: string, channel: string) =>
    house.channels.due(1000).then((all) => all.find((one) => one.key.id === id && one.channel === channel))
  test('each is asked; what they say moves the application, the same said twice is one step', async () => {
    const { applicant } = await approved({}, { channels: ['wechatpay', 'alipay'] })
    const one = await at(applicant.id, 'wechatpay')
    assert.equal(one?.state, 'asked')
    const opened = await house.channels.open(one!.key, 'wechatpay')
    assert.equal(opened?.form.cardNumber, '4000022209200123456')
    assert.equal((await house.channels.paper(one!.key, 'business-licence'))?.subarray(0, 2).toString('hex'), 'ffd8')
    const state = async () => (await applicant.get('/api/apply/form')).json.state
    const tell = (channel: 'wechatpay' | 'alipay', news: Parameters<typeof house.channels.tell>[2]) =>
      house.channels.tell(one!.key, channel, news)
    await tell('wechatpay', { state: 'channel-review' })
    assert.equal(await state(), 'channel-review')
    for (const _ of [1, 2]) await tell('wechatpay', { state: 'to-sign', signUrl: 'https://pay.weixin.qq.com/sign/1' })
    const seen = (await applicant.get('/api/apply/form')).json
    assert.deepEqual(
      [seen.state, seen.channels[0]],
      ['to-sign', { channel: 'wechatpay', state: 'to-sign', signUrl: 'https://pay.weixin.qq.com/sign/1' }],
    )
    assert.equal(seen.steps.filter(({ act }: { act: string }) => act === 'to-sign').length, 1)
    await tell('wechatpay', { state: 'live' })
    await tell('alipay', { state: 'live' })
    assert.equal(await state(), 'live')
    assert.equal(await at(applicant.id, 'alipay'), undefined)
  })
  test('what one returns goes to the applicant, through review, and to that one again; nothing is opened anew', async () => {
    const { applicant, reviewer, row } = await approved({}, { channels: ['wechatpay', 'alipay'] })
    const { key } = (await at(applicant.id, 'wechatpay'))!
    await house.channels.tell(key, 'alipay', { state: 'live' })
    const mend = [{ field: 'cardNumber', reason: 'channel', note: '账户校验失败' }] as const
    await house.channels.tell(key, 'wechatpay', { state: 'returned', mend })
    const seen = (await applicant.get('/api/apply/form')).json
    assert.deepEqual([seen.state, seen.mend, seen.steps[0].who], ['returned', mend, 'channel wechatpay'])
    const saved = await applicant.patch('/api/apply/form', {
      version: seen.version,
      set: { cardNumber: '4000022209200999999' },
    })
    await applicant.post('/api/apply/submit', { version: saved.json.version })
    await reviewer.post(`${deskOf(applicant.id)}/take`)
    const again = await reviewer.post(
      `${deskOf(applicant.id)}/approve`,
      approval({}, { channels: ['wechatpay', 'alipay'] }),
    )
    assert.equal(again.status, 200, again.text)
    const now = await rowOf(applicant.id)
    assert.deepEqual([now.lot_number, now.operator_id, now.account], [row.lot_number, row.operator_id, row.account])
    assert.equal((await at(applicant.id, 'wechatpay'))?.state, 'asked')
    assert.equal(await at(applicant.id, 'alipay'), undefined, 'live stays live')
  })
})

describe('a forgotten draft', () => {
  test('is dropped with its papers after ninety days; what was touched since, or handed in, stays', async () => {
    const [forgotten, touched, handedIn] = [await house.applicant(), await house.applicant(), await house.applicant()]
    await fillIn(forgotten, form())
    await handIn(handedIn, form())
    house.clock.advance(80 * 86_400_000)
    await touched.patch('/api/apply/form', { version: 0, set: { lotName: '东门' } })
    house.clock.advance(11 * 86_400_000)
    for (let left = 1; left > 0; ) {
      await house.round()
      const { rows } = await house.sql.query(
        "select count(*)::int4 as n from application where state = 'draft' and saved_at < $1",
        [new Date(house.clock.now() - 90 * 86_400_000)],
      )
      left = rows[0].n
    }
    assert.deepEqual(
      [(await forgotten.get('/api/apply/form')).status, (await touched.get('/api/apply/form')).status],
      [404, 200],
    )
    assert.equal((await handedIn.get('/api/apply/form')).json.state, 'submitted')
    const { rows } = await house.sql.query('select 1 from application_paper where application_id = $1', [forgotten.id])
    assert.deepEqual(rows, [])
  })
})

describe('printing', () => {
  test('whole, for whoever knows the end of the identity card; each leaves a step', async () => {
    const applicant = await house.applicant()
    await fillIn(applicant, form())
    const print = (idEnding: string) => applicant.post('/api/apply/print', { idEnding, language: 'zh' })
    assert.equal((await print('1234')).json.error.code, 'not-the-applicant')
    const printed = await print('1233')
    assert.equal(printed.headers['content-type'], 'application/pdf')
    assert.ok(readPdf(printed.bytes).map(textOf).join('').includes('440303199003071233'))
    assert.equal((await applicant.get('/api/apply/form')).json.steps[0].act, 'print')
    for (let at = 0; at < 4; at++) await print('0000')
    assert.deepEqual([(await print('1233')).status, (await print('1233')).json.error.code], [429, 'too-many'])
  })
})

describe('limits', () => {
  test('of drafts and of links that do not work, by address; others go on', async () => {
    const flood = asking(house.server, { 'x-lanepay-staff': '1' }, '198.51.100.7')
    const made = await Promise.all(Array.from({ length: 21 }, () => flood.post('/api/apply', {})))
    assert.deepEqual(
      [made.filter(({ status }) => status === 200).length, made.at(-1)!.json.error.code],
      [20, 'too-many'],
    )
    const guesser = asking(house.server, { [linkHeader]: `1.${'A'.repeat(43)}` }, '198.51.100.8')
    const guesses: { readonly status: number }[] = []
    for (let at = 0; at < 31; at++) guesses.push(await guesser.get('/api/apply/form'))
    assert.deepEqual([guesses.at(29)!.status, guesses.at(30)!.status], [404, 429])
    assert.equal((await house.applicant(house.server, '198.51.100.9')).id.length > 0, true)
  })
  test('a page elsewhere makes no draft', async () => {
    const foreign = await asking(house.server, { origin: 'https://evil.example.com', 'x-lanepay-staff': '1' }).post(
      '/api/apply',
      {},
    )
    assert.equal(foreign.json.error.code, 'foreign-page')
  })
})
