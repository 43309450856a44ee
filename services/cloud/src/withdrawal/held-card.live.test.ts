import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { anApplication, aPhotograph } from '@lanepay/channels/application-fixtures.ts'
import type { Applications } from '@lanepay/channels/applications.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { BilledChannel } from '@lanepay/domain/types.ts'
import { type Alarms, alarms as makeAlarms } from '../alarm/alarm.ts'
import type { Channels } from '../payment/settle.ts'
import { type Screens, type Somebody, startScreens } from '../refund/screens.testing.ts'
import { proveTrail } from '../staff/trail-read.ts'
import { setAside } from './ask.ts'
import { cardLockMs, usualTerms } from './decide.ts'
import { unclearForMs } from './held-decide.ts'
import { heldCardRound } from './held-worker.ts'
import { withdrawalRoutes } from './routes.ts'
import {
  accountOf,
  alarmsRaised,
  aPayment,
  ask,
  clients,
  clock,
  data,
  day,
  dayClosed,
  historyOf,
  houseKey,
  lot,
  minuteOf,
  newId,
  now,
  oneForEachTest,
  pass,
  real,
  rows,
  said,
  sql,
  wechatpay,
  worker,
} from './withdrawal.testing.ts'

/*
 * Another card for an account whose card the channel holds, on the real tables and against the channels' simulators: asked for by an owner,
 * told to the channel once, and what the channel says of it.
 */
oneForEachTest()

let screens: Screens
let beside: Screens
const owner = (told = {}) => screens.somebody({ role: 'owner', operatorId: String(lot.lotId), ...told })
const path = (channel: BilledChannel = 'wechatpay') => `/api/operator/accounts/${accountOf(channel)}/card`

let serial = 1000
/** A card that no other test has: its number ends with digits of its own. */
const aCard = (told: object = {}) => ({
  number: `40000230092001${++serial}`,
  holder: '阳光物业有限公司',
  owner: 'company',
  bank: '工商银行',
  branch: '中国工商银行股份有限公司深圳福田支行',
  areaCode: '440300',
  ...told,
})
const put = (person: Somebody, card: object, told: object = {}) =>
  person.post(path(), { seen: 0, reason: '换了开户行', card, ...told })

/** The process that tells the channels, as `told` lets it speak to WeChat Pay. */
const telling = (told: (ability: Applications) => Partial<Applications> = () => ({}), database = data.database) => {
  const ability = real.wechatpay.applications
  assert.ok(ability)
  const channels: Channels = {
    ...real,
    wechatpay: { ...real.wechatpay, applications: { ...ability, ...told(ability) } },
  }
  return roundOver(channels, database)
}
function roundOver(channels: Channels, database = data.database, told = (alarms: Alarms): Alarms => alarms) {
  const alarms = told(makeAlarms({ database, clock, log: silentLog, newId }))
  return heldCardRound({ database, clock, log: silentLog, channels, alarms, houseKey })
}
/** What whoever runs the lot reads of it, in the order in which it was raised. */
const alarmsSaid = () =>
  rows<{ kind: string; because: string }>('select kind, because from alarm where lot_id = $1 order by id')
/** Rounds of it, a minute apart. */
async function rounds(count: number, round = telling()): Promise<void> {
  for (let n = 0; n < count; n++) {
    await round()
    pass(minuteOf(1))
  }
}
const merchant = () => ({ subMchid: wechatpay.subMchid ?? '' })
const endingAtChannel = async () => {
  const answer = await real.wechatpay.applications!.cardIs(merchant())
  return answer.ok ? answer.value.ending : answer.error.kind
}
/** How often the channel was told this card. */
const heardOf = ({ number }: { readonly number: string }) =>
  wechatpay.control.cardChanges().filter(({ card }) => card.number === number).length
const keptOf = async (channel: BilledChannel = 'wechatpay') =>
  (
    await sql.query('select state, sealed, because from held_card_change where account_id = $1 order by version', [
      accountOf(channel),
    ])
  ).rows as { state: string; sealed: string | null; because: string | null }[]
const statesOfChanges = async (channel?: BilledChannel) => (await keptOf(channel)).map(({ state }) => state)
const lines = () =>
  sql
    .query(`select about, after, reason from staff_line where operator_id = $1 and act = 'cards.change' order by id`, [
      lot.lotId,
    ])
    .then(({ rows }) => rows)

describe('a card that its channel holds', () => {
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
  // The channel takes five a day.
  beforeEach(() => pass(day))

  describe('that the channel agrees to', () => {
    test('is asked for, looked at, and then the one that holds; every word of it is gone then but its end', async () => {
      const card = aCard()
      const person = await owner()
      assert.deepEqual((await put(person, card)).json, { version: 1 })
      const asked = (await person.get(path())).json
      assert.deepEqual([asked.cardAt, asked.version, asked.card, asked.lockedUntil], ['channel', 1, null, null])
      assert.equal(asked.changes[0].state, 'asked')
      const round = telling()
      await round()
      assert.equal((await person.get(path())).json.changes[0].state, 'checking')
      const [open] = await keptOf()
      assert.ok(open?.sealed)
      assert.doesNotMatch(open.sealed, new RegExp(card.number))
      pass(minuteOf(1))
      await round()
      const seen = (await person.get(path())).json
      assert.deepEqual(
        [seen.card, seen.lockedUntil, seen.changes[0].state, seen.changes[0].endedAt],
        [
          { kind: 'card', bank: '工商银行', ending: card.number.slice(-4), holder: '阳*******' },
          now + cardLockMs,
          'applied',
          now,
        ],
      )
      assert.doesNotMatch(JSON.stringify(seen), /40000230092001|阳光物业/)
      assert.deepEqual(await keptOf(), [{ state: 'applied', sealed: null, because: null }])
      assert.deepEqual([await endingAtChannel(), heardOf(card)], [card.number.slice(-4), 1])
      assert.deepEqual(await alarmsSaid(), [])
      assert.deepEqual(await lines(), [
        {
          ...{ about: `account ${accountOf('wechatpay')}`, reason: '换了开户行' },
          after: `asked of the channel: card 1: card ${card.number.slice(-4)}`,
        },
      ])
    })

    test('lets nothing go at once while it is looked at, nor for a day after; what goes by itself does not wait', async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      await put(await owner(), aCard())
      assert.equal(said(await ask('wechatpay', 10_000)), 'card-changing')
      await rounds(2)
      assert.deepEqual(await statesOfChanges(), ['applied'])
      assert.equal(said(await ask('wechatpay', 10_000)), 'card-changed')
      const bySelf = await setAside(
        { database: data.database, clock, newId, terms: usualTerms },
        {
          ...{ bucket: 3, accountId: accountOf('wechatpay'), kind: 'automatic', amountFen: 20_000, by: 'automatic' },
          ...{ id: newId(), cause: 'automatic:a-day' },
        },
      )
      assert.ok(bySelf.ok, JSON.stringify(bySelf))
      pass(cardLockMs)
      assert.equal(said(await ask('wechatpay', 10_000)), 10_000)
    })

    test('has what was asked for before it, and not sent yet, go back to the balance', async () => {
      await aPayment('wechatpay', 100_000)
      await dayClosed('wechatpay')
      assert.equal(said(await ask('wechatpay', 10_000)), 10_000)
      await put(await owner(), aCard())
      await rounds(2)
      await worker.round()
      assert.deepEqual(await historyOf('wechatpay'), ['asked', 'refused'])
    })
  })

  describe('that the channel does not agree to', () => {
    test('leaves the old one, says why in its words, and another may be asked for', async () => {
      const before = await endingAtChannel()
      const person = await owner()
      wechatpay.control.fault({ kind: 'card-refused', times: 1 })
      await put(person, aCard())
      await rounds(2)
      assert.deepEqual(await keptOf(), [{ state: 'refused', sealed: null, because: '银行卡户名与账号不匹配，请核对' }])
      assert.deepEqual(await alarmsSaid(), [
        { kind: 'card-refused', because: `account ${accountOf('wechatpay')}: 银行卡户名与账号不匹配，请核对` },
      ])
      assert.equal(await endingAtChannel(), before)
      const seen = (await person.get(path())).json
      assert.deepEqual([seen.lockedUntil, seen.changes[0].because], [null, '银行卡户名与账号不匹配，请核对'])
      assert.equal((await put(person, aCard(), { seen: 1 })).status, 200)
      await rounds(2)
      assert.deepEqual(await statesOfChanges(), ['refused', 'applied'])
    })

    test('killed after it has raised the alarm and before the change has ended, it raises no second one', async () => {
      const person = await owner()
      wechatpay.control.fault({ kind: 'card-refused', times: 1 })
      await put(person, aCard())
      await rounds(1)
      const dying = roundOver(real, data.database, ({ raise }) => ({
        raise: async (...of) => {
          await raise(...of)
          throw new Error('killed')
        },
      }))
      await rounds(1, dying)
      assert.deepEqual([await statesOfChanges(), await alarmsRaised()], [['checking'], ['card-refused']])
      await rounds(2)
      assert.deepEqual([await statesOfChanges(), await alarmsRaised()], [['refused'], ['card-refused']])
    })

    test('because it is of somebody else than the merchant', async () => {
      const person = await owner()
      await put(person, aCard())
      await rounds(2)
      await put(person, aCard({ holder: '别的公司' }), { seen: 1 })
      await rounds(2)
      const [, wrong] = await keptOf()
      assert.deepEqual(wrong, { state: 'refused', sealed: null, because: '银行卡户名与商户主体不一致' })
    })

    test('at the first look, is refused at once', async () => {
      await put(await owner(), aCard({ holder: '阳光@物业' }))
      await telling()()
      assert.deepEqual(await keptOf(), [{ state: 'refused', sealed: null, because: '格式不正确' }])
    })
  })

  describe('what is unclear', () => {
    test('stays unclear until the channel has the card, and is told once', async () => {
      const card = aCard()
      wechatpay.control.fault({ kind: 'error-after-modify-settlement', times: 1 })
      await put(await owner(), card)
      const round = telling()
      await round()
      assert.deepEqual(await statesOfChanges(), ['sent'])
      pass(minuteOf(1))
      await rounds(3, round)
      assert.deepEqual([await statesOfChanges(), heardOf(card)], [['applied'], 1])
    })

    test('killed between sending and noting, it is found at the channel, and told once', async () => {
      const card = aCard()
      await put(await owner(), card)
      const dying = telling(({ changeCard }) => ({
        changeCard: async (...of) => {
          await changeCard(...of)
          throw new Error('killed')
        },
      }))
      await rounds(1, dying)
      assert.deepEqual([await statesOfChanges(), heardOf(card)], [['sent'], 1])
      await rounds(2)
      assert.deepEqual([await statesOfChanges(), heardOf(card)], [['applied'], 1])
    })

    test('killed before sending, it is given up after a day, locks for another, and may be asked for anew', async () => {
      const card = aCard()
      const person = await owner()
      await put(person, card)
      const dying = telling(() => ({
        changeCard: async () => {
          throw new Error('killed')
        },
      }))
      await rounds(1, dying)
      await rounds(2)
      assert.deepEqual(await statesOfChanges(), ['sent'])
      pass(unclearForMs)
      await telling()()
      const [lost] = await keptOf()
      assert.deepEqual([lost?.state, lost?.sealed, heardOf(card)], ['lost', null, 0])
      assert.deepEqual(await alarmsSaid(), [
        { kind: 'card-lost', because: `account ${accountOf('wechatpay')}: ${lost?.because}` },
      ])
      const again = await owner()
      assert.equal((await again.get(path())).json.lockedUntil, now + cardLockMs)
      assert.equal((await put(again, card, { seen: 1 })).status, 200)
      await rounds(2)
      assert.deepEqual([await statesOfChanges(), heardOf(card)], [['lost', 'applied'], 1])
    })

    test('whether there is a card now, nothing is sent yet', async () => {
      const card = aCard()
      await put(await owner(), card)
      wechatpay.control.fault({ kind: 'answer-5xx', times: 1, call: 'query-settlement' })
      await rounds(1)
      assert.deepEqual([await statesOfChanges(), heardOf(card)], [['asked'], 0])
      await rounds(2)
      assert.deepEqual(await statesOfChanges(), ['applied'])
    })

    test('how it goes on is asked again, under the number that the channel gave', async () => {
      await put(await owner(), aCard())
      const round = telling()
      await rounds(1, round)
      wechatpay.control.fault({ kind: 'system-error', times: 1, call: 'query-settlement' })
      await rounds(1, round)
      assert.deepEqual(await statesOfChanges(), ['checking'])
      await rounds(1, round)
      assert.deepEqual(await statesOfChanges(), ['applied'])
    })

    test('turned away for too many at once, it is sent again later', async () => {
      const card = aCard()
      await put(await owner(), card)
      wechatpay.control.fault({ kind: 'frequency-limited', times: 1, call: 'modify-settlement' })
      await rounds(1)
      assert.deepEqual([await statesOfChanges(), heardOf(card)], [['asked'], 0])
      await rounds(2)
      assert.deepEqual([await statesOfChanges(), heardOf(card)], [['applied'], 1])
    })
  })

  describe('at once', () => {
    test('of many who ask for it one does; of two processes one tells the channel', async () => {
      const person = await owner()
      const cards = Array.from({ length: 20 }, () => aCard())
      const answers = await Promise.all(
        cards.map((card, n) =>
          person.post(path(), { seen: 0, reason: `第 ${n} 次`, card }, (n % 2 ? screens : beside).server),
        ),
      )
      const [done, ...more] = cards.filter((_, n) => answers[n]?.status === 200)
      assert.ok(done)
      assert.deepEqual(more, [])
      for (const { status, code } of answers.filter((one) => one.status !== 200))
        assert.deepEqual([status, code], [409, 'changed-meanwhile'])
      assert.equal((await lines()).length, 1)
      const [one, other] = [telling(), telling(undefined, clients[1])]
      await Promise.all([one(), other(), one(), other()])
      pass(minuteOf(1))
      await Promise.all([one(), other()])
      assert.deepEqual([await statesOfChanges(), heardOf(done)], [['applied'], 1])
    })
  })

  describe('refused before anything is kept', () => {
    type Answer = Promise<{ status: number; code: string | undefined; json: { error: { field?: string } } }>
    const cases: [string, () => Answer, number, string, string?][] = [
      ['by finance', async () => put(await owner({ role: 'finance' }), aCard()), 403, 'not-allowed'],
      [
        "of another operator's account",
        async () => put(await owner({ operatorId: String(lot.lotId - 1) }), aCard()),
        ...([404, 'bad-request', 'path'] as const),
      ],
      [
        'without its branch',
        async () => put(await owner(), aCard({ branch: undefined })),
        ...([400, 'branch-needed', 'body/card/branch'] as const),
      ],
      [
        'without the city of its branch',
        async () => put(await owner(), aCard({ areaCode: undefined })),
        ...([400, 'area-code-needed', 'body/card/areaCode'] as const),
      ],
      [
        'with a city that is none',
        async () => put(await owner(), aCard({ areaCode: '4403' })),
        ...([400, 'bad-request', 'body/card/areaCode'] as const),
      ],
      [
        'to an account at Alipay',
        async () => put(await owner(), { alipay: '13800138000', holder: '张三' }),
        ...([400, 'not-a-bank-card', 'body/card/alipay'] as const),
      ],
      ['unseen', async () => put(await owner(), aCard(), { seen: 3 }), 409, 'changed-meanwhile'],
      [
        'an end',
        async () => (await owner()).post(`${path()}/end`, { seen: 0, reason: '账户注销' }),
        ...([409, 'cannot-be-ended'] as const),
      ],
    ]
    for (const [what, act, status, code, field] of cases)
      test(`${what}: ${code}`, async () => {
        const answer = await act()
        assert.deepEqual([answer.status, answer.code, answer.json.error.field], [status, code, field])
        assert.deepEqual([await keptOf(), await lines()], [[], []])
      })

    test('a second one while the first is not over', async () => {
      const person = await owner()
      await put(person, aCard())
      const second = await put(person, aCard(), { seen: 1 })
      assert.deepEqual([second.status, second.code], [409, 'change-under-way'])
      assert.deepEqual(await statesOfChanges(), ['asked'])
      await rounds(2)
    })

    test('where the channel has no interface for it, it is changed elsewhere; asked for by the command, the worker says so', async () => {
      const { applications: _, ...without } = real.wechatpay
      const bare = await startScreens({ database: data.database, clock, newId, houseKey }, [
        withdrawalRoutes({
          ...{ database: data.database, clock, newId, houseKey, terms: usualTerms },
          channels: { wechatpay: without },
        }),
      ])
      try {
        const person = await owner()
        const answer = await person.post(path(), { seen: 0, reason: '换卡', card: aCard() }, bare.server)
        assert.deepEqual([answer.status, answer.code], [409, 'held-by-channel'])
      } finally {
        await bare.close()
      }
      await put(await owner(), aCard())
      const channels: Channels = { wechatpay: without }
      await roundOver(channels)()
      assert.deepEqual(await keptOf(), [{ state: 'refused', sealed: null, because: 'no-interface' }])
    })
  })

  test('a second-tier merchant of Alipay has it changed the same way', async () => {
    const ability = real.alipay.applications
    assert.ok(ability)
    const paper = await ability.upload(aPhotograph)
    assert.ok(paper.ok)
    const application = anApplication(paper.value, { applicationNumber: `9${lot.lotId}` })
    assert.ok((await ability.send(application)).ok)
    const toSign = await ability.query(application.applicationNumber)
    assert.ok(toSign.ok && toSign.value.state === 'to-sign')
    assert.equal((await fetch(toSign.value.url, { method: 'POST' })).status, 200)
    pass(minuteOf(2))
    const live = await ability.query(application.applicationNumber)
    assert.ok(live.ok && live.value.state === 'live')
    const account = accountOf('alipay')
    await sql.query(`delete from payout_card where account_id = $1`, [account])
    await sql.query(`update channel_account set merchant = $2, payout = 'mirrored' where account_id = $1`, [
      ...[account, live.value.merchant],
    ])
    const person = await owner()
    const holder = application.business.name
    const card = aCard({ holder })
    assert.equal((await person.post(path('alipay'), { seen: 0, reason: '换卡', card })).status, 200)
    await rounds(3)
    assert.deepEqual(await statesOfChanges('alipay'), ['applied'])
    const has = await ability.cardIs(live.value.merchant)
    assert.equal(has.ok && has.value.ending, card.number.slice(-4))
    assert.equal((await person.post(path('alipay'), { seen: 1, reason: '换卡', card: aCard() })).status, 200)
    await rounds(1)
    const [, refused] = await keptOf('alipay')
    assert.match(refused?.because ?? '', /account_holder_name.*与商户名称不一致/)
  })

  test('what all of it leaves is a trail that proves', async () => {
    assert.deepEqual((await proveTrail(data.database, houseKey)).broken, [])
  })
})
