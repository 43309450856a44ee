import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, type TestContext, test } from 'node:test'
import { httpCall } from '@lanepay/channels/http.ts'
import { fen } from '@lanepay/domain/money.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { CouponWorth } from '@lanepay/lot-link/messages.ts'
import type {
  CalledEvent,
  CalledSystem,
  HttpPost,
  Operation,
  Paid,
  PaidAnswer,
  QuoteOf,
} from '@lanepay/lot-systems/called.ts'
import { daoer } from '@lanepay/lot-systems/daoer/daoer.ts'
import { hikvision } from '@lanepay/lot-systems/hikvision/hikvision.ts'
import { jieshun } from '@lanepay/lot-systems/jieshun/jieshun.ts'
import { keytop } from '@lanepay/lot-systems/keytop/keytop.ts'
import type { PageName, PageOf, SystemLane } from '@lanepay/lot-systems/lists.ts'
import { type Ability, gateMoves, type LotError, type LotStatus, mayAskAgain } from '@lanepay/lot-systems/lot-system.ts'
import { pyun } from '@lanepay/lot-systems/pyun/pyun.ts'
import { ymiot } from '@lanepay/lot-systems/ymiot/ymiot.ts'
import { yunmeng } from '@lanepay/lot-systems/yunmeng/yunmeng.ts'
import { Compile } from 'typebox/compile'
import { daoerCloud } from './daoer.ts'
import { hikvisionPlatform } from './hikvision.ts'
import { jieshunCloud } from './jieshun.ts'
import { keytopCloud } from './keytop.ts'
import { lanesOfLot, seenIn, spacesOfLot } from './lists.ts'
import type { CalledLot } from './lot.ts'
import { pyunSoftware } from './pyun.ts'
import { ymiotCloud } from './ymiot.ts'
import { yunmengSoftware } from './yunmeng.ts'

/*
 * The wire of every adapter of charging software that we call (packages/lot-systems/src/called.ts), each against its own other side, which
 * signs and checks by itself: what is sent for each word, how it is spelled, and what each code means. Not the contract of lot systems:
 * that is tried of all of them in the running house (e2e/lot-system.live.test.ts). A new system is one more line here.
 */
type Started = {
  readonly system: CalledSystem
  readonly settings: object
  /** The same with a key that is not the right one. */
  readonly wrong: object
  readonly lot: CalledLot
  readonly told: readonly { readonly status: number }[]
  close(): Promise<void>
}
type World = { readonly clock: { now(): Instant }; readonly tellTo: string }
const tariff = { hourFen: 500, leaveMinutes: 15 }
const systems: readonly (readonly [name: string, start: (world: World) => Promise<Started>])[] = [
  [
    'Daoer',
    async ({ clock, tellTo }) => {
      const known = { pid: '123456', key: '45DC1F8604F940829E75D6A76595C299', parkCode: 'TEST/1P1' }
      const cloud = await daoerCloud({ clock, tariff, tellTo, ...known })
      const settings = { address: cloud.address, ...known }
      return { ...cloud, system: daoer, settings, wrong: { ...settings, key: 'of somebody else' } }
    },
  ],
  [
    'Hikvision',
    async ({ clock, tellTo }) => {
      const known = { appKey: '29666671', appSecret: 'test-secret-A', parkSyscode: 'park-1' }
      const eventKey = 'aKeyThatNobodyGuesses'
      const platform = await hikvisionPlatform({ clock, tariff, tellTo: `${tellTo}?key=${eventKey}`, ...known })
      const settings = { address: platform.address, eventKey, ...known }
      return { ...platform, system: hikvision, settings, wrong: { ...settings, appSecret: 'of somebody else' } }
    },
  ],
  [
    'Yunmeng',
    async ({ clock, tellTo }) => {
      const known = { parkKey: '1726313394251322', appId: 'fvytu5eq', secret: 'test-secret-A' }
      const software = await yunmengSoftware({ clock, tariff, tellTo, ...known })
      const settings = { address: software.address, unplatedCardType: '3651', ...known }
      return { ...software, system: yunmeng, settings, wrong: { ...settings, secret: 'of somebody else' } }
    },
  ],
  [
    "Yunmeng's cloud",
    async ({ clock, tellTo }) => {
      const known = { parkKey: '84w88ujr', appid: 'ymdemo', secret: 'test-secret-A' }
      const eventKey = 'aKeyThatNobodyGuesses'
      const cloud = await ymiotCloud({ clock, tariff, tellTo: `${tellTo}?key=${eventKey}`, ...known })
      const settings = { address: cloud.address, eventKey, ...known }
      return { ...cloud, system: ymiot, settings, wrong: { ...settings, secret: 'of somebody else' } }
    },
  ],
  [
    '4pyun',
    async ({ clock, tellTo }) => {
      const known = { parkUuid: '49f0cc52-e8c7-41e3-b54d-af666b8cc11a', appSecret: 'test-secret-A' }
      const software = await pyunSoftware({ clock, tariff, tellTo, ...known })
      const settings = { address: software.address, ...known }
      return { ...software, system: pyun, settings, wrong: { ...settings, appSecret: 'of somebody else' } }
    },
  ],
  [
    'KeyTop',
    async ({ clock }) => {
      const known = { appId: '10031', appSecret: 'test-secret-A', parkId: '1000001' }
      const cloud = await keytopCloud({ clock, tariff, ...known })
      const settings = { address: cloud.address, ...known }
      return { ...cloud, system: keytop, settings, wrong: { ...settings, appSecret: 'of somebody else' } }
    },
  ],
  [
    'JieShun',
    async ({ clock }) => {
      const account = { cid: '880075500000001', usr: '880075500000001', psw: '888888', signKey: 'test-secret-A' }
      const known = { ...account, businesserCode: '880075500000001', parkCode: '0010028888' }
      const cloud = await jieshunCloud({ clock, tariff, ...known })
      const settings = { address: cloud.address, ...known }
      return { ...cloud, system: jieshun, settings, wrong: { ...settings, signKey: 'of somebody else' } }
    },
  ],
]

const entry = '1'
const exit = '2'
/** Coupons for a stay of half an hour, which costs five yuan, and what they leave of it. */
const couponsAndRest: readonly (readonly [worth: CouponWorth, leftFen: number])[] = [
  [{ kind: 'amount', fen: 200 }, 300],
  [{ kind: 'minutes', minutes: 60 }, 0],
  [{ kind: 'whole' }, 0],
]

for (const [name, start] of systems)
  describe(`the wire of ${name}`, () => {
    let at = Date.parse('2026-11-02T09:00:00+08:00')
    const clock = { now: () => at as Instant }
    const heard: CalledEvent[] = []
    /** Whom our list blocks. */
    const blocked = new Set<string>()
    let one: Started
    let plates = 10_000
    const nextPlate = () => `粤B${++plates}`
    /** What the system posts, read by the adapter and answered as it says. */
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        const post: HttpPost = { path: request.url ?? '', headers: {}, body: Buffer.concat(parts).toString('utf8') }
        const read = one.system.events!(post, { settings: one.settings, now: at })
        if (read.ok) heard.push(...read.value.events)
        const asked = read.ok ? read.value.blocked : undefined
        const isTurnedAway = asked !== undefined && blocked.has(asked.plate)
        const answer = !read.ok ? read.error : isTurnedAway ? asked.answer : read.value.answer
        response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body)
      })
    })
    before(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      one = await start({ clock, tellTo: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` })
    })
    after(async () => {
      await one.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })

    const send = async <I, O>(
      operation: Operation<object, I, O>,
      input: I,
      settings: object,
      around: { requestId: string; token?: string },
    ): Promise<Result<O, LotError>> => {
      const ask = operation.ask(input, { settings, now: at, nonce: randomUUID(), ...around })
      const { address } = settings as { address: string }
      const { path, method, headers, body } = ask
      const said = await httpCall({
        ...{ method, url: address + path, headers, connectTimeoutMs: 3_000, answerTimeoutMs: 8_000 },
        ...(body === null ? {} : { body }),
      })
      if (said.kind !== 'answer') return { ok: false, error: { kind: 'offline' } }
      return operation.read({ status: said.status, headers: {}, body: said.body.toString('utf8') }, input)
    }
    /** One call as the cloud makes it: no answer is an offline lot. */
    const call = async <I, O>(
      operation: Operation<object, I, O>,
      input: I,
      how: { settings?: object; requestId?: string } = {},
    ): Promise<Result<O, LotError>> => {
      const { settings = one.settings, requestId = '1' } = how
      const { login } = one.system
      if (!login) return send(operation, input, settings, { requestId })
      const token = await send(login, null, settings, { requestId })
      return token.ok ? send(operation, input, settings, { requestId, token: token.value }) : token
    }
    const quote = async (of: QuoteOf) => {
      const read = await call(one.system.quote, of)
      assert.ok(read.ok, JSON.stringify(read))
      return read.value
    }
    const inside = async (): Promise<string> => {
      const plate = nextPlate()
      await one.lot.enter(plate, entry)
      at += 1_800_000
      return plate
    }
    const paying = async (plate: string, lane: string | null): Promise<Paid> => {
      const { stay, bill, owedFen } = await quote(lane === null ? { plate, stay: null } : { lane, pass: null })
      const payment = String(at + plates).padStart(20, '1')
      return { stay, plate, bill, payment, channel: 'wechatpay', amountFen: owedFen, paidAt: at, lane }
    }
    const paidFen = (plate: string) =>
      [...[...one.lot.records.values()].find((record) => record.plate === plate)!.paid.values()].reduce(
        (a, b) => a + b,
        0,
      )
    /** An operation that a system does not declare it has no word for (the test of what it declares), and nothing is left to be tried. */
    const can = (t: TestContext, ability: Ability): boolean => {
      if (!one.system.abilities.includes(ability)) t.skip(`it has no word for it: ${ability}`)
      return one.system.abilities.includes(ability)
    }
    const opensFor = async (lane: string, stay: string, answered: Result<PaidAnswer, LotError>) => {
      assert.ok(answered.ok, JSON.stringify(answered))
      if (answered.value.gate === null)
        assert.ok((await call(one.system.open!, { lane, stay, reason: 'paid', by: 'lanepay' })).ok)
    }
    /** Some systems are only asked. */
    const tells = (t: TestContext): boolean => {
      assert.equal(one.system.events !== undefined, one.system.abilities.includes('reports-entry'))
      if (!one.system.events) t.skip('it tells nothing')
      return one.system.events !== undefined
    }
    const refusal = (read: Result<unknown, LotError>) =>
      read.ok || read.error.kind === 'offline' ? read : { kind: 'refused', because: read.error.because }

    test('its settings are what its schema says, and its secrets are among them', () => {
      assert.ok(Compile(one.system.settings).Check(one.settings))
      assert.ok(one.system.secrets.length > 0 && one.system.secrets.every((secret) => secret in one.settings))
    })

    test('what it declares is what it has a word for, and nothing else', () => {
      const { abilities, admit, open, move, lock, coupons, permits, events } = one.system
      const declares = (...any: Ability[]) => any.some((ability) => abilities.includes(ability))
      const words = [admit, open, move, lock, coupons, permits, permits?.renew, events].map(
        (word) => word !== undefined,
      )
      assert.deepEqual(words, [
        ...[declares('admits-unplated'), declares('opens-gate'), declares('closes-gate', 'holds-gate-open')],
        ...[declares('locks-vehicle'), declares('coupons'), declares('permits'), declares('renews-permits')],
        declares('reports-entry', 'reports-exit'),
      ])
    })

    for (const move of ['close', 'hold-open'] as const)
      test(`an arm that is told to ${move} does that and nothing else`, async (t) => {
        if (!can(t, gateMoves[move])) return
        const [before, opened] = [one.lot.moved.length, one.lot.opened.length]
        const order = { lane: exit, move, reason: '清洗车道', by: 'wang' }
        assert.deepEqual(await call(one.system.move!, order), { ok: true, value: null })
        assert.deepEqual(
          one.lot.moved.slice(before).map(({ lane, to }) => [lane, to]),
          [[exit, move === 'close' ? 'down' : 'held up']],
        )
        assert.equal(one.lot.opened.length, opened)
      })

    test('a vehicle that is held stays inside though it has paid, until it is let go; told twice it is the same', async (t) => {
      if (!can(t, 'locks-vehicle')) return
      const plate = await inside()
      const tells = (locked: boolean) => call(one.system.lock!, { plate, stay: null, locked })
      assert.deepEqual([await tells(true), await tells(true)], Array(2).fill({ ok: true, value: { locked: true } }))
      assert.deepEqual([...one.lot.locked], [plate])
      assert.ok((await call(one.system.paid, await paying(plate, null))).ok)
      const opened = one.lot.opened.length
      await one.lot.toExit(plate, exit)
      assert.equal(one.lot.opened.length, opened)
      assert.deepEqual(await tells(false), { ok: true, value: { locked: false } })
      await one.lot.toExit(plate, exit)
      assert.equal(one.lot.opened.length, opened + 1)
      await one.lot.leave(exit)
      const gone = await tells(true)
      assert.deepEqual(refusal(gone), { kind: 'refused', because: 'no-session' })
    })

    test('a coupon that it takes lowers what is to be collected, once', async (t) => {
      const { coupons } = one.system
      if (!can(t, 'coupons') || !coupons) return
      for (const [worth, leftFen] of couponsAndRest.filter(([one]) => coupons.takes(one))) {
        const plate = await inside()
        const { stay } = await quote({ plate, stay: null })
        if (coupons.by === 'grant') {
          const coupon = { coupon: `c${plates}`, stay, plate, worth }
          for (const time of ['once', 'twice'])
            assert.deepEqual(await call(coupons.grant, coupon), { ok: true, value: null }, time)
          assert.equal((await quote({ plate, stay })).owedFen, leftFen)
          continue
        }
        const lowered = await quote({ plate, stay, worth })
        assert.deepEqual([lowered.stay, lowered.owedFen, lowered.loweredFen], [stay, leftFen, 500 - leftFen])
        assert.equal((await quote({ plate, stay })).owedFen, 500, 'it keeps none')
        if (leftFen === 0) continue
        const { bill } = lowered
        const paid: Paid = {
          ...{ stay, bill, plate, payment: String(at + plates), channel: 'wechatpay', amountFen: lowered.owedFen },
          ...{ paidAt: at, lane: null, lowered: { worth, fen: lowered.loweredFen! } },
        }
        assert.ok((await call(one.system.paid, paid)).ok)
        assert.ok((await call(one.system.paid, paid)).ok)
        assert.equal(paidFen(plate), leftFen)
        assert.equal((await quote({ plate, stay })).owedFen, 0)
      }
    })

    test('a coupon that leaves nothing to be paid opens the exit when it is told, once', async (t) => {
      const { coupons } = one.system
      if (!can(t, 'coupons')) return
      if (coupons?.by !== 'price') return t.skip('it keeps coupons itself')
      for (const [worth] of couponsAndRest.filter(([one, left]) => left === 0 && coupons.takes(one))) {
        const plate = await inside()
        await one.lot.toExit(plate, exit)
        const { stay, bill, owedFen, loweredFen } = await quote({ lane: exit, pass: null, worth })
        assert.equal(owedFen, 0)
        const opened = one.lot.opened.length
        const number = String(at + plates)
        const settled = { bill, number, at, lane: exit, lowered: { worth, fen: loweredFen! } }
        await opensFor(exit, stay, await call(coupons.settled, settled))
        assert.equal(one.lot.opened.length, opened + 1)
        assert.ok((await call(coupons.settled, settled)).ok, 'told again it is the same')
        assert.equal(one.lot.opened.length, opened + 1)
        await one.lot.leave(exit)
      }
    })

    test('who is blocked here does not come in, and everybody else as the lot decides itself', async (t) => {
      if (!can(t, 'asks-before-entry')) return
      const [away, other] = [nextPlate(), nextPlate()]
      blocked.add(away)
      await one.lot.enter(away, entry)
      await one.lot.enter(other, entry)
      assert.deepEqual(one.lot.turnedAway, [away])
      const read = await call(one.system.quote, { plate: away, stay: null })
      assert.ok(!read.ok && read.error.kind === 'refused' && read.error.because === 'no-session')
      assert.equal((await quote({ plate: other, stay: null })).owedFen, 500)
    })

    test('a coupon that it has no sure word for is not taken', () => {
      const { coupons } = one.system
      const unsure: readonly CouponWorth[] = [
        { kind: 'percent', pay: 80 },
        { kind: 'until', at },
      ]
      assert.ok(unsure.every((worth) => coupons?.takes(worth) !== true))
    })

    test('nobody under a plate and nobody in a lane are told apart, for good', async () => {
      const refused = (because: string) => ({ kind: 'refused', because })
      assert.deepEqual(refusal(await call(one.system.quote, { plate: '粤B00000', stay: null })), refused('no-session'))
      assert.deepEqual(refusal(await call(one.system.quote, { lane: exit, pass: null })), refused('lane-empty'))
    })

    test('a stay has one name and one price, by plate and by lane', async () => {
      const plate = await inside()
      const byPlate = await quote({ plate, stay: null })
      assert.ok(byPlate.enteredAt === null || byPlate.enteredAt === at - 1_800_000)
      assert.deepEqual([byPlate.owedFen, byPlate.plate ?? plate], [500, plate])
      await one.lot.toExit(plate, exit)
      const byLane = await quote({ lane: exit, pass: null })
      assert.deepEqual([byLane.stay, byLane.owedFen, byLane.plate ?? plate], [byPlate.stay, 500, plate])
      await one.lot.leave(exit)
    })

    test('what is told has the name of what is asked for', async (t) => {
      if (!tells(t)) return
      const plate = await inside()
      const entered = heard.findLast((event) => event.kind === 'entered')
      const { stay } = await quote({ plate, stay: null })
      const told = { kind: 'entered', stay, plate, colour: entered?.colour, lane: entry, enteredAt: at - 1_800_000 }
      assert.deepEqual(entered, told)
      await one.lot.toExit(plate, exit)
      await one.lot.leave(exit)
      const left = heard.findLast((event) => event.kind === 'left')!
      assert.deepEqual([left.plate, left.lane, left.leftAt], [plate, exit, at])
      assert.ok(left.stay === null || left.stay === stay)
      assert.ok(one.told.every(({ status }) => status === 200))
    })

    test('money is the same however it is spelled', async () => {
      const plate = await inside()
      one.lot.behave({ otherSpelling: true })
      assert.equal((await quote({ plate, stay: null })).owedFen, 500)
      one.lot.behave({ otherSpelling: false })
    })

    test('a server that fails is asked again, and then answers', async () => {
      const plate = await inside()
      one.lot.behave({ failures: 1 })
      const first = await call(one.system.quote, { plate, stay: null })
      assert.ok(!first.ok && mayAskAgain(first.error))
      assert.equal((await quote({ plate, stay: null })).owedFen, 500)
    })

    test('a wrong key is no matter of asking again', async () => {
      const plate = await inside()
      const read = await call(one.system.quote, { plate, stay: null }, { settings: one.wrong })
      assert.ok(!read.ok && !mayAskAgain(read.error))
    })

    test('a payment that is told twice is one, and the exit opens once for it', async () => {
      const plate = await inside()
      await one.lot.toExit(plate, exit)
      const before = one.lot.opened.length
      const paid = await paying(plate, exit)
      const answers = [await call(one.system.paid, paid), await call(one.system.paid, paid)]
      assert.ok(answers.every((answer) => answer.ok))
      if (answers[0]!.ok && answers[0]!.value.gate === null) {
        const order = { lane: exit, stay: paid.stay, reason: 'paid', by: 'lanepay' }
        assert.deepEqual(await call(one.system.open!, order), { ok: true, value: { gate: 'opened' } })
      }
      assert.equal(one.lot.opened.length - before, 1)
      assert.equal(paidFen(plate), 500)
      await one.lot.leave(exit)
    })

    test('a permit is found by its plate, and made longer until the day that is paid for', async (t) => {
      if (!can(t, 'renews-permits')) return
      const { permits } = one.system
      const [plate, day] = [nextPlate(), 86_400_000]
      const find = async () => {
        const read = await call(permits!.find, { plate })
        assert.ok(read.ok, JSON.stringify(read))
        return read.value
      }
      assert.deepEqual(await find(), [])
      const last = Math.floor(at / day) * day + 2 * day - 8 * 3_600_000 - 1_000
      one.lot.permit(plate, last, 0, { phone: '13800138000' })
      const [permit] = await find()
      assert.deepEqual([permit!.plates, permit!.until, permit!.months], [[plate], last, 1])
      const to = last + 31 * day
      const { permit: name, until, names } = permit!
      const renewed = {
        ...{ permit: name, until, names, periods: 1, months: 1, from: last + 1_000, to, plate },
        ...{ payment: '00001', amountFen: fen(20_000), paidAt: at },
        channel: 'wechatpay',
      } as const
      assert.deepEqual(await call(permits!.renew, renewed), { ok: true, value: null })
      if (!permits!.unnumbered) assert.deepEqual(await call(permits!.renew, renewed), { ok: true, value: null })
      assert.equal((await find())[0]!.until, to)
      assert.equal(one.lot.renewals.length, 1)
      one.lot.behave({ refusesPayments: true })
      const no = await call(permits!.renew, { ...renewed, payment: '00002', until: to, to: to + 31 * day })
      one.lot.behave({ refusesPayments: false })
      assert.ok(!no.ok && !mayAskAgain(no.error), 'a no is one for good')
    })

    test('what is told twice has the same name', async (t) => {
      if (!tells(t)) return
      one.lot.behave({ tellsTwice: true })
      await inside()
      one.lot.behave({ tellsTwice: false })
      const [first, second] = heard.slice(-2)
      assert.equal(first?.kind, 'entered')
      assert.deepEqual(first, second)
    })

    test('what somebody else says is not believed', async (t) => {
      if (!tells(t)) return
      const known = heard.length
      one.lot.behave({ forges: true })
      await one.lot.enter(nextPlate(), entry)
      one.lot.behave({ forges: false })
      assert.equal(heard.length, known)
    })

    test('what is no answer of its kind is never taken for one', () => {
      const answers = [
        '',
        '[]',
        '{"code":"0"}',
        '<html>502</html>',
        '{"code":200,"data":{"recordNo":"1","paidFee":"5.001"}}',
      ]
      for (const body of answers)
        for (const status of [200, 502]) {
          const said = { status, headers: {}, body }
          assert.equal(one.system.quote.read(said, { plate: '粤B12345', stay: null }).ok, false, body)
        }
    })

    test('what it lists is what the lot is: its lanes, who is inside, who came and went; and how full and how well it is', async () => {
      const { system } = one
      const can = (ability: Ability) => system.abilities.includes(ability)
      at += 1_000 // whoever came before did so before
      const since = at
      const plates = [await inside(), await inside()]
      await one.lot.toExit(plates[0]!, exit)
      await one.lot.leave(exit)

      const lanes: SystemLane[] = []
      let page: PageName = null
      do {
        if (!system.lanes) break
        const read: Result<PageOf<SystemLane>, LotError> = await call(system.lanes, page)
        assert.ok(read.ok, JSON.stringify(read))
        lanes.push(...read.value.rows)
        page = read.value.next
      } while (page !== null)
      assert.deepEqual(lanes, can('lists-lanes') ? lanesOfLot : [])

      assert.equal(system.inside !== undefined, can('lists-inside'))
      if (system.inside) {
        const read = await call(system.inside, null)
        assert.ok(read.ok && read.value.next === null)
        const stay = await quote({ plate: plates[1]!, stay: null })
        const [last] = read.value.rows.slice(-1)
        assert.deepEqual(last, { stay: stay.stay, plate: plates[1], enteredAt: stay.enteredAt, lane: null })
        assert.equal(read.value.rows.length, one.lot.records.size)
      }
      assert.equal(system.passages !== undefined, can('lists-passages'))
      if (system.passages) {
        const read = await call(system.passages, { from: since, to: at, page: null })
        assert.ok(read.ok && read.value.next === null)
        const passed = read.value.rows.map(({ plate, way, lane }) => [plate, way, lane])
        assert.deepEqual(passed, [
          [plates[0], 'in', entry],
          [plates[1], 'in', entry],
          [plates[0], 'out', exit],
        ])
      }

      const said = await Promise.all((system.status ?? []).map((one) => call(one, null)))
      assert.ok(
        said.every((one) => one.ok),
        JSON.stringify(said),
      )
      const status: Partial<LotStatus> = Object.assign({}, ...said.map((one) => (one.ok ? one.value : {})))
      assert.equal(status.spaces?.freeSpaces, can('reports-spaces') ? spacesOfLot - one.lot.records.size : undefined)
      assert.equal(status.devices !== undefined, can('reports-devices'))
      assert.equal(system.picture !== undefined, can('pictures'))
      if (system.picture) {
        const seen = await call(system.picture, { lane: 'A1' })
        assert.deepEqual(seen, { ok: true, value: new Uint8Array(seenIn('A1')) })
      }
    })

    test('a car without a plate is let in where the system has a word for it, and is known by its pass', async () => {
      const { admit, abilities } = one.system
      assert.equal(admit !== undefined, abilities.includes('admits-unplated'))
      if (!admit) return
      assert.deepEqual(await call(admit, { lane: entry, pass: '3ACDEFG' }), { ok: true, value: { gate: 'opened' } })
      const { stay } = await quote({ plate: '3ACDEFG', stay: null })
      const entered = heard.findLast((event) => event.kind === 'entered')
      if (one.system.events) assert.deepEqual([entered?.plate, entered?.stay], ['3ACDEFG', stay])
    })
  })
