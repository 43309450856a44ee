import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Id, Instant } from '@lanepay/domain/types.ts'
import type { Ability, AskBy, LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import pg from 'pg'
import type { Dispatch } from '../command/dispatch.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { type QuoteAsked, quoting } from './quote.ts'

/* At an exit whose lot cannot say who stands there: whose price is asked, and for whom a gate is ordered (the rule of quote.ts). */

const now = Date.UTC(2026, 10, 2, 4) as Instant
const clock = { now: () => now }
const newId = idMaker(clock.now, 6)
const lot = { bucket: 3, lotId: 0 }
const [mine, another, pass] = ['粤B12345', '粤B99999', '3KM7W9X']
let data: TestDatabase
let sql: pg.Client
let abilities: readonly Ability[]
let owedFen: number
/** What the lot was asked, and the gates that were ordered. */
let asked: AskBy[]
let ordered: object[]
let session: Id

const lots: LotSystem = {
  abilitiesOf: async () => abilities,
  isOnline: () => true,
  quote: async (_, by) => {
    asked.push(by)
    if ('session' in by) return err({ kind: 'refused', because: 'unsupported' })
    const plate = 'plate' in by ? by.plate : mine
    return ok({
      ...{ session, plate, pass: plate === pass, enteredAt: now - 3_600_000, quotedAt: now, expiresAt: now + 60_000 },
      ...('lane' in by ? { lane: by.lane, occupancy: '88' } : {}),
      ...{ priceFen: owedFen, paidFen: 0, owedFen, leaveMinutes: 15, lines: [] },
    })
  },
  admitUnplated: async () => assert.fail('nobody is let in here'),
  picture: async () => assert.fail('nobody looks at pictures here'),
  status: async () => assert.fail('nobody asks how the lot is'),
}
const dispatch = {
  openGate: async (_: object, opening: object) => {
    ordered.push(opening)
    return 'opened'
  },
} as unknown as Dispatch

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
})
after(async () => {
  await sql.end()
  await data.close()
})
beforeEach(async () => {
  lot.lotId += 1
  session = newId()
  abilities = ['quotes', 'opens-gate']
  owedFen = 500
  asked = []
  ordered = []
  await provision(data.database, aLotPlan(lot), now)
})
const ask = (said: Partial<QuoteAsked>) =>
  quoting({ database: data.database, clock, newId, lots, dispatch, gateWaitMs: 10 })({
    ...{ lot, lane: 2, plate: null, pass: null, driver: 'wechatpay:o1', ...said },
  })
/** The lot has told that a vehicle of this plate, null for unread, came to stand at the exit, and drove on. */
const stood = (plate: string | null, hasLeft = false) =>
  sql.query(
    `insert into lane_occupancy (bucket, lot_id, lane_id, occupancy, plate, since, ended_at)
     values (3, $1, 2, 77, $2, now(), case when $3 then now() end)`,
    [lot.lotId, plate, hasLeft],
  )
/** To which lane, and to which vehicle there, the price is bound. */
const bound = async () =>
  (await sql.query('select lane_id, occupancy from quote where lot_id = $1', [lot.lotId])).rows as object[]

test('nothing said, it is the plate that is needed, and the lot is not asked', async () => {
  const said = await ask({})
  assert.equal(said.ok ? 'a price' : said.error.code, 'plate-needed')
  assert.deepEqual(asked, [])
})
test('where the lot knows who stands in a lane, that is the vehicle, whatever is said', async () => {
  abilities = ['quotes', 'quotes-by-lane', 'opens-gate']
  const said = await ask({ plate: another })
  assert.equal(said.ok && said.value.plate, mine)
  assert.deepEqual([asked, await bound()], [[{ lane: 2 }], [{ lane_id: 2, occupancy: '88' }]])
})

describe('the lot names a stay that has ended here', () => {
  for (const [what, ended, paidFen, code] of [
    ['paid, and gone', { state: 'left', how: 'left' }, 500, 'already-paid'],
    ['gone, and nothing was paid here', { state: 'left', how: 'left' }, 0, 'no-session'],
    ['let out by a person, who owes the rest', { state: 'left', how: 'released-owing' }, 500, 'no-session'],
    ['another entry took its place', { state: 'superseded', because: 'another entry' }, 500, 'no-session'],
    ['a person has said that it was none', { state: 'voided', because: 'none' }, 0, 'no-session'],
  ] as const)
    test(`${what}: ${code}, and no gate is ordered`, async () => {
      abilities = ['quotes', 'quotes-by-lane', 'opens-gate']
      await sql.query(
        `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen, left_how, left_at, ended_because)
         values (3, $1, $2, $3, false, 'blue', $4, now(), $5, $6, case when $6::text is not null then now() end, $7)`,
        [
          lot.lotId,
          session,
          mine,
          ended.state,
          paidFen,
          'how' in ended ? ended.how : null,
          'because' in ended ? ended.because : null,
        ],
      )
      const said = await ask({})
      assert.equal(said.ok ? 'a price' : said.error.code, code)
      assert.deepEqual([await bound(), ordered], [[], []])
    })
})

describe('a plate, or a pass of his own, is said', () => {
  const cases: readonly (readonly [what: string, plate: string, stand: () => Promise<unknown>, known: boolean])[] = [
    ['the lot tells of nobody there', mine, async () => {}, false],
    ['the lot has told of this very plate there', mine, () => stood(mine), true],
    ['another stands there', mine, () => stood(another), false],
    ['it stood there and drove on', mine, () => stood(mine, true), false],
    ['somebody stands there whose plate was not read', mine, () => stood(null), false],
    ['a pass: somebody without a plate stands there, who may be another', pass, () => stood(null), false],
  ]
  for (const [what, plate, stand, known] of cases) {
    test(`${what}: its price, ${known ? 'bound to who stands there' : 'with the lane and no vehicle there'}`, async () => {
      await stand()
      const said = await ask({ plate, pass: plate === pass ? pass : null })
      assert.equal(said.ok && said.value.plate, plate)
      assert.deepEqual(asked, [{ plate }])
      assert.deepEqual(await bound(), [{ lane_id: 2, occupancy: known ? '77' : null }])
    })
    test(`${what}, and nothing is owed: ${known ? 'one order' : 'no order'} to the gate`, async () => {
      await stand()
      owedFen = 0
      const said = await ask({ plate })
      assert.equal(said.ok && said.value.gate, known ? 'opened' : undefined)
      assert.equal(ordered.length, known ? 1 : 0)
    })
  }
})
