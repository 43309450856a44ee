import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { KioskView, StateView } from '@lanepay/lot-agent/page/api.ts'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { hardware } from '@lanepay/simulator-kiosk/hardware.ts'
import { type KioskSimulator, startKioskSimulator } from '@lanepay/simulator-kiosk/kiosk.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { type Tap, tap } from '@lanepay/simulator-wire/tap.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'
import { sleep, until } from './kit/until.ts'

/* Cash at a kiosk on the whole road, while the power of the agent goes (SIGKILL) between the first note and the last coin. */

const secret = 'the secret of the kiosk on the road'
const password = 'the password of the page on the road'
const by = '张师傅'
const floatFen = 30_000
let road: Road
let line: Tap
let machine: KioskSimulator
let pageUrl = ''
let cookie = ''
let plates = 40_000

const post = async (path: string, body: object): Promise<unknown> => {
  const response = await fetch(`${pageUrl}/api/${path}`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()))
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
  return response.json()
}
const signIn = () => post('sign-in', { password })
const seen = async (): Promise<KioskView> => {
  const response = await fetch(`${pageUrl}/api/state`, { headers: { cookie } })
  return ((await response.json()) as StateView).kiosks[0]!
}
/** What the cloud's books say is in the drawers of this lot, by shift. */
const drawers = () =>
  road.rows<{ shift: string; fen: number; booth: number }>(
    `select a.party::text as shift, -a.balance_fen::int4 as fen, s.booth
       from account a
       join shift s on s.bucket = a.bucket and s.lot_id = a.lot_id and s.id = a.party
      where a.lot_id = $1 and a.kind = 'cash-drawer' and a.balance_fen <> 0`,
    [lotPlan.number],
  )

before(async () => {
  const [kioskPort, pagePort] = [await freePort(), await freePort()]
  line = await tap(() => ({ host: '127.0.0.1', port: kioskPort }))
  pageUrl = `http://127.0.0.1:${pagePort}`
  road = await startRoad({
    agent: 'process',
    plan: {
      kiosks: [{ id: 9, name: '东侧', secret }],
      kioskPort,
      page: { host: '127.0.0.1', port: pagePort, password: hashPassword(password) },
    },
  })
  machine = startKioskSimulator({
    ...{ url: () => `http://127.0.0.1:${line.port}`, kiosk: 9, secret, clock: road.clock, againMs: 50, helloMs: 200 },
    metal: hardware({ hoppers: [{ fen: 100, count: floatFen / 100 }], takes: [100, 500, 1000, 2000] }),
  })
  await signIn()
  await post('open-shift', { booth: 9, by, floatFen })
  machine.on()
})
after(async () => {
  await machine?.close()
  await road?.close()
  await line?.close()
})
afterEach(async () => {
  line.free()
  await road.settled()
  await road.audit()
})

/** A driver comes in, owes five yuan, and agrees to that at the kiosk. */
async function atTheKiosk() {
  const plate = `粤B${++plates}`
  const session = await road.park(plate)
  await sleep(1_100) // the tariff counts whole seconds: from the first on something is owed
  const before = machine.metal.dispensedFen()
  await until('the kiosk knows the fee', () => machine.choose(plate))
  await until('it takes money', () => machine.view()?.state === 'open')
  return { plate, session, trayFen: () => machine.metal.dispensedFen() - before }
}
const insert = (fen: number) => until(`${fen} goes in`, () => machine.insert(fen))
const ended = (how: string) => until(`it says ${how}`, () => machine.isIdle() && machine.screen()[0]?.includes(how))
const paid = async (session: string) =>
  (
    await road.rows<{ fen: number; n: number }>(
      'select coalesce(sum(paid_fen), 0)::int4 as fen, count(*)::int4 as n from clearance where session_id = $1',
      [session],
    )
  )[0]

describe('the agent is killed', () => {
  const isSaid = (kind: string) => (bytes: Buffer) => bytes.includes(`"kind":"${kind}"`)
  const isDue = (bytes: Buffer) => bytes.includes('"state":"due"')
  for (const [at, direction, piece, when] of [
    ['as a note is told', 'out', isSaid('insert'), 'before'],
    ['with a note on its disk, unanswered', 'in', (bytes: Buffer) => bytes.includes('"insertedFen":2000'), 'before'],
    ['between the note and the finish', 'out', isSaid('finish'), 'before'],
    ['with the stay paid, unanswered', 'in', isDue, 'before'],
    ['between the finish and the change', 'in', isDue, 'after'],
    ['as it hears what was paid out', 'out', isSaid('paid-out'), 'before'],
    ['with that on its disk, unanswered', 'in', (bytes: Buffer) => bytes.includes('"state":"ended"'), 'before'],
  ] as const)
    test(`${at}: paid once, changed once, and the drawer holds what the books say`, async () => {
      const { session, trayFen } = await atTheKiosk()
      let killed: Promise<void> | null = null
      line.watch(async (going, bytes) => {
        if (killed !== null) return null
        if (going !== direction || !piece(bytes)) return bytes
        killed = road.agentProcess.kill()
        await killed
        return when === 'before' ? null : bytes
      })
      await insert(2000)
      await until('the power is gone', () => killed !== null)
      await killed
      line.free()
      await road.agentProcess.start()
      await ended('缴费结束')
      assert.equal(trayFen(), 1500)
      await until('the cloud has it', async () => (await paid(session))?.n)
      assert.deepEqual(await paid(session), { fen: 500, n: 1 })
      assert.deepEqual(
        (await drawers()).map(({ fen, booth }) => ({ fen, booth })),
        [{ fen: machine.metal.insideFen(), booth: 9 }],
      )
    })
})

test('change that jams is an alarm in the cloud and a case on the page, paid from the lot’s drawer; emptied, the kiosk is right', async () => {
  await signIn() // the agent was started again
  const { plate, session, trayFen } = await atTheKiosk()
  machine.metal.jamAfter(4)
  await insert(2000)
  await ended('未找零')
  assert.equal(trayFen(), 400)
  const [owed] = (await seen()).owed
  assert.deepEqual([owed?.plate, owed?.fen, owed?.because], [plate, 1100, 'jam'])
  const [alarm] = await until('the cloud knows', async () => {
    const found = await road.rows<{ because: string }>(`select because from alarm where kind = 'change-owed'`)
    return found.length > 0 ? found : null
  })
  assert.match(alarm!.because, new RegExp(`^¥11\\.00 at kiosk 9, purchase ${owed!.purchase}: 粤B4\\*\\*\\d\\d, jam$`))
  const owes = async () =>
    (
      await road.rows<{ fen: number }>(
        `select coalesce(sum(balance_fen), 0)::int4 as fen from account where lot_id = $1 and kind = 'change-owed'`,
        [lotPlan.number],
      )
    )[0]!.fen
  assert.equal(await owes(), 1100)
  await road.audit()
  await post('settle-change', { owed: owed!.owed, by, reason: '司机来取' })
  await until('it is settled', async () => (await owes()) === 0)
  assert.deepEqual(await paid(session), { fen: 500, n: 1 })

  const countedFen = machine.metal.empty([])
  const done = await post('hand-over', { booth: 9, by, to: '李师傅', countedFen })
  assert.deepEqual((done as { handedOver: unknown }).handedOver, { expectedFen: countedFen, overFen: 0 })
  const [shift] = await until('the hand-over is told', async () => {
    const found = await road.rows<{ over: number; to: string }>(
      `select counted_fen::int4 - told_expected_fen::int4 as over, taken_over_by as to from shift
        where booth = 9 and handed_over_at is not null`,
    )
    return found.length > 0 ? found : null
  })
  assert.deepEqual(shift, { over: 0, to: '李师傅' })
  assert.deepEqual(await drawers(), [])
})
