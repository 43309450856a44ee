import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aLotPlan } from '@lanepay/cloud/lot/lot.testing.ts'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { codeAt, typedSecret } from '@lanepay/cloud/refund/authenticator.testing.ts'
import { sealSecret } from '@lanepay/cloud/staff/factor.ts'
import { acceptLink } from '@lanepay/cloud/staff/link.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import pg from 'pg'
import { lanepayOnce } from '../../../e2e/kit/process.ts'

/* `lanepay staff` as a person types it, and the commands that move money going by its accounts. */

const houseKey = 'the house key of the staff command in tests'
const newId = idMaker(() => systemClock.now(), 5)
let data: TestDatabase
let sql: pg.Client
let home: string
let env: Record<string, string>
before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  home = mkdtempSync(join(tmpdir(), 'lanepay-staff-'))
  env = {
    LANEPAY_HOME: home,
    LANEPAY_HOUSE_KEY: houseKey,
    LANEPAY_PUBLIC_URL: 'https://pay.example.com',
    LANEPAY_DATABASE_URL: databaseUrl(data.connection),
  }
  for (const lotId of [1, 2]) await provision(data.database, aLotPlan({ bucket: 3, lotId }), systemClock.now())
})
after(async () => {
  await sql.end()
  await data.close()
  rmSync(home, { recursive: true, force: true })
})
const run = (...args: string[]) => lanepayOnce(args, env)
const deps = () => ({ database: data.database, clock: systemClock, newId, houseKey: Buffer.from(houseKey) })

/** The commands of the page, in its order, as a shell would split them. */
const page = readFileSync(new URL('../../../docs/staff.md', import.meta.url), 'utf8')
const commands = [...page.matchAll(/^npm run lanepay -- (staff .*)$/gm)].map(([, command]) =>
  [...command!.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!),
)

describe('docs/staff.md', () => {
  const linkOf = (output: string) => /^https:\/\/pay\.example\.com\/console\/link#([\w-]{43})$/m.exec(output)?.[1]
  for (const command of commands)
    test(command.join(' '), async () => {
      const { status, output } = await run(...command)
      assert.equal(status, 0, output)
      assert.equal(output.includes('13800138000'), false)
      const [, task, account] = command
      const says: Record<string, RegExp> = {
        ...{ put: /works once/, link: /works once/, 'drop-factor': /password alone/, end: /for good/ },
        ...{ show: /^wang\.fang .*owner .*王\*.*137\*{4}1111.*all lots/m, check: /^\d+ lines, each as it was written/ },
      }
      assert.match(output, says[task!]!)
      if (task === 'put') {
        const set = await acceptLink(deps(), linkOf(output)!, 'correct horse battery', '')
        assert.deepEqual(set, { ok: true, value: { account } })
      }
    })
  test('shows every task', () =>
    assert.deepEqual([...new Set(commands.map(([, task]) => task))].sort(), [
      ...['check', 'drop-factor', 'end', 'link', 'put', 'show'],
    ]))
})

describe('lanepay staff', () => {
  const whole = ['--name', '李伟', '--phone', '13800138000', '--by', 'me']
  const cases: [what: string, args: string[], named: RegExp][] = [
    ['nothing', [], /^lanepay staff put ACCOUNT/],
    ['a task nobody knows', ['constructor', 'x'], /^lanepay staff put ACCOUNT/],
    ['an option nobody knows', ['show', '--force'], /--force/],
    ['an option of another task', ['show', '--reason', 'x'], /^lanepay staff put ACCOUNT/],
    ['no account', ['put', '--role', 'owner', ...whole], /^lanepay staff put ACCOUNT/],
    ['nobody who did it', ['put', 'li.wei', '--role', 'reviewer'], /^--by: is needed/],
    ['no reason', ['end', 'zhang.wei', '--by', 'me'], /^--reason: is needed/],
    ['a role that is none', ['put', 'li.wei', '--role', 'king', ...whole], /^--role: one of platform-admin/],
    ['a role of an operator without one', ['put', 'li.wei', '--role', 'owner', ...whole], /^--role: /],
    [
      'an operator that is not here',
      ['put', 'li.wei', '--role', 'owner', '--operator', '77', ...whole],
      /^--operator: no such/,
    ],
    ['an operator that is none', ['show', '--operator', 'x'], /^--operator: "x" is no number/],
    [
      'a lot that is nowhere',
      ['put', 'li.wei', '--role', 'manager', '--operator', '1', '--lots', '99', ...whole],
      /^--lots: lots of this operator/,
    ],
    [
      'lots that are none',
      ['put', 'li.wei', '--role', 'manager', '--operator', '1', '--lots', '1;2', ...whole],
      /^--lots: "1;2" is no lot/,
    ],
    ['a partner without number', ['put', 'li.wei', '--role', 'partner', ...whole], /^--partner: /],
    [
      'an account that is a telephone number',
      ['put', '13800138000', '--role', 'reviewer', ...whole],
      /^ACCOUNT: 3 to 32/,
    ],
    ['a new account without a name', ['put', 'li.wei', '--role', 'reviewer', '--by', 'me'], /^--name: is needed/],
    [
      'an account that is not here',
      ['link', 'nobody', '--reason', 'x', '--by', 'me'],
      /^ACCOUNT: there is no account "nobody"/,
    ],
    ['one that was ended', ['link', 'liu.yang', '--reason', 'x', '--by', 'me'], /^ACCOUNT: there is no account/],
    ['a name that was used', ['put', 'liu.yang', '--role', 'reviewer', ...whole], /^ACCOUNT: there is, or was/],
    [
      'a person of another',
      ['put', 'zhang.wei', '--role', 'owner', '--operator', '1', ...whole],
      /^ACCOUNT: no such person here/,
    ],
  ]
  for (const [what, args, named] of cases)
    test(`names ${what}`, async () => {
      const { status, output } = await run('staff', ...args)
      assert.deepEqual([status, named.test(output)], [1, true], output)
    })
  test('and nothing of that was done', async () =>
    assert.equal((await sql.query("select 1 from staff where account = 'li.wei'")).rowCount, 0))

  test('gives another role and other lots, and says who was what in the trail', async () => {
    const { status, output } = await run(
      ...['staff', 'put', 'chen.jie', '--role', 'read-only', '--operator', '1', '--by', '李工'],
    )
    assert.deepEqual([status, output.trim()], [0, 'chen.jie is read-only now'])
    const { rows } = await sql.query("select account, role, before, after from staff_line where act = 'staff.change'")
    assert.deepEqual(rows, [
      { account: '李工', role: 'server', before: 'attendant, lot 1 lanes 1 2', after: 'read-only, all lots' },
    ])
  })

  test('check ends with 1 and names the line that was changed', async () => {
    const { rows } = await sql.query(
      "update staff_line set reason = 'another' where act = 'staff.end' returning bucket, lot_id, line",
    )
    const { status, output } = await run('staff', 'check')
    const [{ bucket, lot_id, line }] = rows
    assert.deepEqual(
      [status, output.includes(`bucket ${bucket}, lot ${lot_id}, line ${line}: it was changed`)],
      [1, true],
      output,
    )
    await sql.query("update staff_line set reason = 'left the firm' where act = 'staff.end'")
    assert.equal((await run('staff', 'check')).status, 0)
  })
})

describe('without a file of rights', () => {
  const trade = numberOf('trade', { bucket: 3, lotId: 1 }, newId())
  const refund = (by: string, typed = '') =>
    lanepayOnce(['refund', trade, 'all', '--by', by, '--reason', 'charged twice'], env, typed)
  const withdraw = (by: string, typed = '') => lanepayOnce(['withdraw', '3', '1', 'all', '--by', by], env, typed)
  const secured = async (account: string) => {
    const { rows } = await sql.query('select staff_id from staff where account = $1', [account])
    const sealed = sealSecret(Buffer.from(houseKey), rows[0].staff_id, typedSecret)
    await sql.query('update staff set totp_sealed = $2, totp_step = null where staff_id = $1', [
      rows[0].staff_id,
      sealed,
    ])
  }
  const named = async (done: ReturnType<typeof refund>, says: RegExp) => {
    const { status, output } = await done
    assert.deepEqual([status, says.test(output)], [1, true], output)
  }

  test('nobody may who has no account, no such act or no authenticator', async () => {
    await named(refund('nobody'), /--by: there is no account "nobody".*Set LANEPAY_REFUND_RIGHTS/)
    await named(refund('chen.jie'), /--by: the role of this account/)
    await named(withdraw('zhang.wei'), /--by: the role of this account/)
    await named(refund('wang.fang'), /--by: this account has no authenticator/)
  })
  test('an account may of its own operator, with the code of its authenticator, which is good once', async () => {
    await secured('wang.fang')
    await named(withdraw('wang.fang', '000000'), /--by: the code is not that of now/)
    const code = codeAt(Date.now() + 30_000) // of a clock that is ahead: good for a minute yet
    // Refused for want of money, not of rights: the code was taken for it.
    await named(withdraw('wang.fang', code), /payout|AMOUNT|ACCOUNT/)
    const { rows } = await sql.query("select account, about, after from staff_line where act = 'withdrawals.ask'")
    assert.deepEqual(rows, [
      { account: 'wang.fang', about: 'account 1 in bucket 3', after: 'second factor shown for it, by a command' },
    ])
    await named(withdraw('wang.fang', code), /--by: (this code was used|the code is not that of now)/)
  })
  test('a code that two processes are shown at once is good once', async () => {
    const lines = async () => (await sql.query("select 1 from staff_line where act = 'withdrawals.ask'")).rowCount ?? 0
    await secured('wang.fang')
    const before = await lines()
    const both = async () => {
      const code = codeAt(Date.now() + 30_000)
      return Promise.all([withdraw('wang.fang', code), withdraw('wang.fang', code)])
    }
    let done = await both()
    // On a machine so slow that the code was over before it was shown, with another.
    while (done.every(({ output }) => output.includes('not that of now'))) done = await both()
    assert.equal((await lines()) - before, 1, done.map(({ output }) => output).join('\n'))
  })
  test('a person of some lots gives back what was paid there, and withdraws nothing', async () => {
    const put = await run(
      ...['staff', 'put', 'gao.lei', '--role', 'finance', '--operator', '1', '--lots', '2'],
      ...['--name', '高磊', '--phone', '13700005555', '--by', '李工'],
    )
    assert.equal(put.status, 0, put.output)
    await secured('gao.lei')
    await named(withdraw('gao.lei'), /--by: the role of this account, or its lots/)
    await named(refund('gao.lei'), /--by: the role of this account, or its lots/)
  })
})
