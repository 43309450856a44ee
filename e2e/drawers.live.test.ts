import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { alarms } from '@lanepay/cloud/alarm/alarm.ts'
import { audit } from '@lanepay/cloud/audit/audit.ts'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { takingIn } from '@lanepay/cloud/session/take-in.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { silentLog } from '@lanepay/domain/log.ts'
import type { Id, Plate } from '@lanepay/domain/types.ts'
import { minute, testLot } from '@lanepay/lot-agent/fixtures.ts'
import { takeCash } from '@lanepay/lot-agent/person/attend.ts'
import { giveBack, handOver, openShift } from '@lanepay/lot-agent/shift/turns.ts'
import fc from 'fast-check'
import pg from 'pg'

/* The drawers of a lot's box and those of the cloud's books, after a day without a line. */

let data: TestDatabase
let sql: pg.Client
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
})
after(async () => {
  await sql.end()
  await data.close()
})

const by = '张师傅'
const booth = 1
const step = fc.oneof(
  fc.record({ do: fc.constant('open' as const), fen: fc.nat(9000) }),
  fc.record({ do: fc.constant('hand' as const), fen: fc.nat(9000) }),
  fc.record({ do: fc.constant('take' as const), given: fc.constantFrom(1000, 2000, 5000, 10_000) }),
  fc.record({ do: fc.constant('back' as const), fen: fc.integer({ min: 1, max: 1200 }), which: fc.nat(4) }),
  fc.record({ do: fc.constant('cut' as const) }),
)
let lots = 0

test('law: after an outage, with the power cut where it likes, both say the same of every drawer, to the fen', async () => {
  const { database } = data
  const newId = idMaker(Date.now, 9)
  const takeIn = takingIn({
    database,
    clock: systemClock,
    alarms: alarms({ database, clock: systemClock, log: silentLog, newId }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25, size: 'max' }),
      fc.integer({ min: 1, max: 40 }),
      async (steps, piece) => {
        const number = ++lots
        const lot = testLot({ number, booths: [{ id: booth, name: '东门岗亭', shifts: true }] })
        try {
          const turn = <T>(act: () => T): T => lot.lot.store.turn(act)
          const cars: string[] = []
          for (const one of steps) {
            const now = lot.now()
            if (one.do === 'cut') lot.restart()
            else if (one.do === 'open') turn(() => openShift(lot.lot, { booth, by, floatFen: one.fen }, now))
            else if (one.do === 'hand') turn(() => handOver(lot.lot, { booth, by, to: by, countedFen: one.fen }, now))
            else if (one.do === 'back') {
              const session = cars[one.which] ?? '404'
              turn(() => giveBack(lot.lot, { session, by, reason: '多收了', amountFen: one.fen, booth }, now))
            } else {
              const plate = `粤B${String(cars.length).padStart(5, '0')}`
              lot.opens(lot.read(1, plate).opening)
              lot.drivesThrough(1)
              lot.pass(70 * minute)
              const session = lot.lot.store.openSessions(plate as Plate)[0]!.id
              cars.push(session)
              const cash = { session, by, booth, paidFen: 1000, givenFen: one.given, changeFen: one.given - 1000 }
              turn(() => takeCash(lot.lot, cash, lot.now()))
            }
          }
          const events = lot.events()
          await provision(
            database,
            {
              ...{ bucket: 3, number, name: '阳光花园', platformFeeBasisPoints: 0 },
              ...{ operator: { id: '1', name: '阳光物业' }, accounts: [] },
              lanes: [
                { id: 1, name: '入口', direction: 'entry' },
                { id: 2, name: '出口', direction: 'exit' },
              ],
            },
            systemClock.now(),
          )
          const { epoch } = lot.lot.store
          for (let from = 0; from < events.length; from += piece) {
            const some = events.slice(from, from + piece)
            for (const _ of ['told', 'told again'])
              assert.equal(
                await takeIn({ bucket: 3, lotId: number, device: 'agent' }, { epoch, events: some }),
                some.at(-1)!.seq,
              )
          }
          const { rows } = await sql.query(
            `select party::text as shift, -balance_fen::int4 as fen from account where lot_id = $1 and kind = 'cash-drawer' and balance_fen <> 0`,
            [number],
          )
          const open = lot.lot.store.openShift(booth)
          const fen = open === null ? 0 : lot.lot.store.inDrawer(open)
          assert.deepEqual(rows, open === null || fen === 0 ? [] : [{ shift: open.id as Id, fen }])
          const { rows: told } = await sql.query(
            `select counted_fen::int4 - told_expected_fen::int4 as over from shift where lot_id = $1 and handed_over_at is not null`,
            [number],
          )
          const { rows: posted } = await sql.query(
            `select coalesce(sum(balance_fen), 0)::int4 as over from account where lot_id = $1 and kind = 'cash-over-short'`,
            [number],
          )
          assert.equal(
            posted[0].over,
            told.reduce((sum, { over }) => sum + over, 0),
          )
        } finally {
          lot.close()
        }
      },
    ),
    { numRuns: 20 },
  )
  assert.deepEqual((await audit(database)).broken, [])
})
