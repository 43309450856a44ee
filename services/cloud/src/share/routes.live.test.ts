import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { type Screens, type Somebody, startScreens } from '../refund/screens.testing.ts'
import { proveTrail } from '../staff/trail-read.ts'
import { aChannel } from './channel.testing.ts'
import { aParty } from './party.testing.ts'
import { sharePersonRoutes } from './person-routes.ts'
import { shareRoutes } from './routes.ts'
import { knownAheadMs } from './rule-file.ts'
import { minute, startSharing } from './share.testing.ts'

/* Rules of shares on screens: what the command puts and ends, once however often it is sent, each with its line. */

let now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = {
  now: () => now,
  pass: (ms: number) => {
    now = (now + ms) as Instant
  },
}
const houseKey = Buffer.from('the house key of shares on screens')
let house: Awaited<ReturnType<typeof startSharing>>
let screens: Screens
/** Which the routes ask: each test has its own. */
const channels = { wechatpay: aChannel({ hasReturns: true, now: clock.now }).channel }
let owner: Somebody
before(async () => {
  house = await startSharing(clock)
  const { database, newId } = house
  const deps = { database, clock, newId, houseKey }
  screens = await startScreens(deps, [
    shareRoutes({ ...deps, channels, accounts: channelAccounts(database, 0) }),
    sharePersonRoutes(deps),
  ])
})
after(async () => {
  await screens.close()
  await house.stop()
})
beforeEach(async () => {
  channels.wechatpay = aChannel({ hasReturns: true, now: clock.now }).channel
  await house.newLot(channels)
  owner = await screens.somebody({ role: 'owner', operatorId: '1' })
})

const intend = async (person: Somebody = owner): Promise<string> =>
  (await person.post('/api/operator/share-asks', { lot: house.lot.lotId })).json.ask
const rule = (over = {}) => ({ channel: 'wechatpay', waitMinutes: 1, parties: [aParty()], ...over })
const put = (person: Somebody, body: object) =>
  person.post('/api/operator/share-rules', { lot: house.lot.lotId, reason: '商场分成', rule: rule(), ...body })
const rulesOf = async (person: Somebody = owner) =>
  (await person.get('/api/operator/share-rules')).json.rules.filter(
    ({ lot }: { lot: number }) => lot === house.lot.lotId,
  )
const lines = () =>
  house.rows<{ after: string; reason: string }>(
    `select after, reason from staff_line where lot_id = $1 and act = 'shares.change' order by id`,
  )

describe('a rule on a screen', () => {
  test('is put once, however often and by however many at once it is sent, and is shown with what holds from when on', async () => {
    const ask = await intend()
    const answers = await Promise.all(Array.from({ length: 50 }, () => put(owner, { ask })))
    answers.push(await put(owner, { ask, rule: rule({ waitMinutes: 5 }) }))
    for (const answer of answers) assert.deepEqual(answer, answers[0])
    assert.equal(answers[0]!.status, 200, JSON.stringify(answers[0]!.json))
    const [kept, ...more] = await rulesOf()
    assert.deepEqual(more, [])
    assert.deepEqual(
      [kept.when, kept.fromAt, kept.waitMinutes, kept.parties.length],
      ['to come', now + knownAheadMs, 1, 1],
    )
    clock.pass(knownAheadMs)
    assert.equal((await rulesOf())[0].when, 'holds now')
    assert.deepEqual(await lines(), [
      {
        after: `wechatpay from ${new Date(kept.fromAt).toISOString()}: 1 parties`,
        reason: '商场分成',
      },
    ])
    assert.deepEqual(await put(owner, { ask }).then(({ json }) => json.version), kept.version)
  })

  test('is put by the platform’s own for an operator, and shows nobody’s account whole but a merchant’s number', async () => {
    const admin = await screens.somebody({ role: 'platform-admin' })
    const base = '/api/platform/operators/1'
    const { json } = await admin.post(`${base}/share-asks`, { lot: house.lot.lotId })
    const person = aParty({
      receiver: { kind: 'person', account: 'oABCDEF123456789', name: '张三' },
      onRefund: 'operator',
    })
    const body = { ask: json.ask, lot: house.lot.lotId, reason: '合作分成', rule: rule({ parties: [person] }) }
    const answer = await admin.post(`${base}/share-rules`, body)
    assert.equal(answer.status, 200, JSON.stringify(answer.json))
    assert.doesNotMatch(JSON.stringify([answer.json, await rulesOf()]), /oABCDEF123456789|张三/)
    const path = `/api/operator/share-rules-file?as=csv&lang=en&lot=${house.lot.lotId}`
    const file = await owner.file(path)
    assert.doesNotMatch(file, /oABCDEF123456789|张三/)
    const rows = file.trim().split('\r\n').slice(1)
    const kept = await rulesOf()
    const lineCount = kept.reduce(
      (sum: number, { parties }: { parties: unknown[] }) => sum + Math.max(1, parties.length),
      0,
    )
    assert.equal(rows.length, lineCount, 'a line for each party')
    const over = await owner.file(`${path}&when=over`)
    assert.ok(
      over
        .trim()
        .split('\r\n')
        .slice(1)
        .every((row) => row.includes(',over,')),
      'as narrowed on the screen',
    )
  })

  test('what the channel lets us share is said before a rule is written', async () => {
    channels.wechatpay = aChannel({ hasReturns: true, now: clock.now, limitBasisPoints: 2_500 }).channel
    const answer = await owner.get(`/api/operator/share-limit?lot=${house.lot.lotId}&channel=wechatpay`)
    assert.deepEqual(answer.json, { channel: 'wechatpay', limitBasisPoints: 2_500 })
    const over = await put(owner, {
      ask: await intend(),
      rule: rule({ parties: [aParty({ takes: { basisPoints: 2_501 } })] }),
    })
    assert.deepEqual([over.status, over.code], [400, 'mistakes'])
    assert.match(over.json.error.rule, /at most 25 %/)
  })

  test('every mistake is answered at once, with its field, and nothing is kept', async () => {
    const twice = [aParty(), aParty({ order: 2 })]
    const answer = await put(owner, { ask: await intend(), rule: rule({ parties: twice }) })
    assert.deepEqual(
      answer.json.error.mistakes.map(({ field }: { field: string }) => field),
      ['body/rule/parties/1/receiver/account'],
    )
    const form = await put(owner, { ask: await intend(), rule: { channel: 'wechatpay', parties: [] } })
    assert.equal(form.json.error.field, 'body/rule')
    assert.deepEqual([await rulesOf(), await lines()], [[], []])
  })

  test('is ended once: what is paid from two minutes on is not shared', async () => {
    await put(owner, { ask: await intend() })
    clock.pass(minute)
    const end = { ask: await intend(), lot: house.lot.lotId, channel: 'wechatpay', reason: '合同到期' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => owner.post('/api/operator/share-rules/end', end)),
    )
    for (const answer of answers) assert.deepEqual(answer, answers[0])
    assert.deepEqual([answers[0]!.status, answers[0]!.json.parties], [200, []])
    assert.equal((await rulesOf()).length, 2)
    const again = await owner.post('/api/operator/share-rules/end', { ...end, ask: await intend() })
    assert.deepEqual([again.status, again.code], [409, 'no-rule'])
    assert.deepEqual(
      (await lines()).map(({ reason }) => reason),
      ['商场分成', '合同到期'],
    )
  })

  const refused: [string, () => Promise<{ status: number; code: string | undefined }>, number, string][] = [
    [
      'by finance',
      async () => put(await screens.somebody({ role: 'finance', operatorId: '1' }), { ask: 'x' }),
      ...([403, 'not-allowed'] as const),
    ],
    ['with an ask that nobody made', () => put(owner, { ask: 'x.y' }), 404, 'bad-request'],
    [
      "with another's ask",
      async () => put(owner, { ask: await intend(await screens.somebody({ role: 'owner', operatorId: '1' })) }),
      ...([404, 'bad-request'] as const),
    ],
    [
      'of a lot that is not its own',
      async () => put(owner, { ask: await intend(), lot: 9_999_999 }),
      404,
      'bad-request',
    ],
    ['without a reason', async () => put(owner, { ask: await intend(), reason: '' }), 400, 'bad-request'],
    [
      'through a channel that nobody takes',
      async () => put(owner, { ask: await intend(), rule: rule({ channel: 'alipay' }) }),
      ...([409, 'channel-not-taken'] as const),
    ],
  ]
  for (const [what, act, status, code] of refused)
    test(`${what} is refused: ${code}, and nothing is kept`, async () => {
      const answer = await act()
      assert.deepEqual([answer.status, answer.code], [status, code])
      assert.deepEqual([await rulesOf(), await lines()], [[], []])
    })

  test('leaves a trail that proves', async () => {
    assert.deepEqual((await proveTrail(house.database, houseKey)).broken, [])
  })
})

describe('parts that a channel did not pay and that wait for a person', () => {
  const mall = aParty({ ifNotPaid: 'person' })
  /** How this payment is decided about, with its channel asked about it. */
  const waiting = async () => {
    const channel = aChannel({ hasReturns: true, now: clock.now })
    await house.newLot({ wechatpay: channel.channel })
    await house.aRule('wechatpay', mall)
    const payment = await house.aPayment('wechatpay', 10_000)
    channel.receive([`42-${payment}`, numberOf('trade', house.lot, payment)], 10_000)
    channel.set.unpaid.set(mall.receiver.account, 'ACCOUNT_ABNORMAL')
    await house.works(10)
    owner = await screens.somebody({ role: 'owner', operatorId: '1' })
    const path = `/api/operator/payments/${numberOf('trade', house.lot, payment)}`
    return {
      ...channel,
      path,
      decide: (what: string, by = owner) => by.post(`${path}/shares-${what}`, { reason: '账户已恢复' }),
    }
  }

  test('are tried again once, with a line, however many say so', async () => {
    const { set, decide } = await waiting()
    set.unpaid.clear()
    const answers = await Promise.all([decide('again'), decide('again'), decide('left')])
    assert.deepEqual(answers.map(({ status, code }) => code ?? status).toSorted(), [
      200,
      'nothing-waits',
      'nothing-waits',
    ])
    assert.equal((await lines()).filter(({ reason }) => reason === '账户已恢复').length, 1)
    await house.works(5)
    assert.equal(await house.owed('partner-payable', '2001'), 0)
  })
  test('are left to the operator, by the platform’s own too', async () => {
    const { path } = await waiting()
    const admin = await screens.somebody({ role: 'platform-admin' })
    const left = await admin.post(`${path.replace('/operator/', '/platform/operators/1/')}/shares-left`, {
      reason: '合作已结束',
    })
    assert.deepEqual([left.status, left.json.amountFen], [200, 994])
    assert.deepEqual((await lines()).at(-1), { after: '994 fen left to the operator', reason: '合作已结束' })
    assert.equal(await house.owed('partner-payable', '2001'), 0)
    await house.works(5)
  })
  test('are not decided by whoever may not change shares, or has another lot', async () => {
    const { decide } = await waiting()
    const finance = await screens.somebody({ role: 'finance', operatorId: '1' })
    const foreign = `/api/operator/payments/${numberOf('trade', { bucket: 3, lotId: 999_999 }, house.newId())}/shares-left`
    const codes = [await decide('left', finance), await owner.post(foreign, { reason: '不是我的' })].map(
      ({ status }) => status,
    )
    assert.deepEqual([codes, await lines()], [[403, 404], []])
  })
})
