import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { maskPlate } from '@lanepay/domain/plate.ts'
import type { Plate } from '@lanepay/domain/types.ts'
import { startKioskControl } from '@lanepay/simulator-kiosk/control.ts'
import { hardware } from '@lanepay/simulator-kiosk/hardware.ts'
import { type KioskSimulator, startKioskSimulator } from '@lanepay/simulator-kiosk/kiosk.ts'
import type { KioskView, LogView, StateView } from '../page/api.ts'
import { type LiveLot, pagePassword, startLiveLot, until } from '../page/live-lot.testing.ts'
import { answerSignature, askSignature } from './sign.ts'

/* A kiosk and its agent over real HTTP, with what goes wrong between them. Drivers owe 10 yuan; what is in the metal is what the books say. */
const [kiosk, secret] = [9, 'the secret of the kiosk in the tests']
const minute = 60_000
const filling = [
  { fen: 100, count: 100 },
  { fen: 50, count: 20 },
]
let lot: LiveLot
let cookie = ''
const send = async (path: string, body?: object): Promise<Response> =>
  fetch(`${lot.url}/api/${path}`, {
    headers: { cookie, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
const ask = async (path: string, body?: object): Promise<unknown> => {
  const response = await send(path, body)
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()))
  return response.json()
}
const seen = async (): Promise<KioskView> => ((await ask('state')) as StateView).kiosks[0]!
const logged = async (kind: string) => ((await ask(`log?kind=${kind}`)) as LogView).events
let plates = 10_000

before(async () => {
  lot = await startLiveLot({
    booths: [{ id: 1, name: '东门岗亭', shifts: true }],
    kiosks: [{ id: kiosk, name: '东侧', secret, floatFen: 11_000 }],
    kioskPort: 0,
  })
  const signedIn = await send('sign-in', { password: pagePassword })
  cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  await ask('open-shift', { booth: 1, by: '张师傅', floatFen: 100_000 })
})
after(() => lot.close())

describe('a kiosk', () => {
  let machine: KioskSimulator
  let plate: string
  beforeEach(async () => {
    machine = startKioskSimulator({
      ...{ url: () => lot.agent.kioskUrl!, kiosk, secret, clock: lot.clock, againMs: 20, helloMs: 50 },
      metal: hardware({ hoppers: filling, takes: [50, 100, 500, 1000, 2000, 5000] }),
    })
    await ask('open-shift', { booth: kiosk, by: '张师傅', floatFen: 11_000 })
    machine.on()
    plate = `粤B${++plates}`
    await lot.park(plate)
    lot.clock.advance(70 * minute)
  })
  afterEach(async () => {
    await until('nothing is under way', async () => machine.isIdle() && (await seen()).purchase === null)
    await machine.close()
    const { filled, owed } = await seen()
    assert.equal(filled?.insideFen, machine.metal.insideFen(), 'what the books say is in it')
    for (const one of owed) await ask('settle-change', { owed: one.owed, by: '张师傅', reason: '司机来取', booth: 1 })
    const countedFen = machine.metal.empty(filling)
    const emptied = (await ask('hand-over', { booth: kiosk, by: '李师傅', to: '李师傅', countedFen })) as {
      handedOver: { overFen: number }
    }
    assert.equal(emptied.handedOver.overFen, 0)
  })
  const chosen = async (): Promise<string> => {
    const number = await machine.choose(plate)
    assert.ok(number !== null, machine.screen().join(' '))
    await until('it takes money', () => machine.view()?.state === 'open' && machine.screen()[0]?.startsWith('应付'))
    return number
  }
  /** The acceptor is shut while the piece before is told: a driver pushes until it goes in. */
  const insert = (fen: number) => until(`${fen} goes in`, () => machine.insert(fen))
  const ended = (what: string) => until(what, () => machine.isIdle() && machine.screen()[0]?.includes(what))
  const paid = async (): Promise<number> => {
    const cash = (await logged('cash-taken')).filter((event) => event.kind === 'cash-taken')
    const [stay] = ((await ask(`sessions?plate=${encodeURIComponent(plate)}`)) as { sessions: { id: string }[] })
      .sessions
    return cash.reduce((sum, event) => (event.session === stay?.id ? sum + event.paidFen : sum), 0)
  }
  /** What the driver has put in is his fee, what fell into the tray, and what is owed to him. */
  const adds = async (insertedFen: number, feeFen: number, owedFen = 0) => {
    assert.equal(await paid(), feeFen)
    const { owed } = await seen()
    assert.equal(
      owed.reduce((sum, { fen }) => sum + fen, 0),
      owedFen,
    )
    assert.equal(insertedFen, feeFen + machine.metal.dispensedFen() + owedFen)
  }

  test('takes notes, gives change, and the driver may leave', async () => {
    await chosen()
    await insert(500)
    await insert(2000)
    await ended('缴费结束')
    await adds(2500, 1000)
    const { state, hoppers, filled } = await seen()
    assert.deepEqual([state, hoppers.map(({ fen }) => fen), filled?.insideFen], ['well', [100, 50], 12_000])
  })
  test('gives everything back when the driver changes his mind', async () => {
    await chosen()
    await insert(500)
    await until('it is told', () => machine.view()?.insertedFen === 500)
    machine.cancel()
    await ended('缴费结束')
    await adds(500, 0)
  })
  test('gives it back by itself when the driver has gone', async () => {
    await chosen()
    await insert(500)
    lot.clock.advance(3 * minute)
    await ended('缴费结束')
    await adds(500, 0)
  })
  test('without coins for it says so before the first note, and takes none', async () => {
    machine.metal.empty([])
    assert.equal(await machine.choose('粤B99999'), null)
    const number = await machine.choose(plate)
    assert.ok(number !== null, 'exact money may do')
    await until('it takes money', () => machine.view()?.state === 'open')
    assert.deepEqual(machine.view()?.takes, [50, 100, 500, 1000])
    assert.equal(machine.insert(2000), false)
    await insert(1000)
    await ended('缴费结束')
    await adds(1000, 1000)
    machine.metal.empty([{ fen: 100, count: 120 }])
  })

  for (const [what, break_, because] of [
    ['jams', () => machine.metal.jamAfter(7), 'jam'],
    ['has a hopper that gives nothing', () => [100, 50].map(machine.metal.stick), 'hopper-empty'],
  ] as const)
    test(`that ${what} while paying change owes the rest by name, and a person pays it`, async () => {
      const number = await chosen()
      break_()
      await insert(2000)
      await ended('未找零')
      const [case_] = (await seen()).owed
      assert.ok(case_)
      assert.deepEqual([case_.purchase, case_.plate, case_.because], [number, plate, because])
      const told = (await logged('change-owed'))[0]
      assert.ok(told?.kind === 'change-owed')
      assert.deepEqual([told.plate, told.amountFen], [maskPlate(plate as Plate), case_.fen])
      await adds(2000, 1000, case_.fen)
      machine.metal.repair()
    })

  for (const [what, powerGoes] of [
    ['before it tells of a note', 'before-telling'],
    ['after it told of a note', 'after-telling'],
    ['while it pays change', 'while-paying'],
  ] as const)
    test(`whose power goes ${what} goes on where it was`, async () => {
      await chosen()
      if (powerGoes !== 'while-paying') machine.faulty({ powerGoes })
      await insert(500)
      if (powerGoes !== 'while-paying') {
        await until('its power is gone', () => machine.screen().length === 0)
        machine.on()
        await until('the note is known', () => machine.view()?.insertedFen === 500)
      } else {
        await until('the note is known', () => machine.view()?.insertedFen === 500)
        machine.faulty({ powerGoes })
      }
      await insert(1000)
      if (powerGoes === 'while-paying') {
        await until('its power is gone', () => machine.screen().length === 0)
        assert.equal(machine.metal.dispensedFen(), 100)
        machine.on()
      }
      await ended('缴费结束')
      await adds(1500, 1000)
    })
  test('that says everything twice, out of order, and does not hear answers is served as any other', async () => {
    machine.faulty({ repeats: true, outOfOrder: true })
    await chosen()
    machine.faulty({ losesAnswers: 2 })
    machine.insert(500)
    machine.insert(100)
    await until('both are told', () => machine.view()?.insertedFen === 600)
    machine.faulty({ losesAnswers: 1 })
    await insert(1000)
    await ended('缴费结束')
    await adds(1600, 1000)
    assert.ok(machine.refusals.includes('out-of-order'), 'it was out of order')
  })
  test('that comes back to a purchase which a person has ended pays nothing out: it is owed already', async () => {
    const number = await chosen()
    machine.metal.jamAfter(3)
    machine.faulty({ powerGoes: 'while-paying' })
    await insert(2000)
    await until('its power is gone', () => machine.screen().length === 0)
    assert.equal((await send('hand-over', { booth: kiosk, by: '李师傅', to: '李师傅', countedFen: 0 })).status, 409)
    await ask('end-purchase', { kiosk, purchase: number, by: '李师傅', reason: '断电' })
    assert.deepEqual(
      (await seen()).owed.map(({ fen }) => fen),
      [1000],
    )
    machine.on()
    await ended('未找零')
    assert.equal(machine.metal.dispensedFen(), 100, 'a coin before the power went, none after')
    await adds(2000, 1000, 900)
  })
  test('is driven by hand over HTTP, its faults included', async () => {
    const hand = await startKioskControl(machine, 0)
    const put = async (act: string, asked: object = {}) => {
      const response = await fetch(`${hand.url}/${act}`, { method: 'POST', body: JSON.stringify(asked) })
      return { status: response.status, said: (await response.json()) as Record<string, unknown> }
    }
    type Shown = { screen: string[]; purchase: { state: string } | null; trayFen: number; insideFen: number }
    const shown = async () => (await (await fetch(hand.url)).json()) as Shown
    try {
      assert.equal((await put('open')).status, 400)
      await put('faults', { clockOffMs: 1_000 })
      const { said } = await put('choose', { plate })
      assert.match(String(said.purchase), /^K9-/)
      await until('it takes money', async () => (await shown()).purchase?.state === 'open')
      assert.deepEqual((await put('insert', { fen: 10_000 })).said, { taken: false })
      await put('jam', { after: 2 })
      assert.deepEqual((await put('insert', { fen: 2000 })).said, { taken: true })
      await until('it jams', async () => (await shown()).screen[0]?.startsWith('未找零'))
      assert.deepEqual([(await shown()).trayFen, (await shown()).insideFen], [200, 11_000 + 2000 - 200])
      await adds(2000, 1000, 800)
      await put('repair')
    } finally {
      await hand.close()
    }
  })
  test('with another secret is refused, and nothing changes', async () => {
    const events = ((await ask('log')) as LogView).events[0]!.seq
    machine.faulty({ secret: 'another secret than the kiosk’s' })
    assert.equal(await machine.choose(plate), null)
    await until('it says so', () => lot.logged.some(({ line }) => line.includes('wrong-secret')))
    machine.faulty({ secret: null })
    assert.equal(((await ask('log')) as LogView).events[0]!.seq, events)
    await chosen()
    machine.cancel()
    await ended('缴费结束')
  })
  test('whose clock is off is served, and told of', async () => {
    machine.faulty({ clockOffMs: 8 * 60 * minute })
    await chosen()
    await insert(1000)
    await ended('缴费结束')
    await adds(1000, 1000)
    const [told] = await logged('device')
    assert.ok(told?.kind === 'device')
    assert.deepEqual([told.device, told.state], ['kiosk 9', 'ill'])
    assert.ok(told.driftMs! > 7 * 60 * minute)
  })
})

describe('the door of kiosks', () => {
  const post = async (path: string, body: string, signature: string, method = 'POST') =>
    fetch(`${lot.agent.kioskUrl}${path}`, {
      method,
      headers: { 'x-lanepay-signature': signature },
      ...(method === 'POST' ? { body } : {}),
    })
  const hello = JSON.stringify({ kind: 'hello', at: 0, till: { hoppers: [], takes: [] } })
  const signed = (body: string) => askSignature(secret, kiosk, body)
  test('answers what is signed, and signs the answer with what it answers', async () => {
    const response = await post('/kiosk/9', hello, signed(hello))
    const text = await response.text()
    assert.equal(response.headers.get('x-lanepay-signature'), answerSignature(secret, signed(hello), text))
  })
  for (const [what, code, act] of [
    ['no kiosk of this lot', 'kiosk-unknown', () => post('/kiosk/8', hello, signed(hello))],
    ['another path', 'kiosk-unknown', () => post('/', hello, signed(hello))],
    ['another method', 'wrong-method', () => post('/kiosk/9', '', '', 'GET')],
    ['nobody’s signature', 'wrong-secret', () => post('/kiosk/9', hello, '')],
    ['the signature of another message', 'wrong-secret', () => post('/kiosk/9', hello, signed(`${hello} `))],
    ['what is no JSON', 'bad-request', () => post('/kiosk/9', '{', signed('{'))],
    ['what nobody knows', 'bad-request', () => post('/kiosk/9', '{"kind":"open"}', signed('{"kind":"open"}'))],
    ['more than anybody says', 'too-large', () => post('/kiosk/9', ' '.repeat(20_000), '')],
  ] as const)
    test(`refuses ${what}: ${code}`, async () => {
      const said = (await (await act()).json()) as { ok: boolean; code: string; field: string; rule: string }
      assert.deepEqual([said.ok, said.code], [false, code])
      assert.ok(said.field.length > 0 && said.rule.length > 0)
    })
})
