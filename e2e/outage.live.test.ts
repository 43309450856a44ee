import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type LotOrder, parseOrder } from '@lanepay/cloud/lot-order/decide.ts'
import { orderLot } from '@lanepay/cloud/lot-order/order.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { simpleTariff } from '@lanepay/domain/tariff/tariff.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { hashPassword } from '@lanepay/lot-agent/page/password.ts'
import { type Booth, boothOf, soon } from './kit/booth.ts'
import { lotPlan, type Road, startRoad } from './kit/road.ts'
import { until } from './kit/until.ts'

/*
 * A day without the line, and the very same day with it (domain.md 4, architecture.md 7): 314 stays begin and 286 end, 600
 * reads, all through the cameras, the arms and the lot's own page. The clock stands except where the day moves it, so both
 * days are the same to the millisecond, and so must be what the cloud has of them afterwards.
 */
const minute = 60_000
const stays = 314
const leave = 286
const stepMs = 275_000 // 314 of them are a day, but for fifty seconds
const start = Date.UTC(2026, 10, 2, 16) // midnight of the lot
const pagePassword = 'the password of the booth'
const by = '张师傅'

/** Stands until it is pushed. */
class StandingClock implements Clock {
  #now = start
  now(): Instant {
    return this.#now as Instant
  }
  advance(ms: number): void {
    this.#now += ms
  }
}

type Way = 'cash' | 'card' | 'free' | 'by hand'
type Car = { readonly plate: string; readonly way: Way; readonly leaves: number | null }

/** The day of one seed: at each step one comes, and at all but 28 of them one that is inside goes. */
function dayOf(seed: number): readonly Car[] {
  let state = seed
  const below = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
  const ways: readonly Way[] = ['card', 'card', 'free', 'by hand', ...Array<Way>(12).fill('cash')]
  const cars: Car[] = []
  const inside: number[] = []
  for (let step = 0; step < stays; step++) {
    // Nobody goes in the first hours, and later in every twentieth step.
    if (step >= 13 && step % 20 !== 15) {
      const [goes] = inside.splice(below(inside.length), 1)
      cars[goes!] = { ...cars[goes!]!, leaves: step }
    }
    cars.push({ plate: `粤B${30_000 + step}`, way: ways[below(ways.length)]!, leaves: null })
    inside.push(step)
  }
  return cars
}
const day = dayOf(20_261_103)
const platesOf = (way: Way) => day.filter((car) => car.way === way).map(({ plate }) => plate)
const beyond = start + 3 * 24 * 60 * minute
const cards = [{ card: 'staff', plates: platesOf('card').slice(0, 20), spaces: 20, from: 0, until: beyond }]
for (let n = 20; n < platesOf('card').length; n += 20)
  cards.push({ ...cards[0]!, card: `staff ${n}`, plates: platesOf('card').slice(n, n + 20) })
const lists = {
  version: 1,
  cards,
  free: platesOf('free').map((plate) => ({ plate })),
  guests: [],
  blocked: [],
  capacity: null,
}
const tomorrow = '粤B39999'
const newLists = {
  ...lists,
  version: 2,
  cards: [...cards, { ...cards[0]!, card: 'tomorrow', plates: [tomorrow], spaces: 1 }],
}
const newSchedule = {
  versions: [
    { from: '2000-01-01T00:00:00Z', tariff: simpleTariff({ hourFen: 500, leaveMinutes: 15 }) },
    {
      from: '2026-11-04T06:00:00+08:00',
      tariff: simpleTariff({ hourFen: 800, leaveMinutes: 15 }),
    },
  ],
}

type Lived = { readonly road: Road; readonly booth: Booth; readonly said: Record<string, unknown> }

/** Through a lane, and the agent has seen it go: only then the next one comes. */
async function passes(
  { road, booth }: Pick<Lived, 'road' | 'booth'>,
  which: 'entry' | 'exit',
  plateText: string,
  whenThere?: () => Promise<unknown>,
): Promise<void> {
  const lane = road[which]
  lane.vehicleArrives({ plateText, colour: 'blue' })
  await whenThere?.()
  await soon(`the arm rises for ${plateText}`, () => lane.state().arm === 'up')
  lane.vehicleDrivesThrough()
  const seen = which === 'entry' ? 0 : 1
  await soon('the lane is free', () => lane.state().arm === 'down' && !lane.state().loops.front)
  await soon('the booth sees it free', async () => {
    const { occupancy, arm } = (await booth.state()).lanes[seen]!
    return occupancy === null && arm === 'down'
  })
}

async function leaves(at: Pick<Lived, 'road' | 'booth'>, plate: string, way: Way): Promise<void> {
  const { road, booth } = at
  await passes(at, 'exit', plate, async () => {
    if (way === 'card' || way === 'free') return
    const { session, owed } = await booth.atExit()
    assert.equal(session?.plate, plate)
    // The price list in force works without the cloud: five yuan for each hour begun.
    assert.equal(
      owed!.owedFen,
      Math.ceil((road.clock.now() - session!.enteredAt) / (60 * minute)) * 500 - owed!.paidFen,
    )
    if (way === 'by hand') await booth.open(2)
    else await booth.cash(session!.id, owed!.owedFen)
  })
}

/** One for both days: of two makers at a standing clock each would make the other's ids. */
const newId = idMaker(() => start, 900)
const order = async ({ clock, database }: Road, what: LotOrder) => {
  assert.deepEqual(parseOrder(what), { ok: true, value: what })
  await orderLot({ database, clock, newId }, { bucket: lotPlan.bucket, lotId: lotPlan.number }, what)
}

const roads: Road[] = []
/** Lives the day; with an outage the line is cut from before the first of it until after the last. */
async function live(outage: boolean): Promise<Lived> {
  const road = await startRoad({
    clock: new StandingClock(),
    plan: { page: { host: '127.0.0.1', port: 0, password: await hashPassword(pagePassword) } },
    timing: { pollMs: 10, raiseMs: 5, lowerMs: 5, passMs: 5 },
  })
  roads.push(road)
  const booth = boothOf(road.agent()!.pageUrl!, { password: pagePassword, by })
  await booth.signIn()
  const said: Record<string, unknown> = {}

  // Before: lists are in force, three have paid by phone and not left yet, one has a quote and has not paid.
  await order(road, { kind: 'lists', lists })
  await until('the lists are in force', async () => (await booth.state()).lists.version === 1)
  const payer = road.phone('driver-before')
  const before = ['粤B20001', '粤B20002', '粤B20003']
  for (const plate of [...before, '粤B20004']) await road.park(plate)
  road.pass(20 * minute)
  for (const plate of before) {
    const { sheet, payment } = await road.sheet(payer, 'prepay', plate)
    await payer.payInWallet(sheet)
    await road.paymentIs(payer, payment, 'paid')
  }
  const late = road.phone('driver-meanwhile')
  const quoted = await road.sheet(late, 'prepay', '粤B20004')
  await road.clearancesHeard()
  if (outage) road.taps.agentLink.cut()

  for (const plate of before) await passes({ road, booth }, 'exit', plate)
  const isOnline = async () => (await late.view(road.code('prepay'))).body.lotOnline
  if (outage) await until('the page says that the lot cannot be told', async () => !(await isOnline()), 60_000)
  said.lotOnline = await isOnline()
  await late.payInWallet(quoted.sheet)
  said.paid = await road.paymentIs(late, quoted.payment, 'paid')
  if (outage) {
    const refused = await late.quote(road.code('prepay'), '粤B20004')
    said.quote = [refused.status, refused.body.error.code]
  }

  for (let step = 0; step < stays; step++) {
    const [comes, goes] = [day[step]!, day.find((car) => car.leaves === step)]
    await Promise.all([
      passes({ road, booth }, 'entry', comes.plate),
      goes && leaves({ road, booth }, goes.plate, goes.way),
    ])
    if (step === 100) {
      await order(road, { kind: 'lists', lists: newLists })
      await order(road, { kind: 'tariff', version: 2, schedule: newSchedule })
    }
    road.pass(stepMs)
  }
  said.heardMeanwhile = (await road.rows<{ n: number }>('select count(*)::int as n from lot_event'))[0]!.n
  if (outage) {
    const { link, lists } = await booth.state()
    said.link = link.connected
    said.version = lists.version
    road.taps.agentLink.mend()
  }
  const from = performance.now()
  await until('the cloud has everything', async () => {
    const { link } = await booth.state()
    return link.connected && link.lastSeq === link.ackedSeq
  })
  said.drainedMs = performance.now() - from
  await until('the lot has the new lists', async () => (await booth.state()).lists.version === 2)
  await until('the lot knows of the payment made meanwhile', async () => {
    const [told] = await road.rows<{ n: number }>('select count(*)::int as n from clearance where told_at is null')
    return told!.n === 0
  })
  // Paid by phone for what it owed then; the rest of the day is owed and paid now. A card of the new lists comes and goes.
  road.pass(1_000) // by the lot's clock, too, it has heard of the payment before it takes cash: else that were paid twice
  await leaves({ road, booth }, '粤B20004', 'cash')
  await passes({ road, booth }, 'entry', tomorrow)
  road.pass(30 * minute)
  await passes({ road, booth }, 'exit', tomorrow)
  await until('the cloud has the rest', async () => {
    const { link } = await booth.state()
    return link.lastSeq === link.ackedSeq
  })
  return { road, booth, said }
}

let days: { readonly with: Lived; readonly without: Lived }
before(async () => {
  const [without, withLine] = await Promise.all([live(true), live(false)])
  days = { with: withLine, without }
})
after(() => Promise.all(roads.map((road) => road.close())))

test('the day is one of 314 stays and 600 reads, with every way to leave', () => {
  const gone = day.filter(({ leaves }) => leaves !== null)
  assert.deepEqual([day.length, gone.length, day.length + gone.length], [stays, leave, 600])
  for (const way of ['cash', 'card', 'free', 'by hand'] as const)
    assert.ok(gone.filter((car) => car.way === way).length >= 5, way)
})
test('without the line nothing of it was heard, and the driver was told beforehand that the lot could not be told', () => {
  const { said } = days.without
  assert.deepEqual([said.lotOnline, said.link, said.version], [false, false, 1])
  assert.deepEqual(said.quote, [503, 'lot-absent'])
  const log = Number(said.heardMeanwhile)
  assert.ok(log > 0 && log < 40, `only what was before: ${log}`)
})
test('afterwards the cloud has each event once, in order', async () => {
  for (const { road, booth } of Object.values(days)) {
    const [log] = await road.rows<{ n: number; first: number; last: number; unordered: number }>(
      `select count(*)::int as n, min(seq)::int as first, max(seq)::int as last,
              count(*) filter (where at < before)::int as unordered
         from (select seq, at, lag(at) over (order by seq) as before from lot_event) e`,
    )
    assert.deepEqual(log, { n: log!.last, first: 1, last: (await booth.state()).link.lastSeq, unordered: 0 })
    await road.audit()
  }
})

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`
const same: readonly [string, string][] = [
  [
    'sessions',
    `select plate, pass, colour, state, standing, ${ms('entered_at')} as entered, entry_lane, paid_fen, ${ms('leave_by')} as leave_by,
            ${ms('left_at')} as left, exit_lane, owed_when_left_fen as owed, left_how, ended_because
       from session order by entered_at, plate`,
  ],
  [
    'clearances',
    `select s.plate, c.paid_fen, ${ms('c.made_at')} as made, ${ms('c.leave_by')} as leave_by
       from clearance c join session s on s.bucket = c.bucket and s.lot_id = c.lot_id and s.id = c.session_id order by made_at, plate, c.paid_fen`,
  ],
  ['account balances', 'select kind, party, channel, balance_fen from account order by 1, 2, 3'],
  [
    'openings',
    `select g.lane_id, ${ms('g.at')} as at, s.plate, g.cause_kind, g.silent from gate_opening g
       left join session s on s.bucket = g.bucket and s.lot_id = g.lot_id and s.id = g.session_id order by at, lane_id, plate`,
  ],
  [
    // Cameras fall silent by the clock, which leaps here while their beats do not.
    'events',
    `select kind, count(*)::int as n from lot_event where kind <> 'device' group by kind order by kind`,
  ],
]
for (const [what, text] of same)
  test(`the ${what} are those of the same day with the line`, async () => {
    const [without, withLine] = await Promise.all([days.without.road.rows(text), days.with.road.rows(text)])
    assert.ok(withLine.length >= 4, `there are some: ${withLine.length}`)
    assert.deepEqual(without, withLine)
  })
test('the payment made meanwhile reached the lot, the clearances of before opened, and the new lists and price list are in force', async () => {
  const { road } = days.without
  const opened = await road.rows<{ plate: string; cause_kind: string }>(
    `select s.plate, g.cause_kind from gate_opening g join session s on s.bucket = g.bucket and s.lot_id = g.lot_id and s.id = g.session_id
      where g.lane_id = 2 and not g.silent and (s.plate like '粤B2000%' or s.plate = $1) order by s.plate`,
    [tomorrow],
  )
  assert.deepEqual(opened, [
    ...['粤B20001', '粤B20002', '粤B20003', '粤B20004'].map((plate) => ({ plate, cause_kind: 'clearance' })),
    { plate: tomorrow, cause_kind: 'month-card' },
  ])
  const [cleared] = await road.rows<{ n: number }>(`select count(*)::int as n from lot_event where kind = 'cleared'`)
  assert.equal(cleared!.n, 4)
  const inForce = await road.rows<{ what: string }>(
    `select body->>'what' || ' ' || (body->>'version') as what from lot_event where kind = 'in-force' order by seq`,
  )
  assert.deepEqual(inForce.map(({ what }) => what).sort(), ['lists 1', 'lists 2', 'tariff 2'])
})
