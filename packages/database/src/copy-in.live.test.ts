import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { copyRows } from './copy-rows.ts'
import { type TestDatabase, testDatabase } from './testing.ts'

/* Many rows at once: all of them or none, on the real protocol. */

let data: TestDatabase
let sql: pg.Client
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  await sql.query('create table said (n int4 primary key, text text not null)')
})
after(async () => {
  await sql.end()
  await data.close()
})
const copy = 'copy said from stdin'
const count = async () => (await sql.query('select count(*)::int4 as count from said')).rows[0].count

test('more than a connection takes at once arrives whole, and the value of the caller with it', async () => {
  const long = 'x'.repeat(1000)
  const value = await data.database.of(0).copy(copy, async (write) => {
    for (let n = 0; n < 20_000; n++) await write(`${n}\t${long}\n`)
    return 7
  })
  assert.equal(value, 7)
  assert.equal(await count(), 20_000)
  await sql.query('truncate said')
})
test('given up by who writes: nothing is there, and the next one works', async () => {
  const given = data.database.of(0).copy(copy, async (write) => {
    await write('1\tone\n')
    throw new Error('given up')
  })
  await assert.rejects(given, /given up/)
  assert.equal(await count(), 0)
  await data.database.of(0).copy(copy, (write) => write('1\tone\n'))
  assert.equal(await count(), 1)
})
test('refused by the server while rows are still written: its own words, and nothing is there', async () => {
  const refused = data.database.of(0).copy(copy, async (write) => {
    for (let n = 0; n < 1_000_000; n++) await write(`1\tagain ${'x'.repeat(5000)}\n`)
  })
  await assert.rejects(refused, /duplicate key value/)
  assert.equal(await count(), 1)
})
test('refused at once: the table is not there', async () => {
  await assert.rejects(
    data.database.of(0).copy('copy nobody from stdin', (write) => write('1\n')),
    /"nobody" does not exist/,
  )
})
test('the connection breaks meanwhile: heard, and nothing is there', async () => {
  const broken = data.database.of(0).copy(copy, async (write) => {
    await write('2\ttwo\n')
    await sql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    for (let n = 3; n < 1_000_000; n++) await write(`${n}\t${'x'.repeat(5000)}\n`)
  })
  await assert.rejects(broken)
  assert.equal(await count(), 1)
})
test('in binary form every value reads back as it was, but for the one character that no text can hold', async () => {
  await sql.query(
    'create table told (n int4 primary key, sure bool, few int4, many int8, digits int8, text text, at timestamptz)',
  )
  const int8 = fc.bigInt(0n, 2n ** 63n - 1n)
  const row = fc.record({
    sure: fc.boolean(),
    few: fc.integer(),
    many: fc.maxSafeInteger(),
    digits: int8,
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('x'.repeat(200_000))),
    at: fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(row), { maxLength: 5 }), async (values) => {
      await sql.query('truncate told')
      await data.database.of(0).copy('copy told from stdin (format binary)', async (write) => {
        const rows = copyRows()
        for (const [n, value] of values.entries()) {
          rows.row(7)
          rows.int4(n)
          if (value === null) for (let cell = 0; cell < 6; cell++) rows.null()
          else {
            rows.bool(value.sure)
            rows.int4(value.few)
            rows.int8(value.many)
            rows.int8(String(value.digits))
            rows.text(value.text)
            rows.instant(value.at.getTime())
          }
          if (rows.isFull) await write(rows.take())
        }
        await write(rows.end())
      })
      const { rows } = await sql.query(
        'select sure, few, many::text, digits::text, text, extract(epoch from at) * 1000 as at from told order by n',
      )
      assert.deepEqual(
        rows.map((one) => ({ ...one, at: one.at === null ? null : Number(one.at) })),
        values.map((value) =>
          value === null
            ? { sure: null, few: null, many: null, digits: null, text: null, at: null }
            : {
                ...{ sure: value.sure, few: value.few, many: String(value.many), digits: String(value.digits) },
                ...{ text: Buffer.from(value.text.replaceAll('\0', '')).toString(), at: value.at.getTime() },
              },
        ),
      )
    }),
    { numRuns: 100 },
  )
})
