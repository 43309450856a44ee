import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Channel } from '@lanepay/channels/channel.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import type { aForm } from '@lanepay/domain/applicant/form.fixtures.ts'
import type { PaperKind } from '@lanepay/domain/applicant/form.ts'
import { startWechatPaySimulator, type WechatPaySimulator } from '@lanepay/simulator-wechatpay/simulator.ts'
import { type Applications, type Asking, approval, deskOf, fillIn, startApplications } from '../application.testing.ts'
import { errands } from './errand.ts'

/* Approved applications and the real simulator behind the real adapter, on a real database. */

const minute = 60_000
const hour = 60 * minute
const papers: readonly PaperKind[] = [
  ...(['business-licence', 'opening-permit', 'id-front', 'id-back', 'lot-entrance', 'lot-inside'] as const),
]
/** All of them show the same picture in these tests, and what has been uploaded is known by what it shows. */
const papersSent = 1

let house: Applications
let wechatpay: WechatPaySimulator
let uploads = 0
let sends = 0
before(async () => {
  house = await startApplications()
  const { clock } = house
  wechatpay = await startWechatPaySimulator({ dir: '', port: 0, clock, durable: false, mode: 'partner' })
})
after(async () => {
  await wechatpay?.close()
  await house?.close()
})

/** The adapter, and how often it was asked to upload and to send. */
function counted(): Channel {
  const channel = wechatPayChannel(wechatpay.settings, { clock: house.clock })
  const applications = channel.applications!
  return {
    ...channel,
    applications: {
      ...applications,
      upload: (paper) => {
        uploads++
        return applications.upload(paper)
      },
      send: (application) => {
        sends++
        return applications.send(application)
      },
    },
  }
}
const worker = (
  channels: Parameters<typeof errands>[0]['channels'] = { wechatpay: counted() },
  logged: string[] = [],
) =>
  errands({
    ...{ database: house.data.database, clock: house.clock, channels, applications: house.channels },
    log: (level, event, facts) => void logged.push(JSON.stringify({ level, event, ...facts })),
  })

type Told = Parameters<typeof aForm>[0]
const form = (told: Told = {}) => ({ filedOn: house.today(), ...told })
/** Handed in with these papers, and approved. */
async function approved(told: Told = {}, kinds = papers) {
  const applicant = await house.applicant()
  await fillIn(applicant, form(told), kinds)
  await handInAgain(applicant, applicant.id, told)
  return applicant
}
async function handInAgain(applicant: Asking, id: string, told: Told = {}) {
  const { version, mistakes } = (await applicant.get('/api/apply/form')).json
  assert.deepEqual(mistakes, [])
  const submitted = await applicant.post('/api/apply/submit', { version })
  assert.equal(submitted.status, 200, submitted.text)
  const reviewer = await house.person()
  assert.equal((await reviewer.post(`${deskOf(id)}/take`)).status, 200)
  const done = await reviewer.post(`${deskOf(id)}/approve`, approval(told))
  assert.equal(done.status, 200, done.text)
}
const seen = async (applicant: Asking) => (await applicant.get('/api/apply/form')).json
const codeOf = (id: string, serial = '01') => `${wechatpay.settings.mchid}_${id}${serial}`
const errandOf = async (id: string) =>
  (await house.sql.query('select * from application_errand where application_id = $1', [id])).rows[0]
const accountsOf = async (id: string) =>
  (
    await house.sql.query(
      'select c.* from channel_account c join application a on a.operator_id = c.operator_id where a.id = $1',
      [id],
    )
  ).rows
/** Rounds a minute apart, so that whatever is due comes to its end. */
async function rounds(count: number, work = worker()) {
  for (let at = 0; at < count; at++) {
    house.clock.advance(minute)
    await work.round()
  }
}

describe('an approved application', () => {
  test('goes to the channel, waits for its signature, and is live: the account is written, once', async () => {
    const applicant = await approved()
    uploads = sends = 0
    await rounds(1)
    assert.equal((await seen(applicant)).state, 'channel-review')
    assert.deepEqual([uploads, sends], [papersSent, 1])
    await rounds(3)
    const toSign = await seen(applicant)
    assert.equal(toSign.state, 'to-sign')
    const { signUrl } = toSign.channels[0]
    assert.ok(signUrl.startsWith(`${wechatpay.url}/applyment/sign?token=`))
    assert.equal((await accountsOf(applicant.id)).length, 0)
    assert.equal((await fetch(signUrl, { method: 'POST' })).status, 200)
    await rounds(1)
    assert.equal((await seen(applicant)).state, 'channel-review')
    house.clock.advance(hour)
    await rounds(1)
    assert.equal((await seen(applicant)).state, 'live')
    const [account, ...more] = await accountsOf(applicant.id)
    assert.deepEqual(more, [])
    const { subMchid } = account.merchant
    assert.ok(wechatpay.control.subMerchants().some(({ mchid }) => mchid === subMchid))
    assert.equal(account.active, true)
    assert.deepEqual([uploads, sends], [papersSent, 1])
    // Nothing is due any more.
    await rounds(70)
    assert.deepEqual([uploads, sends, (await accountsOf(applicant.id)).length], [papersSent, 1, 1])
  })

  test('two processes do it once', async () => {
    const applicant = await approved()
    uploads = sends = 0
    house.clock.advance(minute)
    await Promise.all([worker().round(), worker().round(), worker().round()])
    assert.equal((await seen(applicant)).state, 'channel-review')
    assert.deepEqual([uploads, sends], [papersSent, 1])
  })

  for (const kind of ['error-after-applyment', 'applyment-half', 'answer-cut', 'answer-5xx'] as const)
    test(`${kind}: asked about before it is sent again, under the same number, its papers uploaded once`, async () => {
      const applicant = await approved()
      uploads = sends = 0
      const call = kind.startsWith('answer') ? { call: 'applyment' as const } : {}
      wechatpay.control.fault({ kind, times: 1, ...call })
      await rounds(1)
      assert.equal((await seen(applicant)).state, 'approved')
      await rounds(2)
      assert.equal((await seen(applicant)).state, 'to-sign')
      assert.equal(uploads, papersSent)
      const arrived = kind === 'error-after-applyment' || kind === 'answer-cut'
      assert.equal(sends, arrived ? 1 : 2)
      assert.equal(
        wechatpay.control.applyments().filter(({ businessCode }) => businessCode.includes(applicant.id)).length,
        1,
      )
    })

  test('returned by the channel its reasons stand at the fields of the form, and mended it goes on under the same number', async () => {
    const applicant = await approved()
    await rounds(1)
    wechatpay.control.moveApplyment(codeOf(applicant.id), 'REJECTED', [
      { field: 'id_card_copy', reason: '身份证照片不清晰' },
      { field: 'account_number', reason: '账号有误' },
      { field: 'bank_name', reason: '支行有误' },
      { field: 'account_bank', reason: '银行有误' },
    ])
    await rounds(1)
    const returned = await seen(applicant)
    assert.equal(returned.state, 'returned')
    assert.deepEqual(returned.mend, [
      { field: 'papers/id-front', reason: 'channel', note: '身份证照片不清晰' },
      { field: 'cardNumber', reason: 'channel', note: '账号有误' },
      { field: 'bankBranch', reason: 'channel', note: '支行有误；银行有误' },
    ])
    const set = { cardNumber: '4000022209200123457' }
    const saved = await applicant.patch('/api/apply/form', { version: returned.version, set })
    assert.equal(saved.status, 200, saved.text)
    await handInAgain(applicant, applicant.id)
    uploads = sends = 0
    await rounds(1)
    assert.equal((await seen(applicant)).state, 'channel-review')
    assert.deepEqual([uploads, sends], [0, 1])
    assert.equal(
      wechatpay.control.applyments().find(({ businessCode }) => businessCode === codeOf(applicant.id))?.times,
      2,
    )
  })

  test('what the channel wants at once, and we did not ask for, is returned before anything is sent', async () => {
    const applicant = await approved({}, papers.slice(0, 5))
    sends = 0
    await rounds(1)
    const returned = await seen(applicant)
    assert.equal(returned.state, 'returned')
    assert.deepEqual(returned.mend, [{ field: 'papers/lot-inside', reason: 'incomplete', note: '' }])
    assert.equal(sends, 0)
  })

  test('void at the channel it is returned, and comes under another number', async () => {
    const applicant = await approved()
    await rounds(1)
    wechatpay.control.moveApplyment(codeOf(applicant.id), 'CANCELED')
    await rounds(1)
    assert.equal((await seen(applicant)).state, 'returned')
    await handInAgain(applicant, applicant.id)
    await rounds(1)
    assert.equal((await seen(applicant)).state, 'channel-review')
    assert.ok(wechatpay.control.applyments().some(({ businessCode }) => businessCode === codeOf(applicant.id, '02')))
  })

  test('refused for good it waits for a person of the platform, says so, and is asked again every hour', async () => {
    const applicant = await approved()
    const logged: string[] = []
    const channel = counted()
    const no = { ok: false, error: { kind: 'refused', code: 'NO_AUTH', message: '李伟', alarm: true } } as const
    const refusing = { wechatpay: { ...channel, applications: { ...channel.applications!, query: async () => no } } }
    await rounds(30, worker(refusing, logged))
    assert.equal((await seen(applicant)).state, 'approved')
    assert.equal((await errandOf(applicant.id)).trouble, 'NO_AUTH')
    assert.equal(logged.filter((line) => line.includes(applicant.id)).length, 1)
    assert.ok(!logged.join().includes('李伟'))
    house.clock.advance(hour)
    await rounds(1)
    assert.equal((await seen(applicant)).state, 'channel-review')
    assert.equal((await errandOf(applicant.id)).trouble, null)
  })

  test('a channel without an interface says that a person does it', async () => {
    const applicant = await approved()
    const { applications: _, ...channel } = counted()
    await rounds(1, worker({ wechatpay: channel }))
    assert.equal((await errandOf(applicant.id)).trouble, 'by-hand')
  })

  test('hastened it is asked at the next round; a number of nobody hastens nothing', async () => {
    const applicant = await approved()
    const work = worker()
    await rounds(1, work)
    await rounds(50, work)
    const { ask_at: before } = await errandOf(applicant.id)
    assert.ok(Date.parse(before) > house.clock.now() + minute)
    for (const number of ['', 'x', '12', `${applicant.id}`]) await work.heardOf(number)
    assert.deepEqual((await errandOf(applicant.id)).ask_at, before)
    await work.heardOf(`${applicant.id}01`)
    assert.ok(Date.parse((await errandOf(applicant.id)).ask_at) <= house.clock.now())
  })
})

test('where an operator has an account already, one more lot is live without asking the channel', async () => {
  const applicant = await approved()
  const { operator_id: operatorId } = (
    await house.sql.query('select operator_id from application where id = $1', [applicant.id])
  ).rows[0]
  await house.sql.query(
    `insert into channel_account (account_id, operator_id, channel, merchant, channel_fee_basis_points, active)
     select coalesce(max(account_id), 0) + 1, $1, 'wechatpay', '{"subMchid": "1900000109"}', 60, true from channel_account`,
    [operatorId],
  )
  uploads = sends = 0
  await rounds(1)
  assert.equal((await seen(applicant)).state, 'live')
  assert.deepEqual([uploads, sends, (await accountsOf(applicant.id)).length], [0, 0, 1])
})

describe('persons of the platform', () => {
  const channelsOf = (id: string) => `${deskOf(id)}/channels`

  test('see how it stands at a channel, and may have it asked now', async () => {
    const applicant = await approved()
    const reviewer = await house.person()
    await rounds(50)
    const { errands: before } = (await reviewer.get(channelsOf(applicant.id))).json
    assert.equal(before.length, 1)
    assert.equal(before[0].numberThere, `${applicant.id}01`)
    assert.match(before[0].channelNo, /^2\d+$/)
    assert.ok(before[0].askAt > house.clock.now() + minute)
    const asked = (await reviewer.post(`${channelsOf(applicant.id)}/ask`)).json.errands[0]
    assert.ok(asked.askAt <= house.clock.now())
  })

  test('write down by hand what was done in the portal of a channel without an interface; with a line in the trail', async () => {
    const applicant = await approved()
    const { applications: _, ...channel } = counted()
    await rounds(1, worker({ wechatpay: channel }))
    const admin = await house.person('platform-admin')
    const merchant = { subMchid: '1900000109' }
    const url = `${channelsOf(applicant.id)}/wechatpay/by-hand`
    const refused = await (await house.person('reviewer')).post(url, { merchant, reason: 'done in the portal' })
    assert.equal(refused.status, 403)
    const done = await admin.post(url, { merchant, reason: 'done in the portal' })
    assert.equal(done.status, 200, done.text)
    assert.equal(done.json.errands[0].opened, '1900000109')
    assert.equal((await seen(applicant)).state, 'live')
    assert.deepEqual(
      (await accountsOf(applicant.id)).map((one) => one.merchant),
      [merchant],
    )
    const { rows } = await house.sql.query('select reason, after from staff_line where about = $1 and act = $2', [
      ...[`application ${applicant.id}`, 'lots.open'],
    ])
    assert.deepEqual(rows, [{ reason: 'done in the portal', after: 'wechatpay 1900000109' }])
    const again = await admin.post(url, { merchant, reason: 'done in the portal' })
    assert.equal(again.json.error.code, 'not-in-this-state')
  })
})
