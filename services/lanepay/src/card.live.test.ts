import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { provision } from '@lanepay/cloud/lot/provision.ts'
import { codeAt, typedSecret } from '@lanepay/cloud/refund/authenticator.testing.ts'
import { changeCard } from '@lanepay/cloud/withdrawal/card.ts'
import { type PayoutCard, parseCardFile } from '@lanepay/cloud/withdrawal/card-file.ts'
import { openCard } from '@lanepay/cloud/withdrawal/seal.ts'
import { databaseUrl, type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { totpStep } from '@lanepay/domain/totp.ts'
import pg from 'pg'
import { lanepayOnce } from '../../../e2e/kit/process.ts'

/* `lanepay card`, as a person types it: from the page that describes it. */

const houseKey = 'the house key of the cards in these tests'
let data: TestDatabase
let sql: pg.Client
let home: string
let env: Record<string, string>

before(async () => {
  data = await testDatabase()
  sql = new pg.Client(data.connection)
  await sql.connect()
  home = mkdtempSync(join(tmpdir(), 'lanepay-card-'))
  const rights = join(home, 'rights.json')
  const people = [
    { name: 'zhang', operators: ['1'], totpSecret: typedSecret },
    { name: 'li', operators: ['2'], totpSecret: typedSecret },
  ]
  writeFileSync(rights, JSON.stringify({ limitYuan: '500.00', people }))
  env = {
    LANEPAY_HOME: home,
    LANEPAY_HOUSE_KEY: houseKey,
    LANEPAY_DATABASE_URL: databaseUrl(data.connection),
    LANEPAY_REFUND_RIGHTS: rights,
  }
  await provision(
    data.database,
    {
      ...{ bucket: 3, number: 77, name: '阳光花园', platformFeeBasisPoints: 0 },
      operator: { id: '1', name: '阳光物业' },
      accounts: [
        { id: 1, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {}, payout: 'channel' },
        { id: 2, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {}, payout: 'channel' },
      ],
      lanes: [{ id: 2, name: '出口', direction: 'exit' }],
    },
    systemClock.now(),
  )
})
after(async () => {
  rmSync(home, { recursive: true, force: true })
  await sql.end()
  await data.close()
})

const page = readFileSync(new URL('../../../docs/withdrawals.md', import.meta.url), 'utf8')
/** A command of the page, as its words. */
const documented = (task: 'put' | 'show' | 'end'): string[] => {
  const line = new RegExp(`npm run lanepay -- (card ${task} .*)`).exec(page)?.[1]
  assert.ok(line)
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!)
}
const file = (name: string, text: string): string => {
  const path = join(home, name)
  writeFileSync(path, text)
  return path
}
const kept = async () =>
  (await sql.query('select version, kind, bank, ending, changed_by, why from payout_card order by version')).rows

const who = ['--by', 'zhang', '--reason', 'new bank']
const example = new URL('../../../docs/examples/payout-card.json', import.meta.url)
/** The same card with the city of its branch, as a channel that holds it wants it. */
const heldExample = new URL('../../../docs/examples/held-card.json', import.meta.url)
const exampleCard = (written = example): PayoutCard => {
  const card = parseCardFile(JSON.parse(readFileSync(written, 'utf8')))
  assert.ok(card.ok)
  return card.value
}

describe('wrong input is named, and nothing is done', () => {
  const cases: [what: string, args: () => string[], named: RegExp][] = [
    ['nothing', () => [], /lanepay card put ACCOUNT FILE/],
    ['a task that is none', () => ['change', '2', ...who], /lanepay card put/],
    ['no person', () => ['end', '2'], /lanepay card put/],
    ['a person who only looks', () => ['show', '2', ...who], /lanepay card put/],
    ['an account that is none', () => ['show', 'x'], /ACCOUNT: "x" is no number/],
    ['a file that is not there', () => ['put', '2', join(home, 'none.json'), ...who], /none\.json/],
    ['a file that is no JSON', () => ['put', '2', file('no.json', 'card'), ...who], /no\.json/],
    [
      'a misread number',
      () => [
        ...[
          'put',
          '2',
          file('misread.json', '{"number":"6222021234567890129","holder":"张三","owner":"person","bank":"工商银行"}'),
        ],
        ...who,
      ],
      /\/number: must be 16 to 19 digits/,
    ],
    [
      'a company at Alipay without a branch',
      () => [
        ...[
          'put',
          '2',
          file('company.json', '{"number":"12345678","holder":"物业","owner":"company","bank":"招商银行"}'),
        ],
        ...who,
      ],
      /FILE: \/branch/,
    ],
    [
      'the city of a branch where the card is kept here',
      () => ['put', '2', 'docs/examples/held-card.json', ...who],
      /FILE: \/areaCode: only where the channel holds the card/,
    ],
    [
      'a card for an account whose channel has it',
      () => ['put', '1', 'docs/examples/payout-card.json', ...who],
      /ACCOUNT: its channel has/,
    ],
    [
      'an account that is not here',
      () => ['put', '9', 'docs/examples/payout-card.json', ...who],
      /ACCOUNT: there is no such/,
    ],
    ['the end of none', () => ['end', '2', ...who], /ACCOUNT: no card is kept/],
    ['no reason', () => ['put', '2', 'docs/examples/payout-card.json', '--by', 'zhang', '--reason', ' '], /--reason/],
    [
      'nobody of that name',
      () => ['put', '2', 'docs/examples/payout-card.json', '--by', 'wang', '--reason', 'x'],
      /--by: nobody/,
    ],
    [
      "somebody of another operator's",
      () => ['put', '2', 'docs/examples/payout-card.json', '--by', 'li', '--reason', 'x'],
      /--by: not of operator 1/,
    ],
    ['no code', () => ['put', '2', 'docs/examples/payout-card.json', ...who], /--by: the code is six digits/],
  ]
  for (const [what, args, named] of cases)
    test(what, async () => {
      const { status, output } = await lanepayOnce(['card', ...args()], env, '')
      assert.equal(status, 1, output)
      assert.match(output, named)
      assert.doesNotMatch(output, /6222021234567890129/)
      assert.deepEqual(await kept(), [])
    })
})

describe('the commands of the page', () => {
  test('put: sealed with the house key, shown masked, good for one code', async () => {
    const code = codeAt(Date.now())
    const put = await lanepayOnce(documented('put'), env, code)
    assert.equal(put.status, 0, put.output)
    assert.match(
      put.output,
      /1 {2}\S+ {2}招商银行 招商银行深圳科技园支行 \*\*\*\*2345, 滨\*\*\* \(company\), by zhang: the operator moved to another bank {2}\(holds; at once from /m,
    )
    const { rows } = await sql.query('select * from payout_card')
    assert.doesNotMatch(JSON.stringify(rows), /11006014|滨江物业/)
    assert.deepEqual(openCard(Buffer.from(houseKey), 2, rows[0].sealed), {
      cardNumber: '110060149018010012345',
      name: '滨江物业',
    })
    const again = await lanepayOnce(documented('end'), env, code)
    assert.match(again.output, /--by: this code was used/)
    assert.equal((await kept()).length, 1)
  })
  test('show says the same, without a person or a code', async () => {
    const { status, output } = await lanepayOnce(documented('show'), env)
    assert.equal(status, 0)
    assert.match(output, /^1 .*\*\*\*\*2345/)
  })
  test('who looks at what may be withdrawn sees where it would go, and until when nothing goes at once', async () => {
    const { rows } = await sql.query('select changed_at from payout_card')
    const opens = new Date(rows[0].changed_at.getTime() + 86_400_000).toISOString()
    const to = async (account: string) => (await lanepayOnce(['withdraw', '3', account], env)).output.split('\n')[2]
    assert.equal(await to('2'), `To         招商银行 ****2345, 滨***; it was changed, so at once only from ${opens} on`)
    assert.equal(await to('1'), 'To         the card that the channel has')
  })
  test('end: a line of its own; the one before stays as it was', async () => {
    const before = (await kept())[0]
    const ended = await changeCard(
      { database: data.database, clock: systemClock, houseKey: Buffer.from(houseKey), rights: { people: [person] } },
      { accountId: 2, card: null, by: 'zhang', reason: 'the account at the bank was closed', secondFactor: codeNow() },
    )
    assert.deepEqual(ended.ok && ended.value.version, 2)
    assert.deepEqual(await kept(), [
      before,
      {
        version: 2,
        kind: 'none',
        bank: null,
        ending: null,
        changed_by: 'zhang',
        why: 'the account at the bank was closed',
      },
    ])
    const looked = await lanepayOnce(['withdraw', '3', '2'], env)
    assert.match(looked.output, /^To {9}nobody: no card is kept for it$/m)
    const { output } = await lanepayOnce(documented('show'), env)
    assert.match(output, /^2 {2}\S+ {2}ended, by zhang: the account at the bank was closed\n1 /)
  })
})

describe('a card that its channel holds', () => {
  test('is asked of the channel by the same command, shown masked, with what has become of it', async () => {
    await sql.query(`update channel_account set merchant = '{"subMchid": "1900000109"}' where account_id = 1`)
    const changed = await changeCard(
      { database: data.database, clock: systemClock, houseKey: Buffer.from(houseKey), rights: { people: [person] } },
      { accountId: 1, card: exampleCard(heldExample), by: 'zhang', reason: 'another bank', secondFactor: codeNow() },
    )
    assert.deepEqual(changed.ok && changed.value.version, 1)
    const asked =
      /^1 {2}\S+ {2}招商银行 招商银行深圳科技园支行 \*\*\*\*2345, 滨\*\*\* \(company\), by zhang: another bank {2}\(at the channel: asked\)$/m
    const { status, output } = await lanepayOnce(['card', 'show', '1'], env)
    assert.equal(status, 0, output)
    assert.match(output, asked)
    const again = await lanepayOnce(['card', 'put', '1', 'docs/examples/held-card.json', ...who], env, '')
    assert.match(again.output, /--by: the code is six digits/)
    await sql.query(
      `update held_card_change set state = 'refused', because = '户名不符', sealed = null, ask_at = null, ended_at = asked_at where account_id = 1`,
    )
    const ended = await lanepayOnce(['card', 'show', '1'], env)
    assert.match(ended.output, /\(at the channel: refused at \S+: 户名不符\)$/m)
  })
  test('has no end', async () => {
    const { status, output } = await lanepayOnce(documented('end').with(2, '1'), env, '')
    assert.equal(status, 1)
    assert.match(output, /ACCOUNT: its channel has the card itself: another one can be put, and none cannot/)
  })
  for (const [what, left] of [
    ['branch', 'branch'],
    ['city', 'areaCode'],
  ] as const)
    test(`without the ${what} of its branch nothing is asked of the channel`, async () => {
      const { [left]: _, ...rest } = JSON.parse(readFileSync(heldExample, 'utf8'))
      const without = file(`no-${left}.json`, JSON.stringify(rest))
      const { status, output } = await lanepayOnce(['card', ...['put', '1', without], ...who], env, '')
      assert.equal(status, 1)
      assert.match(output, new RegExp(`FILE: /${left}: `))
    })
})

const person = { name: 'zhang', operators: ['1'], totpSecret: typedSecret }
const codeNow = () => ({ code: codeAt(Date.now()), usedStep: totpStep(Date.now()) - 5 })

test('fifty who change it at once: one does, the others hear that it was changed', async () => {
  const card = exampleCard()
  const before = (await kept()).length
  const deps = {
    database: data.database,
    clock: systemClock,
    houseKey: Buffer.from(houseKey),
    rights: { people: [person] },
  }
  const change = (one: PayoutCard, n: number) =>
    changeCard(deps, { accountId: 2, card: one, by: 'zhang', reason: `request ${n}`, secondFactor: codeNow() })
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => change(card, n)))
  const done = answers.flatMap((answer) => (answer.ok ? [answer.value.version] : []))
  for (const answer of answers) if (!answer.ok) assert.equal(answer.error.kind, 'changed-meanwhile')
  assert.ok(done.length >= 1 && new Set(done).size === done.length, JSON.stringify(done))
  assert.equal((await kept()).length, before + done.length)
})
