import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Statement } from '@lanepay/database/database.ts'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import pg from 'pg'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import type { StayQuery, StayRow } from './api.ts'
import { byIndex, inOrder, parseSearch, searchByPlates, searchByTime, searchOpen, searchStays } from './search.ts'
import { notingPlates, platesAtMost, platesOfPart } from './tails.ts'

/* Stays are found by what is in their plates, page by page, and a page costs by what it shows and not by what there is. */
const now = Date.UTC(2026, 5, 30) as Instant
const minute = 60_000
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

let lotNumber = 100
async function aLot(bucket = 3): Promise<LotKey> {
  const lot = { bucket, lotId: ++lotNumber }
  await provision(data.database, aLotPlan(lot, { accounts: [] }), now)
  return lot
}
/** Tells of a car as its lot does. */
const enters = async (lot: LotKey, plate: string, at: number, seq: number) => {
  const id = String(BigInt(firstIdAt(at)) + BigInt(seq))
  const takeIn = notingPlates(async () => seq, data.database)
  await sql.query(
    `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, entry_lane, paid_fen)
     values ($1, $2, $3, $4, false, 'blue', 'inside', $5, 1, 0)`,
    [lot.bucket, lot.lotId, id, plate, new Date(at)],
  )
  const event = {
    seq,
    at,
    kind: 'entered' as const,
    session: id,
    plate,
    pass: false,
    colour: 'blue' as const,
    lane: 1,
    enteredAt: at,
  }
  await takeIn({ ...lot, device: 'agent' }, { epoch: '1', events: [event] })
  return id
}
async function pages(query: StayQuery, lots: readonly LotKey[], limit: number): Promise<StayRow[]> {
  const rows: StayRow[] = []
  let after: string | undefined
  do {
    const search = parseSearch({ ...query, limit: String(limit), ...(after === undefined ? {} : { after }) }, lots, now)
    assert.ok(search.ok, JSON.stringify(search))
    const page = await searchStays(data.database, search.value, now)
    assert.ok(page.ok, JSON.stringify(page))
    assert.ok(page.value.rows.length <= limit)
    rows.push(...page.value.rows)
    after = page.value.next ?? undefined
  } while (after !== undefined)
  return rows
}

describe('a search', () => {
  test('law: finds every stay whose plate has the part, and no other, once, in order of time or of plates either way, whatever the page', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ plate: fc.stringMatching(/^[粤京][AB][AB1]{5,6}$/), other: fc.boolean(), minutes: fc.nat(50) }),
          {
            minLength: 1,
            maxLength: 25,
          },
        ),
        fc.stringMatching(/^[粤京]?[AB1]{3,4}$/),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('asc', 'desc'),
        fc.boolean(),
        async (cars, part, limit, order, byPlate) => {
          const lots = [await aLot(3), await aLot(4)]
          const stranger = await aLot(3)
          await enters(stranger, '粤AAB11B', now - minute, 999)
          const all = []
          for (const [n, { plate, other, minutes }] of cars.entries()) {
            const lot = lots[other ? 1 : 0]!
            all.push({ id: await enters(lot, plate, now - minutes * minute, n), plate })
          }
          const expected = all
            .filter(({ plate }) => plate.includes(part))
            .sort((a, b) => {
              const isBefore = byPlate && a.plate !== b.plate ? a.plate < b.plate : BigInt(a.id) < BigInt(b.id)
              return isBefore === (order === 'asc') ? -1 : 1
            })
            .map(({ id }) => id)
          const way = byPlate ? ({ sort: order === 'asc' ? 'plate' : '-plate' } as const) : { order }
          const found = await pages({ plate: part.toLowerCase(), ...way }, lots, limit)
          assert.deepEqual(
            found.map(({ session }) => session),
            expected,
          )
        },
      ),
      { numRuns: 25 },
    ))

  test('narrows by state, lane, lot and day', async () => {
    const [one, two] = [await aLot(), await aLot()]
    const at = now - 3 * 86_400_000
    const old = await enters(one, '粤B11111', at - 40 * 86_400_000, 1)
    const left = await enters(one, '粤B22222', at, 2)
    const inside = await enters(two, '粤B33333', at, 3)
    await sql.query(`update session set state = 'left', left_at = $2, exit_lane = 9 where id = $1`, [
      left,
      new Date(now),
    ])
    const found = async (query: StayQuery) => (await pages(query, [one, two], 2)).map(({ session }) => session)
    assert.deepEqual(await found({}), [inside, left], 'the last 30 days')
    assert.deepEqual(await found({ state: 'open' }), [inside, old], 'who is inside is shown however long it has been')
    assert.deepEqual(await found({ state: 'left' }), [left])
    assert.deepEqual(await found({ state: 'open', order: 'asc' }), [old, inside], 'who has stood longest first')
    assert.deepEqual(await found({ order: 'asc' }), [left, inside])
    await sql.query('update session set paid_fen = 500 where id = $1', [left])
    assert.deepEqual(await found({ sort: 'paidFen' }), [inside, left], 'of the last 30 days')
    assert.deepEqual(await found({ sort: '-paidFen' }), [left, inside])
    assert.deepEqual(await found({ sort: '-lot', state: 'open' }), [inside, old], 'of open stays whenever they came')
    assert.deepEqual(await found({ lane: '9' }), [left])
    assert.deepEqual(await found({ lot: String(two.lotId) }), [inside])
    assert.deepEqual(await found({ plate: '111' }), [old], 'a plate is looked for in all that there is')
    assert.deepEqual(await found({ plate: '22222', state: 'open' }), [])
    assert.deepEqual(await found({ from: '2026-06-27', until: '2026-06-28' }), [inside, left])
    assert.deepEqual(await found({ from: '2026-06-28', until: '2026-06-29' }), [])
  })

  const wrong: [StayQuery, string][] = [
    [{ plate: 'B1' }, 'plate'],
    [{ plate: '粤·' }, 'plate'],
    [{ from: '2026-02-30' }, 'from'],
    [{ from: '2026-06-02', until: '2026-06-02' }, 'until'],
    [{ from: '2020-01-01', until: '2026-01-01' }, 'from'],
    [{ after: 'nonsense' }, 'after'],
    [{ sort: 'paidFen', from: '2026-04-01', until: '2026-06-01' }, 'sort'],
    [{ sort: 'paidFen', after: Buffer.from('["1",1,"x"]').toString('base64url') }, 'after'],
  ]
  for (const [query, field] of wrong)
    test(`says what is wrong with ${JSON.stringify(query)}`, () => {
      const search = parseSearch(query, [{ bucket: 3, lotId: 1 }], now)
      assert.ok(!search.ok && search.error !== 'lot-unknown')
      assert.equal(search.error.field, field)
    })
  test('of a lot that the person may not see is of none', () =>
    assert.deepEqual(parseSearch({ lot: '7' }, [{ bucket: 3, lotId: 1 }], now), { ok: false, error: 'lot-unknown' }))
  test('whose part is in too many plates asks for more of it', async () => {
    const lot = await aLot()
    const plates = Array.from({ length: platesAtMost + 1 }, (_, n) => `粤BAA${String(n).padStart(3, '0')}`)
    await data.database
      .of(lot.bucket)
      .query({ name: 'note', text: 'select note_plates($1, $2, $3)' }, [lot.bucket, lot.lotId, plates])
    const search = parseSearch({ plate: 'BAA' }, [lot], now)
    assert.ok(search.ok)
    const page = await searchStays(data.database, search.value, now)
    assert.ok(!page.ok)
    assert.equal(page.error.field, 'plate')
    assert.equal((await platesOfPart(data.database, lot.bucket, [lot], 'BAA00')).length, 10)
  })
})

describe('a page', () => {
  /** A lot whose cars came so often, and a stay every minute; one in five hundred is still there. */
  async function aBusyLot(stays: number): Promise<LotKey> {
    const lot = await aLot(5)
    await sql.query(
      `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, left_at, entry_lane, paid_fen)
       select $1, $2, $3::int8 - n * (60000::int8 << 22), '粤B' || upper(lpad(to_hex(n * 7919 % ($4 / 2)), 5, '0')), false, 'blue',
              (case when n % 500 = 0 then 'inside' else 'left' end)::session_state, $5::timestamptz - n * interval '1 minute',
              case when n % 500 = 0 then null else $5::timestamptz end, 1, 0
         from generate_series(1, $4) as n`,
      [lot.bucket, lot.lotId, firstIdAt(now), stays, new Date(now)],
    )
    await sql.query(
      `select note_plates($1, $2, array(select distinct plate from session where lot_id = $2 order by 1))`,
      [lot.bucket, lot.lotId],
    )
    return lot
  }
  /** Pages of the tables and indexes that a statement looks at, planned for whatever may come. */
  async function blocks({ text }: Statement, values: readonly unknown[], manner = byIndex): Promise<number> {
    await sql.query('begin')
    await sql.query(manner.text)
    await sql.query('set local plan_cache_mode = force_generic_plan')
    await sql.query(`prepare looked as ${text}`)
    const said = values.map((value) =>
      value === null ? 'null' : Array.isArray(value) ? `'{${value.join(',')}}'` : `'${String(value)}'`,
    )
    const { rows } = await sql.query(`explain (analyze, buffers, format json) execute looked(${said.join(', ')})`)
    await sql.query('deallocate looked')
    await sql.query('commit')
    const [{ Plan: plan }] = rows[0]['QUERY PLAN']
    return plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
  }
  test('costs what it shows: with sixteen times as many stays it looks at hardly more', async () => {
    const [few, many] = [await aBusyLot(2_000), await aBusyLot(32_000)]
    await sql.query('analyze')
    const of = async ({ bucket, lotId }: LotKey) => {
      const range = [firstIdAt(0), firstIdAt(now + minute)]
      const { rows } = await sql.query('select plate from session where lot_id = $1 limit 2', [lotId])
      const behind = [null, null, null, null, 51]
      const tail = rows[0].plate.slice(2)
      return {
        plates: await blocks(searchByPlates.desc, [
          bucket,
          [lotId],
          ...range,
          ...behind,
          rows.map(({ plate }) => plate),
        ]),
        time: await blocks(searchByTime.desc, [bucket, [lotId], ...range, ...behind], inOrder),
        tails: await blocks(
          {
            name: '',
            text: `select plate from plate_tail where bucket = $1 and lot_id = any ($2::int4[]) and tail >= $3 collate "C" and tail < $4 collate "C"`,
          },
          [bucket, [lotId], tail, `${tail}\u{10ffff}`],
        ),
      }
    }
    const [small, large] = [await of(few), await of(many)]
    for (const what of ['plates', 'time', 'tails'] as const)
      assert.ok(large[what] <= small[what] * 2 + 12, `${what}: ${small[what]} and ${large[what]} pages`)
  })
  test('of those that are inside looks at no others', async () => {
    const lot = await aBusyLot(30_000)
    await sql.query('analyze')
    const range = [firstIdAt(0), firstIdAt(now + minute)]
    const seen = await blocks(searchOpen.desc, [lot.bucket, [lot.lotId], ...range, null, null, null, null, 51])
    const { rows } = await sql.query(`select pg_relation_size('session_rest') / 8192 as pages`)
    const bound = 60 + 40
    assert.ok(rows[0].pages > 2 * bound, 'to look at all of them would be more')
    assert.ok(seen < bound, `${seen} pages for 60 that are inside, of ${rows[0].pages}`)
  })
})
