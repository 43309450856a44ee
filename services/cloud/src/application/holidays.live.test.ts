import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Applications, deskOf, handIn, startApplications } from './application.testing.ts'

let house: Applications
before(async () => {
  house = await startApplications()
  house.clock.advance(Date.parse('2026-12-29T10:00:00+08:00') - house.clock.now())
})
after(() => house?.close())

const path = '/api/platform/holidays'
const text = '元旦：2027年1月1日（周五）至3日（周日）放假，共3天。'
const source = '国办发明电〔2026〕1号'
const linesOf = () =>
  house.sql
    .query(`select act, about, before, after, reason from staff_line where act = 'holidays.keep' order by id`)
    .then(({ rows }) => rows)

describe('the holidays of the year to come', () => {
  test('are missing at the desk until somebody puts them; then every process counts by them', async () => {
    const applicant = await house.applicant()
    await handIn(applicant, {})
    const reviewer = await house.person('reviewer')
    const other = await house.another()
    assert.equal((await reviewer.get('/api/platform/applications')).json.holidaysMissing, 2027)
    assert.deepEqual((await reviewer.get(deskOf(applicant.id))).json.reviewDue.most, { unknownYear: 2027 })

    const looked = await reviewer.post(`${path}/2027`, { text, source, take: 'look' })
    assert.deepEqual(looked.json.lines[0].off, ['2027-01-01/2027-01-03'])
    assert.equal(looked.json.kept, false)
    assert.equal((await reviewer.get(path)).json.missing, 2027, 'a look keeps nothing')

    const kept = await reviewer.post(`${path}/2027`, { text, source, take: 'keep' })
    assert.deepEqual([kept.status, kept.json.kept], [200, true])
    const elsewhere = await house.person('platform-admin', undefined, other.server)
    assert.equal((await elsewhere.get('/api/platform/applications')).json.holidaysMissing, null)
    assert.deepEqual((await elsewhere.get(deskOf(applicant.id))).json.reviewDue, {
      least: { day: '2027-01-04' },
      most: { day: '2027-01-06' },
    })
    const { years } = (await elsewhere.get(path)).json
    assert.deepEqual(
      years.map((one: { year: number; put: object | null }) => [one.year, one.put !== null]),
      [
        [2027, true],
        [2026, false],
        [2025, false],
      ],
    )
  })
  test('kept twice is one line in the trail; put again it says what was there before', async () => {
    const admin = await house.person('platform-admin')
    await admin.post(`${path}/2027`, { text, source, take: 'keep' })
    assert.equal((await linesOf()).length, 1)
    await admin.post(`${path}/2027`, { text: `${text}1月9日（周六）上班。`, source, take: 'keep' })
    assert.deepEqual((await linesOf())[1], {
      ...{ act: 'holidays.keep', about: 'holidays 2027', reason: source },
      before: 'off 2027-01-01/2027-01-03; worked ',
      after: 'off 2027-01-01/2027-01-03; worked 2027-01-09',
    })
  })
  test('a year that came with the program is put right', async () => {
    const admin = await house.person('platform-admin')
    await admin.post(`${path}/2026`, { text: '2026-10-01/2026-10-08 放假', source, take: 'keep' })
    const { years } = (await admin.get(path)).json
    assert.deepEqual(years.find((one: { year: number }) => one.year === 2026).off, ['2026-10-01/2026-10-08'])
    const file = (await admin.get('/api/platform/holidays-file?as=csv&lang=en&text=2026-10')).text.trim().split('\r\n')
    assert.equal(file.length, 2, 'the year alone that was looked for, under a heading')
    assert.match(file[1]!, /^2026\t?,2026-10-01\/2026-10-08\t?,/)
  })
  test('where one line is wrong nothing is kept, and it is named', async () => {
    const admin = await house.person('platform-admin')
    const before = (await admin.get(path)).json
    const asked: [object, string, string][] = [
      [{ text: `${text}\n2月30日放假`, source }, 'holidays-wrong', 'line 2: not-a-day'],
      [{ text: '1月9日上班', source }, 'holidays-empty', 'one day off or more'],
      [{ text, source: ' ' }, 'source-missing', 'not empty'],
    ]
    for (const [body, code, rule] of asked) {
      const { status, json } = await admin.post(`${path}/2027`, { ...body, take: 'keep' })
      assert.deepEqual([status, json.error.code, json.error.rule], [400, code, rule])
    }
    assert.equal((await admin.post(`${path}/1999`, { text, source, take: 'keep' })).status, 400)
    assert.deepEqual((await admin.get(path)).json, before)
  })
  test('is nobody else’s to put', async () => {
    for (const role of ['support', 'platform-finance'] as const) {
      const other = await house.person(role)
      assert.equal((await other.post(`${path}/2027`, { text, source, take: 'keep' })).status, 403, role)
    }
  })
})
