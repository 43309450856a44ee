import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { audit } from '@lanepay/cloud/audit/audit.ts'
import { partsIn } from '@lanepay/cloud/enrol/parts.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { correction, minute } from '@lanepay/lot-agent/fixtures.ts'
import { anyStep, plates, type Step, take } from '@lanepay/lot-agent/steps.fixtures.ts'
import fc from 'fast-check'
import pg from 'pg'
import { type PairedLot, pairedLot } from './kit/paired.ts'

/*
 * Whatever happens at the lot, on the phones and on the line: once the line is well again, the cloud's picture of the lot is
 * the agent's, and no invariant of architecture.md 10 breaks.
 */
let data: TestDatabase
let looking: pg.Client
before(async () => {
  data = await testDatabase()
  looking = new pg.Client(data.connection)
  await looking.connect()
})
after(async () => {
  await looking.end()
  await data.close()
})

const plate = fc.constantFrom(...plates)
const fate = fc.constantFrom('carried' as const, 'carried' as const, 'lost' as const, 'twice' as const, 'late' as const)
const onTheLine = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('carry' as const), fates: fc.array(fate, { minLength: 1, maxLength: 6 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'join' as const, 'join' as const, 'round' as const) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('phone' as const),
      plate,
      atExit: fc.constantFrom(null, 2, 4),
      pays: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('late-phone' as const), which: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('says' as const),
      what: fc.constantFrom('void' as const, 'plate' as const, 'class' as const, 'entry' as const),
      plate,
      to: fc.constantFrom(...plates, '粤B44444'),
    }),
  },
)
/** As vehicles usually come and go, after a while: without this, hardly one in a hundred gets through a gate, or owes. */
const drives = fc.record({
  do: fc.constant('drives' as const),
  lane: fc.constantFrom(1, 2, 3, 4),
  plate,
  afterMinutes: fc.constantFrom(0, 5, 70),
})
type OtherStep = typeof onTheLine | typeof drives extends fc.Arbitrary<infer S> ? S | { readonly do: 'compare' } : never
const story = fc.array(
  fc.oneof({ weight: 4, arbitrary: anyStep }, { weight: 5, arbitrary: onTheLine }, { weight: 3, arbitrary: drives }),
  { maxLength: 80, size: 'max' },
)

const rows = async <Row>(text: string, lotId: number): Promise<Row[]> =>
  (await looking.query(text, [lotId])).rows as Row[]

/** What the cloud would have to do with, the cloud does: payments, lists, and what a person there says of a stay. */
async function act(paired: PairedLot, one: Step | OtherStep, quotes: string[]): Promise<void> {
  const { lot, key } = paired
  const seen = async (plate: string) =>
    (
      await rows<{ id: string }>(
        `select id from session where lot_id = $1 and plate = '${plate}' and state in ('inside', 'leaving') order by id desc`,
        key.lotId,
      )
    )[0]?.id
  switch (one.do) {
    case 'compare':
      await paired.settle()
      return seesTheSame(paired)
    case 'drives':
      lot.pass(one.afterMinutes * minute)
      lot.read(one.lane, one.plate)
      take(lot, { do: 'gate', lane: one.lane, opens: true })
      return lot.drivesThrough(one.lane)
    case 'carry':
      for (const fate of one.fates) {
        await paired.carryUp(fate)
        await paired.carryDown(fate)
      }
      return
    case 'cut':
      return paired.cut()
    case 'join':
      return paired.join()
    case 'round':
      return paired.round()
    case 'phone': {
      const quote = await paired.quote(
        one.atExit ? { lane: one.atExit } : { plate: one.plate },
        `wechatpay:${one.plate}`,
      )
      if (quote === null) return
      quotes.push(quote)
      if (one.pays) await paired.pay(quote)
      return
    }
    case 'late-phone': {
      const quote = quotes.at(-1 - one.which)
      if (quote !== undefined) await paired.pay(quote)
      return
    }
    case 'pay': {
      const quote = await paired.quote(one.inLane ? { lane: 2 } : { plate: one.plate }, `wechatpay:${one.plate}`)
      if (quote === null) return
      await paired.pay(quote)
      if (one.twice) await paired.pay(quote)
      return
    }
    case 'command':
      return // at an exit where nothing is owed the quote makes it
    case 'lists': {
      const card = { card: 'A', plates: one.onCard, spaces: one.spaces, from: 0, until: lot.now() + 60_000_000 }
      const lists = {
        version: ++version,
        cards: one.onCard.length > 0 ? [card] : [],
        free: one.free.map((plate) => ({ plate })),
        guests: [],
        blocked: [],
        capacity: one.capacity,
      }
      await paired.order({ kind: 'lists', lists })
      return
    }
    case 'says': {
      const session = await seen(one.plate)
      if (session === undefined) return
      const said = { session, by: '张师傅', reason: '看了照片' }
      const change = {
        plate: { plate: one.to },
        class: { vehicleClass: 'large' },
        entry: { enteredAt: lot.now() - 10 * minute },
      }
      await paired.order(
        one.what === 'void' ? { kind: 'void', ...said } : { kind: 'correct', ...said, ...change[one.what] },
      )
      return
    }
    case 'restart':
      take(lot, one)
      return paired.restarted()
    default:
      return take(lot, one)
  }
}
let version = 0

/** The lot as its agent has it on disk. */
function agentsPicture({ lot }: PairedLot) {
  const { store, plan } = lot.lot
  const stands = plan.lanes.map(({ id }) => store.occupancy(id)).filter((one) => one !== null)
  const atExit = new Set(stands.filter(({ lane }) => lane === 2).map(({ session }) => session))
  return {
    inside: store.allOpen().map(({ id, plate, pass, colour, enteredAt, entryLane, standing, vehicleClass }) => ({
      id,
      plate,
      pass,
      colour,
      enteredAt,
      entryLane,
      standing,
      vehicleClass,
      leaving: atExit.has(id),
      leaveBy: store.cleared(id).best?.leaveBy ?? null,
    })),
    lanes: stands.map(({ lane, number, plate, session, since }) => ({ lane, number, plate, session, since })),
  }
}
const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`
async function cloudsPicture({ key: { lotId } }: PairedLot): Promise<ReturnType<typeof agentsPicture>> {
  return {
    inside: await rows(
      `select id, plate, pass, colour, ${ms('entered_at')} as "enteredAt", entry_lane as "entryLane", standing,
              vehicle_class as "vehicleClass", state = 'leaving' as leaving, ${ms('leave_by')} as "leaveBy"
         from session where lot_id = $1 and state in ('inside', 'leaving') order by entered_at, id`,
      lotId,
    ),
    lanes: await rows(
      `select lane_id as lane, occupancy as number, plate, session_id as session, ${ms('since')} as since
         from lane_occupancy where lot_id = $1 and ended_at is null order by lane_id`,
      lotId,
    ),
  }
}

type End = { readonly id: string; readonly state: string; readonly how: string | null; readonly owedFen: number | null }
/** How stays ended, by what the lot wrote. */
const endsTold = ({ lot }: PairedLot): End[] =>
  lot
    .events()
    .flatMap((event): End[] => {
      if (event.kind === 'left')
        return [{ id: event.session, state: 'left', how: event.how ?? 'left', owedFen: event.owedFen }]
      if (event.kind === 'voided') return [{ id: event.session, state: 'voided', how: null, owedFen: null }]
      return event.kind === 'entered' && event.supersedes
        ? [{ id: event.supersedes, state: 'superseded', how: null, owedFen: null }]
        : []
    })
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))

const byId = <T extends { readonly id: string; readonly enteredAt: number }>(sessions: readonly T[]): T[] =>
  [...sessions].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))

let lots = 0
async function seesTheSame(paired: PairedLot): Promise<void> {
  const [agent, cloud] = [agentsPicture(paired), await cloudsPicture(paired)]
  assert.deepEqual({ ...cloud, inside: byId(cloud.inside) }, { ...agent, inside: byId(agent.inside) })
  const { lotId } = paired.key
  const ended = await rows<End>(
    `select id, state, left_how as how, owed_when_left_fen as "owedFen" from session
      where lot_id = $1 and state not in ('inside', 'leaving') order by id`,
    lotId,
  )
  assert.deepEqual(ended, endsTold(paired))
  const paid = await rows<{ id: Id; fen: number }>('select id, paid_fen as fen from session where lot_id = $1', lotId)
  for (const { id, fen } of paid) assert.equal(fen, paired.lot.lot.store.cleared(id).paidFen, `what ${id} paid`)
  const log = await rows<{ body: unknown }>('select body from lot_event where lot_id = $1 order by seq', lotId)
  assert.deepEqual(
    log.map(({ body }) => body),
    paired.lot.events(),
  )
  // Whoever takes over the lot is told where in it each vehicle is.
  for (const { id } of agent.inside) {
    const moves = paired.lot.events().filter((event) => event.kind === 'area-entered' || event.kind === 'area-left')
    const parts = paired.lot.lot.store.parts(id).map(({ area, enteredAt, leftAt }) => ({ area, enteredAt, leftAt }))
    assert.deepEqual(partsIn(moves.filter(({ session }) => session === id)), parts)
  }
  const { broken } = await audit(data.database)
  const ours = broken.filter(({ examples }) =>
    examples.some((one) => [undefined, lotId].includes((one as { lot_id?: number }).lot_id)),
  )
  assert.deepEqual(ours, [])
}

test('whatever happens, and whatever the line does: afterwards the cloud sees the lot as its agent does, and the books hold', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      const paired = await pairedLot(data.database, ++lots)
      const quotes: string[] = []
      try {
        for (const one of steps) {
          await act(paired, one, quotes)
          paired.wake()
        }
        await paired.settle()
        await seesTheSame(paired)
      } finally {
        paired.close()
      }
    }),
    { numRuns: 60 },
  )
})

describe('after an outage the cloud knows', () => {
  let paired: PairedLot
  beforeEach(async () => {
    paired = await pairedLot(data.database, ++lots)
  })
  afterEach(() => paired.close())
  const car = '粤B11111'
  const parked = (): string => {
    const { lot } = paired
    lot.opens(lot.read(1, car).opening)
    lot.drivesThrough(1)
    return lot.events().findLast((event) => event.kind === 'entered')!.session
  }
  const cloudsStay = async (id: string) =>
    (
      await rows<{ leaveBy: number; state: string; paid: number }>(
        `select ${ms('leave_by')} as "leaveBy", state, paid_fen as paid from session where lot_id = $1 and id = ${id}`,
        paired.key.lotId,
      )
    )[0]!

  test('the clearance that lasts longest, when cash of before a phone payment is heard of after it', async () => {
    const { lot } = paired
    const session = parked()
    lot.pass(70 * minute)
    const quote = (await paired.quote({ plate: car }, 'wechatpay:a'))!
    paired.cut()
    const taken = lot.cash(session, 1000)
    assert.ok('opening' in taken && taken.opening === null, JSON.stringify(taken))
    lot.pass(5 * minute)
    assert.equal(await paired.pay(quote), 'applied')
    await paired.settle()
    await seesTheSame(paired)
    const stay = await cloudsStay(session)
    assert.deepEqual([stay.paid, stay.leaveBy], [2000, lot.lot.store.cleared(session as Id).best!.leaveBy])
  })
  test('since when a vehicle stands at an exit that was named only later', async () => {
    const { lot } = paired
    const session = parked()
    lot.pass(70 * minute)
    lot.read(2, '粤B77777')
    const since = lot.now()
    lot.pass(5 * minute)
    lot.command(correction(lot, { session, plate: '粤B77777' }))
    await paired.settle()
    await seesTheSame(paired)
    const [lane] = (await cloudsPicture(paired)).lanes
    assert.deepEqual([lane?.session, lane?.since], [session, since])
  })
})
