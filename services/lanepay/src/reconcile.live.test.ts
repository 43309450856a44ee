import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileKeeper } from '@lanepay/cloud/reconciliation/bill-file.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import pg from 'pg'
import { lanepayOnce } from '../../../e2e/kit/process.ts'

/* `lanepay reconcile`, as a person types it, and as the documentation has it. */

let data: TestDatabase
let sql: pg.Client
let home: string
let env: Record<string, string>
const file = '`交易时间,`as it came\r\n'

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  home = mkdtempSync(join(tmpdir(), 'lanepay-reconcile-'))
  env = {
    LANEPAY_HOME: home,
    LANEPAY_DATABASE_URL: databaseUrl(data.connection),
  }
  const keeper = fileKeeper(data.database, '77')
  await keeper.keep(Buffer.from(file))
  const kept = await keeper.end()
  await sql.query(
    `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, bill_id, lines, kept_at, closed_at, file_bytes, file_sha256)
     values (0, 0, 1, '2026-06-02', 'trade', 'wechatpay', 'k', 'closed', 77, 1, now(), now(), $1, $2)`,
    [kept?.bytes, kept?.sha256],
  )
  for (const [lot, proof, item, cls] of [
    [7, 'trade', 'payment:320048631644565504', 'amount'],
    [0, 'fund-flow', 'flow:F8891', 'flow-unexplained'],
    [7, 'trade', 'payment:320048631644565505', 'fee'],
    [8, 'trade', 'payment:320048631644565506', 'fee'],
  ])
    await sql.query(
      `insert into discrepancy (bucket, lot_id, account_id, day, proof, item, class, owner, about, found_at, state, steps)
       values (0, $1, 1, '2026-06-02', $2, $3, $4, 'platform', 'a test', now(), 'with-a-person', 0)`,
      [lot, proof, item, cls],
    )
})
after(async () => {
  rmSync(home, { recursive: true, force: true })
  await sql.end()
  await data.close()
})
const states = async () =>
  (await sql.query('select item, state, owner from discrepancy order by item')).rows.map((row) => Object.values(row))

describe('lanepay reconcile', () => {
  const bad: [what: string, args: string[], named: RegExp][] = [
    ['a task that is none', ['undo'], /lanepay reconcile take WHICH/],
    ['an option nobody knows', ['settle', '--force'], /--force/],
    ['a day that is none', ['take', '2026-02-30', 'trade', 'payment:1', '--by', 'li'], /lanepay reconcile take/],
    ['a class that is none', ['settle', '--day', '2026-06-02', '--class', 'x', '--by', 'li'], /lanepay reconcile take/],
    ['both ways of saying which', ['take', '2026-06-02', 'trade', 'a:1', '--class', 'fee'], /lanepay reconcile take/],
    ['nobody', ['take', '2026-06-02', 'fund-flow', 'flow:F8891'], /--by: who it is/],
    ['no reason', ['settle', '2026-06-02', 'fund-flow', 'flow:F8891', '--by', 'li'], /--because/],
    [
      'no explanation',
      ['explain', '2026-06-02', 'fund-flow', 'flow:F8891', '--by', 'li', '--because', 'x'],
      /--number: the number or item/,
    ],
    ['what there is not', ['history', '2026-06-03', 'fund-flow', 'flow:F8891'], /There is no such discrepancy/],
    ['a kind of bill that is none', ['bill', '1', '2026-06-02', 'all'], /lanepay reconcile bill ACCOUNT DAY/],
    ['a bill that is not there', ['bill', '1', '2026-06-03', 'trade'], /No whole bill/],
  ]
  test('bad input is named, and nothing is done', async () => {
    const before = await states()
    for (const [what, args, named] of bad) {
      const { status, output } = await lanepayOnce(['reconcile', ...args], env)
      assert.equal(status, 1, what)
      assert.match(output, named, what)
    }
    assert.deepEqual(await states(), before)
  })
  test('every command of the documentation does what it says', async () => {
    const page = readFileSync(new URL('../../../docs/reconciliation.md', import.meta.url), 'utf8')
    const commands = [...page.matchAll(/^npm (?:--silent )?run lanepay -- (reconcile.*)$/gm)].map(([, one]) => one!)
    const said: Record<string, RegExp> = {
      reconcile: /4 discrepancies are open/,
      'reconcile take': /taken: 2026-06-02 trade payment:320048631644565504/,
      'reconcile explain': /explained: 2026-06-02 fund-flow flow:F8891/,
      'reconcile settle': /settled: 2026-06-02 trade payment:320048631644565504/,
      'reconcile settle --day': /settled: .*565505\nsettled: .*565506/,
      'reconcile history': /with-a-person {2}李会计: taken by 李会计\n.* settled {2}李会计: 已在商户平台退款/,
      'reconcile bill': /`交易时间,`as it came\r\n[\s\S]*SHA-256/,
    }
    for (const command of commands) {
      const [, words = ''] = /^(reconcile(?: [a-z]+)?(?: --day)?)/.exec(command) ?? []
      const { status, output } = await lanepayOnce(command.replace(/ >.*$/, '').split(' '), env)
      assert.equal(status, words === 'reconcile' ? 1 : 0, output)
      assert.match(output, said[words]!, command)
      delete said[words]
    }
    assert.deepEqual(said, {})
    assert.deepEqual(await states(), [
      ['flow:F8891', 'settled', 'platform'],
      ['payment:320048631644565504', 'settled', '李会计'],
      ['payment:320048631644565505', 'settled', 'platform'],
      ['payment:320048631644565506', 'settled', 'platform'],
    ])
  })
})
