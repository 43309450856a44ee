import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { copyCell } from './copy-in.ts'
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
test('any text reads back as it was, but for the one character that none can hold', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), async (texts) => {
      await sql.query('truncate said')
      await data.database.of(0).copy(copy, async (write) => {
        for (const [n, text] of texts.entries()) await write(`${n}\t${copyCell(text)}\n`)
      })
      const { rows } = await sql.query('select text from said order by n')
      const expected = texts.map((text) => Buffer.from(text.replaceAll('\0', '')).toString())
      assert.deepEqual(
        rows.map((row) => row.text),
        expected,
      )
    }),
    { numRuns: 100 },
  ))
