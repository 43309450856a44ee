import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import pg from 'pg'
import { keeping } from './book.testing.ts'
import { csvBook } from './csv.ts'
import { exportList } from './export.ts'
import { lists } from './lists.ts'
import { type Asked, comparePositions, type Found, rowsOf, totalsOf } from './read.ts'
import { addPayments, asking, dayMs, novemberAt, openLots } from './report.testing.ts'
import { withSnapshot } from './snapshot.ts'
import { openingOf } from './statement.ts'

/* Every list on the real tables. */

const lots = [
  { bucket: 3, lotId: 77 },
  { bucket: 3, lotId: 78 },
  { bucket: 200, lotId: 5 },
] as const
const everywhere = [...lots, { bucket: 0, lotId: 0 }]
let data: TestDatabase
let sql: pg.Client

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  await openLots(data.database, lots)
  // At the same times in all lots, so that only the lot tells rows of one instant apart; some before November and some after.
  for (const lot of lots)
    await addPayments(sql, lot, { count: 70, from: novemberAt - 20 * 3_600_000, everyMs: 12 * 3_600_000 })
  await openLots(data.database, [{ bucket: 3, lotId: 99 }], '2')
  await addPayments(sql, { bucket: 3, lotId: 99 }, { count: 5, from: novemberAt, everyMs: 1000, operator: '2' })
})
after(async () => {
  await sql.end()
  await data.close()
})

const snapshot = <T>(act: Parameters<typeof withSnapshot<T>>[2]) => withSnapshot(data.database, [0, 3, 200], act)
const all = async (asked: Asked, wanted?: number): Promise<Found[]> =>
  snapshot(async (look) => {
    const found: Found[] = []
    for await (const page of rowsOf(look, asked, null, wanted)) found.push(...page)
    return found
  })

test('every list can be asked, in both orders, from any row on, with every filter', async (t) => {
  for (const list of lists)
    await t.test(list.name, async () => {
      const places = everywhere
      for (const order of ['asc', 'desc'] as const) {
        const asked = asking(list.name, places, { order })
        const found = await all(asked, 7)
        assert.deepEqual(
          found,
          found.toSorted((a, b) => comparePositions(asked, a, b)),
        )
        const { rows, sums } = await snapshot((look) => totalsOf(look, asked))
        assert.equal(rows, found.length)
        for (const [key, sum] of Object.entries(sums))
          assert.equal(sum, String(found.reduce((total, { row }) => total + BigInt(row[key] ?? 0), 0n)), key)
        // Begun anew behind each row, as a screen does, it is the same list.
        const again = await snapshot(async (look) => {
          const shown: Found[] = []
          for (;;) {
            const { value } = await rowsOf(look, asked, shown.at(-1) ?? null, 11).next()
            if (value === undefined) return shown
            shown.push(...value)
          }
        })
        assert.deepEqual(again, found)
      }
      for (const { key } of list.filters) {
        const filters = { [key]: key === 'plate' ? '粤B00007' : '7' }
        const { rows } = await snapshot((look) => totalsOf(look, asking(list.name, places, { filters })))
        assert.equal((await all(asking(list.name, places, { filters }))).length, rows)
      }
    })
})

test('payments are those that were posted in the period, of these lots and of no other', async () => {
  const found = await all(asking('payments', lots))
  const { rows } = await sql.query(
    `select count(*)::int4 as count, - sum(amount_fen)::int8 as fen
       from entry where kind = 'channel-clearing' and cause = 'payment-paid' and lot_id in (77, 78, 5) and posted_at >= $1 and posted_at < $2`,
    [new Date(novemberAt), new Date(novemberAt + 30 * dayMs)],
  )
  assert.equal(found.length, rows[0].count)
  assert.ok(found.length > 150 && found.length < 210)
  const { sums } = await snapshot((look) => totalsOf(look, asking('payments', lots)))
  assert.equal(sums.amountFen, rows[0].fen)
  assert.match(String(found[0]!.row.number), /^1003\d{28}$/)
})

test('a filter narrows the rows and their totals alike', async () => {
  const filters = { channel: 'alipay' }
  const found = await all(asking('payments', lots, { filters }))
  assert.ok(found.length > 0 && found.every(({ row }) => row.channel === 'alipay'))
  const { rows } = await snapshot((look) => totalsOf(look, asking('payments', lots, { filters })))
  assert.equal(rows, found.length)
})

test('a statement begins with what the account was, and ends with what it is', async () => {
  const filters = { account: 'operator-payable', channel: 'wechatpay' }
  const asked = asking('statement', lots, { filters })
  const opening = await snapshot((look) => openingOf(look, asked, null))
  const at = async (instant: number) => {
    const { rows } = await sql.query(
      `select coalesce(sum(amount_fen), 0)::int8 as fen from entry
        where kind = 'operator-payable' and channel = 'wechatpay' and lot_id in (77, 78, 5) and posted_at < $1`,
      [new Date(instant)],
    )
    return BigInt(rows[0].fen)
  }
  assert.equal(opening, await at(asked.from))
  assert.ok(opening > 0n)
  const found = await all(asked)
  for (const n of [0, 5, found.length - 1]) {
    const sum = found.slice(0, n + 1).reduce((total, { row }) => total + BigInt(row.amountFen!), opening)
    assert.equal(await snapshot((look) => openingOf(look, asked, found[n]!)), sum, 'and goes on from any row')
  }
  const { sink, bytes } = keeping()
  await snapshot(async (look) => {
    const book = csvBook(sink, { language: 'en', at: novemberAt })
    await exportList(look, asked, book, { name: 'statement', plates: true })
    await book.end()
  })
  const lines = bytes().toString().trimEnd().split('\r\n')
  const yuan = (fen: bigint) => (Number(fen) / 100).toFixed(2)
  assert.match(lines[1]!, new RegExp(`opening balance.*,${yuan(opening)}$`))
  assert.match(lines.at(-2)!, new RegExp(`closing balance.*,${yuan(await at(asked.until))}$`))
})

test('what is committed while a list is read is not in it', async () => {
  const late = { bucket: 3, lotId: 77 }
  await snapshot(async (look) => {
    const before = await totalsOf(look, asking('payments', [late]))
    await addPayments(sql, late, { count: 3, from: novemberAt + 20 * dayMs + 1, everyMs: 10 })
    assert.deepEqual(await totalsOf(look, asking('payments', [late])), before)
  })
})
