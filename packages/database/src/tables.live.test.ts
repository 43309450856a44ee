import assert from 'node:assert/strict'
import test from 'node:test'
import pg from 'pg'
import { directoryTables, distributedTables, keylessTables, partitionedTables, referenceTables } from './tables.ts'
import { testDatabase } from './testing.ts'

test('the schema keeps the rules that let one machine and a cluster run it (scale.md 6)', async (t) => {
  const { connection, close } = await testDatabase()
  const client = new pg.Client(connection)
  await client.connect()
  t.after(async () => {
    await client.end()
    await close()
  })
  const rows = async <Row extends pg.QueryResultRow>(sql: string) => (await client.query<Row>(sql)).rows

  await t.test('every table is in exactly one of the three lists', async () => {
    const tables = await rows<{ relname: string }>(
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
    )
    const listed = [...referenceTables, ...directoryTables, ...distributedTables].sort()
    assert.deepEqual(
      tables.map((row) => row.relname),
      listed,
    )
  })

  await t.test('a distributed table begins with bucket, lot_id, and so does every key of it', async () => {
    const keys = await rows<{ relname: string; columns: string[] }>(
      `select c.relname, array(select a.attname::text from unnest(i.indkey) with ordinality as k (num, n) join pg_attribute a on a.attrelid = c.oid and a.attnum = k.num order by k.n) as columns
         from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'public'::regnamespace and i.indisunique and not c.relispartition`,
    )
    const columns = await rows<{ table_name: string; column_name: string; ordinal_position: number }>(
      `select table_name, column_name, ordinal_position from information_schema.columns where table_schema = 'public' and ordinal_position <= 2`,
    )
    for (const table of distributedTables) {
      const firstTwo = columns
        .filter((column) => column.table_name === table)
        .sort((a, b) => a.ordinal_position - b.ordinal_position)
      assert.deepEqual(
        firstTwo.map((column) => column.column_name),
        ['bucket', 'lot_id'],
        table,
      )
      const own = keys.filter((key) => key.relname === table)
      assert.equal(own.length > 0, !keylessTables.includes(table), `${table} has a key`)
      for (const key of own) assert.deepEqual(key.columns.slice(0, 2), ['bucket', 'lot_id'], `${table}: ${key.columns}`)
    }
  })

  await t.test('a foreign key of a distributed table begins with bucket, lot_id on both sides', async () => {
    const keys = await rows<{ relname: string; here: string[]; there: string[] }>(
      `select c.relname,
              array(select a.attname::text from unnest(k.conkey) with ordinality as x (num, n) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.num order by x.n) as here,
              array(select a.attname::text from unnest(k.confkey) with ordinality as x (num, n) join pg_attribute a on a.attrelid = k.confrelid and a.attnum = x.num order by x.n) as there
         from pg_constraint k join pg_class c on c.oid = k.conrelid where k.contype = 'f' and not c.relispartition`,
    )
    for (const key of keys.filter((one) => (distributedTables as readonly string[]).includes(one.relname))) {
      assert.deepEqual(
        [key.here.slice(0, 2), key.there.slice(0, 2)],
        [
          ['bucket', 'lot_id'],
          ['bucket', 'lot_id'],
        ],
        key.relname,
      )
    }
  })

  await t.test('the large tables are partitioned, and the rest has caught nothing', async () => {
    const partitioned = await rows<{ relname: string }>(
      `select relname from pg_class where relkind = 'p' and relnamespace = 'public'::regnamespace order by 1`,
    )
    assert.deepEqual(
      partitioned.map((row) => row.relname),
      [...partitionedTables].sort(),
    )
    for (const table of partitionedTables) assert.equal((await rows(`select 1 from ${table}_rest limit 1`)).length, 0)
  })

  await t.test('no trigger, sequence or volatile default', async () => {
    assert.deepEqual(await rows(`select tgname from pg_trigger where not tgisinternal`), [])
    const sequences = await rows<{ relname: string }>(
      `select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`,
    )
    assert.deepEqual(
      sequences.map((row) => row.relname),
      ['migration_id_seq'],
      'only the migration tool has one',
    )
    const defaults = await rows<{ column_default: string }>(
      `select column_default from information_schema.columns where table_schema = 'public' and column_default is not null and table_name <> 'migration'`,
    )
    // Constants: a number, a word, nothing in it.
    for (const { column_default } of defaults) assert.match(column_default, /^(0|'([a-z]+|\{\})'::[a-z_]+)$/)
  })

  await t.test('the functions of the road have no case x when and no data-modifying CTE', async () => {
    const functions = await rows<{ proname: string; prosrc: string }>(
      `select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace`,
    )
    assert.ok(functions.length >= 2)
    for (const { proname, prosrc } of functions) {
      const sql = prosrc.replace(/--.*$/gm, '')
      assert.doesNotMatch(sql, /\bcase\s+(?!when\b)\w/i, proname)
      assert.doesNotMatch(sql, /\bwith\s+\w+\s+as\s*\(\s*(insert|update|delete)/i, proname)
      assert.doesNotMatch(sql, /\b(now|random|clock_timestamp|gen_random_uuid)\s*\(/i, proname)
    }
  })
})
