import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { dayOf, readyAt } from '../reconciliation/day.ts'
import { type Screens, type Somebody, startScreens } from '../refund/screens.testing.ts'
import { secondFactorLastsMs } from '../staff/decide.ts'
import { proveTrail } from '../staff/trail-read.ts'
import { cardLockMs, usualTerms } from './decide.ts'
import { withdrawalRoutes } from './routes.ts'
import {
  accountOf,
  aPayment,
  balances,
  bank,
  clients,
  clock,
  data,
  day,
  dayClosed,
  feeOf,
  hour,
  houseKey,
  lot,
  minuteOf,
  newId,
  now,
  oneForEachTest,
  pass,
  real,
  rows,
  sql,
  statesOf,
  works,
} from './withdrawal.testing.ts'

/* What an operator's persons see and ask for on screens: what the commands decide, once however often it is sent, each with its line. */
oneForEachTest()

/** Two processes beside each other on one database. */
let screens: Screens
let beside: Screens
const finance = (told = {}) => screens.somebody({ role: 'finance', operatorId: String(lot.lotId), ...told })
const owner = (told = {}) => screens.somebody({ role: 'owner', operatorId: String(lot.lotId), ...told })
const account = () => accountOf('wechatpay')
const intend = async (person: Somebody): Promise<string> =>
  (await person.post('/api/operator/withdrawal-asks', { bucket: 3, account: account() })).json.ask
const withdraw = (person: Somebody, body: object, to = screens) =>
  person.post('/api/operator/withdrawals', { bucket: 3, account: account(), amountFen: 'all', ...body }, to.server)
const lines = (act: string) =>
  sql
    .query('select about, after, reason from staff_line where operator_id = $1 and act = $2 order by id', [
      ...[lot.lotId, act],
    ])
    .then(({ rows: found }) => found)
const ofAccount = async (person: Somebody, number = account()) =>
  (await person.get('/api/operator/balances')).json.balances.find((one: { account: number }) => one.account === number)

const card = { number: '6222021234567890128', holder: '张三', owner: 'person', bank: '工商银行' }
const anotherCard = { ...card, number: '6212261234567895507' }
const path = (channel: Parameters<typeof accountOf>[0] = 'alipay') =>
  `/api/operator/accounts/${accountOf(channel)}/card`

describe('on screens', () => {
  before(async () => {
    const start = (database: typeof data.database) => {
      const deps = { database, clock, newId, houseKey }
      return startScreens(deps, [withdrawalRoutes({ ...deps, terms: usualTerms, channels: real })])
    }
    screens = await start(data.database)
    beside = await start(clients[0]!)
  })
  after(async () => {
    await beside.close()
    await screens.close()
  })

  describe('before anything is asked for', () => {
    test('an operator sees what is proven, what comes of which day and from when on, what it costs, and where it would go', async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      const today = dayOf(now)
      await aPayment('wechatpay', 50_000)
      const seen = await ofAccount(await finance({ role: 'read-only' }))
      const [proven, coming] = [100_000 - feeOf(100_000), 50_000 - feeOf(50_000)]
      assert.deepEqual(
        { ...seen, instant: { ...seen.instant } },
        {
          ...{ account: account(), bucket: 3, channel: 'wechatpay', payout: 'channel' },
          ...{ heldFen: proven + coming, availableFen: proven, inFlightFen: 0, inQuestionFen: 0 },
          ...{ provenDay: dayOf(now - day), cardAt: 'channel', card: null, cardLockedUntil: null },
          coming: [{ day: today, amountFen: coming, expectedAt: readyAt(today) }],
          instant: {
            ...{ feeFen: 300, floorFen: 301, mostAtOnceFen: 5_000_000, mostPerDayFen: 20_000_000 },
            ...{ leftTodayFen: 20_000_000, refusal: null },
          },
        },
      )
      assert.equal((await ofAccount(await finance(), accountOf('alipay'))).card.ending, '0128')
    })

    const reasons: [string, () => Promise<unknown>, string][] = [
      ['nothing proven', async () => {}, 'under-floor'],
      [
        'an account that its channel pays out',
        () => rows(`update channel_account set payout = 'mirrored' where operator_id = $1`),
        'not-paid-out-by-us',
      ],
      ['no card where one is told', () => rows(`delete from payout_card where account_id = $1 * 10 + 2`), 'no-card'],
    ]
    for (const [what, given, refusal] of reasons)
      test(`with ${what} it hears why none could be asked for: ${refusal}`, async () => {
        await given()
        assert.equal((await ofAccount(await finance(), accountOf('alipay'))).instant.refusal, refusal)
      })

    test('a day’s limit that is used up is named, and the balance is still said', async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      await rows(`update operator set withdrawal_limits = '{"mostPerDayFen": 10000}' where operator_id = $1`)
      const person = await finance()
      assert.equal((await withdraw(person, { ask: await intend(person), amountFen: 9_900 })).status, 200)
      const { instant, availableFen, inFlightFen } = await ofAccount(person)
      assert.deepEqual(
        [instant.refusal, instant.leftTodayFen, availableFen, inFlightFen],
        ['over-daily-limit', 100, 100_000 - feeOf(100_000) - 9_900, 9_900],
      )
    })
  })

  describe('a withdrawal on a screen', () => {
    test('is one, however often and by however many clients at once it is sent, with one line of the trail', async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      const person = await finance()
      const ask = await intend(person)
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) => withdraw(person, { ask, amountFen: 40_000 }, n % 2 ? screens : beside)),
      )
      // Whatever it asks for now: it is the same intention.
      answers.push(await withdraw(person, { ask, amountFen: 90_000 }))
      for (const answer of answers) assert.deepEqual(answer, answers[0])
      assert.deepEqual([answers[0]!.status, answers[0]!.json.amountFen, answers[0]!.json.feeFen], [200, 40_000, 300])
      assert.deepEqual(await statesOf('wechatpay'), ['asked'])
      const [line, ...more] = await lines('withdrawals.ask')
      assert.deepEqual(
        [line.about, line.after, more],
        [`withdrawal ${answers[0]!.json.withdrawal}`, `account ${account()}, 40000 fen, of it 300 fee`, []],
      )
    })

    test('fifty intentions at once together never take more than there is', async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      const person = await finance()
      const asks = await Promise.all(Array.from({ length: 50 }, () => intend(person)))
      const answers = await Promise.all(
        asks.map((ask, n) => withdraw(person, { ask, amountFen: 30_000 }, n % 2 ? screens : beside)),
      )
      const granted = answers.filter(({ status }) => status === 200)
      assert.equal(granted.length, 3)
      for (const { status, code } of answers.filter((one) => one.status !== 200))
        assert.deepEqual([status, code], [409, 'more-than-available'])
      assert.equal((await balances('wechatpay'))['withdrawal-in-flight'], 90_000)
      assert.equal((await lines('withdrawals.ask')).length, 3)
    })

    test('is followed step by step to the bank and back', async () => {
      await rows(`update channel_account set payout = 'bank' where account_id = $1 * 10 + 2`)
      await aPayment('alipay', 100_000)
      await dayClosed('alipay')
      const person = await finance()
      const of = { bucket: 3, account: accountOf('alipay') }
      const { json } = await person.post('/api/operator/withdrawal-asks', of)
      const asked = await person.post('/api/operator/withdrawals', { ...of, ask: json.ask, amountFen: 50_000 })
      const url = `/api/operator/withdrawals/${asked.json.withdrawal}`
      assert.deepEqual(
        (await person.get(url)).json.steps.map(({ state }: { state: string }) => state),
        ['asked'],
      )
      bank.control.fault({ kind: 'pay-returned', times: 1, ms: 6 * hour })
      await works(minuteOf(10))
      const paid = (await person.get(url)).json
      assert.deepEqual([paid.state, paid.watched, paid.card.ending], ['paid', true, '0128'])
      await works(day)
      const back = (await (await finance()).get(url)).json
      assert.deepEqual(
        [back.state, back.watched, back.steps.map(({ state }: { state: string }) => state)],
        ['returned', false, ['asked', 'sent', 'paid', 'returned']],
      )
      assert.equal(
        back.parts.reduce((sum: number, part: { amountFen: number }) => sum + part.amountFen, 0),
        50_000,
      )
    })

    const refused: [string, () => Promise<{ status: number; code: string | undefined }>, number, string][] = [
      [
        'whose second factor was shown too long ago',
        async () => {
          const person = await finance()
          const ask = await intend(person)
          pass(secondFactorLastsMs)
          return withdraw(person, { ask })
        },
        ...([403, 'second-factor-needed'] as const),
      ],
      ['by a manager', async () => withdraw(await finance({ role: 'manager' }), { ask: 'x' }), 403, 'not-allowed'],
      [
        'by who may see some lots only',
        async () => withdraw(await finance({ lots: [{ lot: lot.lotId }] }), { ask: 'x' }),
        ...([403, 'not-allowed'] as const),
      ],
      ['with an ask that nobody made', async () => withdraw(await finance(), { ask: 'x.y' }), 404, 'bad-request'],
      [
        "with another's ask",
        async () => withdraw(await finance(), { ask: await intend(await finance()) }),
        ...([404, 'bad-request'] as const),
      ],
      [
        "of another operator's account",
        async () => {
          const stranger = await finance({ operatorId: String(lot.lotId - 1) })
          return withdraw(stranger, { ask: await intend(stranger) })
        },
        ...([404, 'bad-request'] as const),
      ],
      [
        'of nothing',
        async () => withdraw(await finance(), { ask: await intend(await finance()), amountFen: 0 }),
        ...([400, 'bad-request'] as const),
      ],
      [
        'under the floor',
        async () => {
          const person = await finance()
          return withdraw(person, { ask: await intend(person), amountFen: 300 })
        },
        ...([409, 'under-floor'] as const),
      ],
    ]
    for (const [what, act, status, code] of refused)
      test(`${what} is refused: ${code}, and nothing is done`, async () => {
        await aPayment('wechatpay', 100_000)
        await dayClosed('wechatpay')
        const answer = await act()
        assert.deepEqual([answer.status, answer.code], [status, code])
        assert.deepEqual([await statesOf('wechatpay'), await lines('withdrawals.ask')], [[], []])
      })
  })

  describe('a card on a screen', () => {
    test('is put once however often it is sent, is masked everywhere, and locks what goes at once for a day', async () => {
      const person = await owner()
      const put = { seen: 1, reason: '换了开户行', card: anotherCard }
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => person.post(path(), put, (n % 2 ? screens : beside).server)),
      )
      assert.deepEqual(
        answers.map(({ status, code }) => [status, code]).sort(),
        [[200, undefined], ...Array(19).fill([409, 'changed-meanwhile'])].sort(),
      )
      const seen = await person.get(path())
      assert.deepEqual(
        [seen.json.version, seen.json.card, seen.json.lockedUntil, seen.json.changes.length],
        [2, { kind: 'card', bank: '工商银行', ending: '5507', holder: '张*' }, now + cardLockMs, 2],
      )
      assert.doesNotMatch(JSON.stringify(seen.json), /621226|张三/)
      assert.equal((await ofAccount(person, accountOf('alipay'))).cardLockedUntil, now + cardLockMs)
      assert.deepEqual(await lines('cards.change'), [
        { about: `account ${accountOf('alipay')}`, after: 'card 2: card 5507', reason: '换了开户行' },
      ])
      pass(cardLockMs)
      assert.equal((await (await owner()).get(path())).json.lockedUntil, null)
    })

    test('is ended with its reason, and nothing goes out then', async () => {
      const person = await owner()
      assert.deepEqual((await person.post(`${path()}/end`, { seen: 1, reason: '账户注销' })).json, { version: 2 })
      const seen = (await person.get(path())).json
      assert.deepEqual([seen.card, seen.changes[0].kind, seen.changes[0].reason], [null, 'none', '账户注销'])
      assert.equal((await ofAccount(person, accountOf('alipay'))).instant.refusal, 'no-card')
    })

    const refused: [
      string,
      () => Promise<{ status: number; code: string | undefined; json: { error: { field?: string } } }>,
      number,
      string,
      string?,
    ][] = [
      ['by finance', async () => (await finance()).post(path(), { seen: 1, reason: '换卡', card }), 403, 'not-allowed'],
      [
        'long after the second factor',
        async () => {
          const person = await owner()
          pass(secondFactorLastsMs)
          return person.post(path(), { seen: 1, reason: '换卡', card })
        },
        ...([403, 'second-factor-needed'] as const),
      ],
      ['unseen', async () => (await owner()).post(path(), { seen: 0, reason: '换卡', card }), 409, 'changed-meanwhile'],
      [
        'with a digit that is wrong',
        async () =>
          (await owner()).post(path(), { seen: 1, reason: '换卡', card: { ...card, number: '6222021234567890129' } }),
        ...([400, 'bad-request', 'body/card/number'] as const),
      ],
      [
        'with the city of a branch, of which nothing is kept here',
        async () => (await owner()).post(path(), { seen: 1, reason: '换卡', card: { ...card, areaCode: '440300' } }),
        ...([400, 'area-code-not-kept', 'body/card/areaCode'] as const),
      ],
      [
        'that its channel has',
        async () => {
          await rows(`update channel_account set merchant = '{}' where account_id = $1 * 10 + 1`)
          return (await owner()).post(path('wechatpay'), { seen: 0, reason: '换卡', card })
        },
        ...([409, 'held-by-channel'] as const),
      ],
      [
        "of another operator's account",
        async () =>
          (await owner({ operatorId: String(lot.lotId - 1) })).post(path(), { seen: 1, reason: '换卡', card }),
        ...([404, 'bad-request'] as const),
      ],
      [
        'without a reason',
        async () => (await owner()).post(path(), { seen: 1, reason: ' ', card }),
        400,
        'bad-request',
        'body/reason',
      ],
    ]
    for (const [what, act, status, code, field] of refused)
      test(`${what} is refused: ${code}, and nothing is kept`, async () => {
        const answer = await act()
        assert.deepEqual([answer.status, answer.code], [status, code])
        if (field) assert.equal(answer.json.error.field, field)
        const kept = await sql.query('select version from payout_card where account_id = $1', [accountOf('alipay')])
        assert.deepEqual([kept.rows.length, await lines('cards.change')], [1, []])
      })
  })

  describe('what all of it leaves', () => {
    test('is a trail that proves', async () => {
      assert.deepEqual((await proveTrail(data.database, houseKey)).broken, [])
    })
  })
})
