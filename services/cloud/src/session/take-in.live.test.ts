import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Events } from '@lanepay/lot-link/messages.ts'
import fc from 'fast-check'
import pg from 'pg'
import { alarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { type TakeIn, takingIn } from './take-in.ts'

/* A lot's log on its way into the cloud (architecture.md 7): each event once, in order, whatever is in it. */
let data: TestDatabase
let looking: pg.Client
let takeIn: TakeIn
const newId = idMaker(Date.now, 9)
const epoch = newId()
let lotId = 0
before(async () => {
  data = await testDatabase()
  looking = new pg.Client(data.connection)
  await looking.connect()
  const { database } = data
  takeIn = takingIn({
    database,
    clock: systemClock,
    alarms: alarms({ database, clock: systemClock, log: silentLog, newId }),
  })
})
after(async () => {
  await looking.end()
  await data.close()
})
beforeEach(async () => {
  lotId += 1
  await provision(
    data.database,
    aLotPlan({ bucket: 3, lotId }, { accounts: [], lanes: [{ id: 1, name: '入口', direction: 'entry' }] }),
    systemClock.now(),
  )
})

const at = Date.UTC(2026, 5, 1, 2)
const entered = (seq: number, plate: string, more: object = {}) => ({
  seq,
  at,
  kind: 'entered' as const,
  session: newId(),
  plate,
  pass: false,
  colour: 'blue' as const,
  lane: 1,
  enteredAt: at,
  ...more,
})
const send = (...events: Events['events']) => takeIn({ bucket: 3, lotId, device: 'agent' }, { epoch, events })
const rows = async <Row>(text: string): Promise<Row[]> => (await looking.query(text, [lotId])).rows as Row[]
type Kept = { readonly seq: number; readonly kind: string; readonly body: Readonly<Record<string, unknown>> }
const kept = () => rows<Kept>('select seq::int4, kind, body from lot_event where lot_id = $1 order by seq')
const inside = async () =>
  (await rows<{ plate: string }>(`select plate from session where lot_id = $1 and state = 'inside' order by id`)).map(
    ({ plate }) => plate,
  )

describe('a piece of a lot’s log', () => {
  test('that comes twice is taken once; one with a hole before it changes nothing', async () => {
    const [a, b, c] = [entered(1, '粤B11111'), entered(2, '粤B22222'), entered(3, '粤B33333')]
    assert.equal(await send(a), 1)
    assert.equal(await send(a, b), 2)
    assert.equal(await send(a), 2)
    assert.equal(await send({ ...c, seq: 4 }), 2)
    assert.equal(await send(c), 3)
    assert.deepEqual(await inside(), ['粤B11111', '粤B22222', '粤B33333'])
  })
  test('with a kind that this cloud has no word for: kept, nothing else changes, and what follows is heard', async () => {
    const later = { seq: 2, at, kind: 'charged', session: '7', kilowattHours: 12 }
    assert.equal(await send(entered(1, '粤B11111'), later, entered(3, '粤B22222')), 3)
    const { seq, kind, body } = (await kept())[1]!
    assert.deepEqual({ seq, kind, body }, { seq: 2, kind: 'charged', body: later })
    assert.deepEqual(await inside(), ['粤B11111', '粤B22222'])
    for (const table of ['lane_occupancy', 'gate_opening', 'clearance', 'lot_command', 'alarm'])
      assert.deepEqual(await rows(`select 1 from ${table} where lot_id = $1`), [], table)
    assert.deepEqual((await audit(data.database)).broken, [])
  })
  const texts: [string, string, string][] = [
    ['a zero byte', '修\0门', '修\ufffd门'],
    ['half of a character', '修\ud83d门', '修\ufffd门'],
    ['the other half', '\udd27门', '\ufffd门'],
    ['a whole one of two halves', '修🔧门', '修🔧门'],
    ['a backslash before what looks like a zero byte', '修\\u0000门', '修\\u0000门'],
    ['a backslash and a zero byte', '修\\\0门', '修\\\ufffd门'],
  ]
  for (const [what, text, read] of texts)
    test(`in whose text is ${what}: kept, and what follows is heard`, async () => {
      const stay = entered(1, '粤B11111')
      const device = { seq: 3, at, kind: 'device' as const, device: text, state: 'ill' as const, because: text }
      const voided = { seq: 2, at, kind: 'voided' as const, session: stay.session, by: '张师傅', reason: text }
      assert.equal(await send(stay, voided, device, entered(4, '粤B22222', { [text]: text })), 4)
      const [, second, , last] = await kept()
      assert.deepEqual([second!.body.reason, last!.body[read]], [read, read])
      const [row] = await rows<{ ended_because: string }>(
        `select ended_because from session where lot_id = $1 and state = 'voided'`,
      )
      assert.equal(row!.ended_because, `张师傅: ${read}`)
      const raised = await rows<{ because: string }>('select because from alarm where lot_id = $1')
      assert.deepEqual(raised, [{ because: `${read}: ${read}` }])
      assert.deepEqual(await inside(), ['粤B22222'])
    })
})

type Told = Events['events'][number]
/** A log of whatever a lot may say of a few vehicles, lanes and payments: much of it makes no sense, but nobody pays for a stay that never began. */
const anyLog = fc
  .array(
    fc.record({
      kind: fc.constantFrom(
        'entered',
        'occupied',
        'vacated',
        'left',
        'cash',
        'opened',
        'corrected',
        'voided',
        'ignored',
      ),
      session: fc.nat(3),
      other: fc.nat(3),
      lane: fc.integer({ min: 1, max: 2 }),
      flag: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((steps) => steps.map((step, index) => ({ ...step, index })))
type Steps = typeof anyLog extends fc.Arbitrary<infer S> ? S : never

/** The same steps are the same log of any lot, but for its ids. */
function logOf(steps: Steps, ids: readonly string[]): Told[] {
  const began = (session: number, before: number) =>
    steps.some((step) => step.kind === 'entered' && step.session === session && step.index < before)
  return steps.map(({ kind, session, other, lane, flag, index }): Told => {
    const now = at + index * 1000
    const [id, occupancy] = [ids[session]!, ids[4 + other]!]
    const common = { seq: index + 1, at: now }
    const said = { session: id, by: '张师傅', reason: '看了照片' }
    switch (kind === 'cash' && !began(session, index) ? 'ignored' : kind) {
      case 'entered':
        return {
          ...entered(index + 1, `粤B0000${session}`),
          session: id,
          lane,
          ...(flag && { supersedes: ids[other]! }),
        }
      case 'occupied':
        return { ...common, kind, lane, occupancy, plate: '粤B00000', session: flag ? id : null, leaving: flag }
      case 'vacated':
        return { ...common, kind, lane, occupancy, went: flag ? 'back' : 'through' }
      case 'left':
        return { ...common, kind, session: id, lane, leftAt: now, owedFen: index, how: flag ? 'left' : 'escaped' }
      case 'cash':
        return {
          ...common,
          ...said,
          kind: 'cash-taken',
          clearance: ids[8 + index]!,
          paidFen: 1 << (index % 20),
          leaveBy: now,
        }
      case 'opened':
        return flag
          ? { ...common, kind: 'gate-opened', lane, occupancy, session: id, cause: { kind: 'attendant', ...said } }
          : { ...common, kind: 'gate-silent', lane, occupancy: null, cause: { kind: 'entry' } }
      case 'corrected':
        return {
          ...common,
          ...said,
          kind,
          ...(flag ? { plate: '粤B99999' } : { enteredAt: now, vehicleClass: 'large' }),
        }
      case 'voided':
        return { ...common, ...said, kind }
      default:
        return { ...common, kind: 'read-ignored', lane, plate: null, because: 'stale' }
    }
  })
}
const pictured = {
  session: `id, plate, pass, colour, state, entered_at, entry_lane, paid_fen, leave_by, left_at, exit_lane, owed_when_left_fen, standing,
            vehicle_class, left_how, ended_because`,
  lane_occupancy: 'lane_id, occupancy, plate, session_id, since, ended_at',
  gate_opening: 'seq, lane_id, at, occupancy, session_id, cause_kind, cause_id, silent',
  clearance: 'id, session_id, paid_fen, made_at, leave_by, told_at',
  lot_event: 'seq, device, kind, at, body',
  lot_log: 'device, committed_seq, retold_seq',
}
/** Everything that the cloud has of a lot; ids by their places in the list. */
async function pictureOf(lot: number, ids: readonly string[]): Promise<Record<string, unknown[]>> {
  const picture: Record<string, unknown[]> = {}
  for (const [table, columns] of Object.entries(pictured)) {
    const found = (await looking.query(`select ${columns} from ${table} where lot_id = $1 order by 1`, [lot])).rows
    picture[table] = found.map((row) =>
      JSON.parse(JSON.stringify(row), (_, value) => (ids.includes(value) ? ids.indexOf(value) : value)),
    )
  }
  return picture
}

describe('pieces of many lots', () => {
  const device = (lot: number, name = 'agent') => ({ bucket: 3, lotId: lot, device: name })
  const someLots = async (n: number): Promise<number[]> => {
    const numbers = Array.from({ length: n }, () => ++lotId)
    for (const number of numbers)
      await provision(
        data.database,
        {
          bucket: 3,
          number,
          name: '阳光花园',
          platformFeeBasisPoints: 0,
          operator: { id: '1', name: '阳光物业' },
          accounts: [],
          lanes: [{ id: 1, name: '入口', direction: 'entry' }],
        },
        systemClock.now(),
      )
    return numbers
  }
  const platesIn = async (lot: number) =>
    (await looking.query('select plate from session where lot_id = $1 order by id', [lot])).rows.map(
      ({ plate }) => plate,
    )

  test('go together, each is answered with its own number, and one that cannot be taken in fails alone', async () => {
    const lots = await someLots(40)
    const unknown = 9_999_999
    const epochs = new Map([...lots, unknown].map((lot) => [lot, newId()]))
    const send = (lot: number, ...events: Told[]) => takeIn(device(lot), { epoch: epochs.get(lot)!, events })
    const events = (lot: number) => [entered(1, `粤B${lot}`), entered(2, `粤C${lot}`)].slice(0, 1 + (lot % 2))
    const sent = [...lots.slice(0, 20), unknown, ...lots.slice(20)].map((lot) => send(lot, ...events(lot)))
    const answers = await Promise.allSettled(sent)
    assert.match(String((answers.splice(20, 1)[0] as PromiseRejectedResult).reason), /foreign key/)
    assert.deepEqual(
      answers,
      lots.map((lot) => ({ status: 'fulfilled', value: 1 + (lot % 2) })),
    )
    for (const lot of lots) assert.deepEqual(await platesIn(lot), [`粤B${lot}`, `粤C${lot}`].slice(0, 1 + (lot % 2)))
    const [lot, next] = [lots[0]!, 2 + (lots[0]! % 2)]
    assert.deepEqual(
      await Promise.all([
        send(lot, entered(next, '粤D11111')),
        send(lot, entered(next + 2, '粤D33333')),
        send(lot, entered(next + 1, '粤D22222')),
      ]),
      [next, next, next + 1],
    )
  })
  test('law: however a log is cut, repeated and mixed with others, the cloud has of it what it has event by event', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLog,
        fc.array(fc.record({ from: fc.nat(25), many: fc.nat(12), lot: fc.nat(2) }), { maxLength: 30 }),
        async (steps, cuts) => {
          const lots = await someLots(4)
          const idsOf = lots.map(() => Array.from({ length: 40 }, () => newId()))
          const logs = idsOf.map((ids) => logOf(steps, ids))
          const epochs = lots.map(() => newId())
          const send = (n: number, events: Told[]) => takeIn(device(lots[n]!), { epoch: epochs[n]!, events })
          for (const event of logs[3]!) await send(3, [event])
          const sent: Promise<number>[] = []
          for (const { from, many, lot } of cuts) {
            const piece = logs[lot]!.slice(from, from + many)
            if (piece.length > 0) sent.push(send(lot, piece))
          }
          for (const n of [0, 1, 2, 0, 1, 2]) sent.push(send(n, logs[n]!))
          const seqs = await Promise.all(sent)
          assert.deepEqual(new Set(seqs.slice(-6)), new Set([steps.length]))
          const oneByOne = await pictureOf(lots[3]!, idsOf[3]!)
          for (const n of [0, 1, 2]) assert.deepEqual(await pictureOf(lots[n]!, idsOf[n]!), oneByOne)
        },
      ),
      { numRuns: 25 },
    )
  })
  test('that another process takes in at the same time: once', async () => {
    const lots = await someLots(30)
    const { database } = data
    const raising = alarms({ database, clock: systemClock, log: silentLog, newId })
    const other = takingIn({ database, clock: systemClock, alarms: raising })
    for (const begun of [true, false]) {
      const sent = lots.map(async (lot) => {
        const [epoch, stay] = [newId(), entered(1, '粤B11111')]
        const cash = { at, kind: 'cash-taken' as const, session: stay.session, paidFen: 500, leaveBy: at, by: '张师傅' }
        const events: Told[] = [stay, { ...cash, seq: 2, clearance: newId() }, { ...cash, seq: 3, clearance: newId() }]
        if (begun) await takeIn(device(lot), { epoch, events: [stay] })
        return Promise.all([takeIn, other].map((take) => take(device(lot), { epoch, events })))
      })
      assert.deepEqual(new Set((await Promise.all(sent)).flat()), new Set([3]))
    }
    const { rows: paid } = await looking.query('select distinct paid_fen from session where lot_id = any ($1)', [lots])
    assert.deepEqual(paid, [{ paid_fen: 1000 }])
    assert.deepEqual((await audit(data.database)).broken, [])
  })
})

describe('a log that goes on as another one, because it was damaged', () => {
  const agent = () => ({ bucket: 3, lotId, device: 'agent' })
  const paid = async () =>
    (await rows<{ paid: number }>('select paid_fen as paid from session where lot_id = $1'))[0]!.paid
  /** Cash of so much, so that it shows what was carried out and how often. */
  const cash = (session: string, seq: number, paidFen: number, was?: object) => ({
    seq,
    at,
    kind: 'cash-taken' as const,
    session,
    clearance: newId(),
    paidFen,
    leaveBy: at,
    by: '张师傅',
    ...(was && { was }),
  })
  const last = async () => {
    const ofLog = await rows<{ epoch: string; n: number }>(
      'select epoch::text, count(*)::int as n from lot_event where lot_id = $1 group by epoch order by epoch',
    )
    return ofLog.map(({ n }) => n)
  }
  test('what was taken in under its old number is kept under the new one, and changes nothing else', async () => {
    const [first, second] = [newId(), newId()]
    const stay = entered(1, '粤B11111')
    const { session } = stay
    // The acknowledgement of 2 was lost; 4 is lost in the log itself.
    assert.equal(await takeIn(agent(), { epoch: first, events: [stay, cash(session, 2, 1)] }), 2)
    const again = [
      cash(session, 1, 1, { epoch: first, seq: 2 }),
      cash(session, 2, 10, { epoch: first, seq: 3 }),
      cash(session, 3, 100, { epoch: first, seq: 5 }),
      cash(session, 4, 1000),
    ]
    assert.equal(await takeIn(agent(), { epoch: second, events: again }), 4)
    assert.equal(await paid(), 1111)
    assert.deepEqual(await last(), [2, 4])
    assert.deepEqual((await audit(data.database)).broken, [])
  })
  test('twice: an event says where it was first, and is carried out once', async () => {
    const [first, second, third] = [newId(), newId(), newId()]
    const stay = { ...entered(1, '粤B11111'), was: { epoch: first, seq: 1 } }
    const { session } = stay
    const was = (seq: number) => ({ epoch: first, seq })
    // Nothing of the first log was heard; of the second two were, and that was not acknowledged.
    assert.equal(await takeIn(agent(), { epoch: second, events: [stay, cash(session, 2, 1, was(2))] }), 2)
    const again = [
      stay,
      cash(session, 2, 1, was(2)),
      cash(session, 3, 10, was(4)),
      cash(session, 4, 100, { epoch: second, seq: 4 }),
    ]
    assert.equal(await takeIn(agent(), { epoch: third, events: again }), 4)
    assert.equal(await paid(), 111)
    assert.deepEqual(await last(), [2, 4])
    assert.deepEqual((await audit(data.database)).broken, [])
  })
  test('what comes late from the former log was told again already: kept, and changes nothing else', async () => {
    const [first, second] = [newId(), newId()]
    const stay = entered(1, '粤B11111')
    const { session } = stay
    assert.equal(await takeIn(agent(), { epoch: first, events: [stay] }), 1)
    const [told, late] = [cash(session, 1, 1, { epoch: first, seq: 2 }), cash(session, 2, 1)]
    assert.equal(await takeIn(agent(), { epoch: second, events: [told] }), 1)
    assert.equal(await takeIn(agent(), { epoch: first, events: [late] }), 2)
    assert.equal(await paid(), 1)
    assert.deepEqual(await last(), [2, 1])
    assert.deepEqual((await audit(data.database)).broken, [])
  })
  test('the number of another device’s log is no number of its own', async () => {
    const [theirs, ours] = [newId(), newId()]
    const stay = entered(1, '粤B11111')
    const { session } = stay
    assert.equal(await takeIn({ ...agent(), device: 'kiosk' }, { epoch: theirs, events: [stay] }), 1)
    assert.equal(await takeIn(agent(), { epoch: ours, events: [cash(session, 1, 1, { epoch: theirs, seq: 1 })] }), 1)
    assert.equal(await paid(), 1)
  })
})
