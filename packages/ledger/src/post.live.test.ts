import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestDatabase, testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Posting, postTransfer } from './post.ts'

/* The posting function and the tables it alone writes, on the real database. */

const lot = { bucket: 3, lotId: 9 }
const at = Date.UTC(2026, 5, 1) as Instant
const newId = idMaker(() => at, 5)
let data: TestDatabase

before(async () => {
  data = await testDatabase()
  await data.database.reference.query({
    name: 'a-lot',
    text: `insert into lot (bucket, lot_id, operator_id, name, platform_fee_basis_points, created_at) values (3, 9, 1, '阳光花园', 0, now())`,
  })
})
after(() => data.close())

type Entry = readonly [kind: Posting['entries'][number]['kind'], party: string, amountFen: number]
const post = (causeId: Posting['causeId'], entries: readonly Entry[], cause: Posting['cause'] = 'payment-paid') =>
  data.database.of(lot.bucket).transaction((tx) =>
    postTransfer(tx, {
      lot,
      causeId,
      cause,
      postedAt: at,
      entries: entries.map(([kind, party, amountFen]) => ({ kind, party, channel: 'wechatpay', amountFen })),
    }),
  )
const rows = <Row>(name: string, text: string, values: readonly unknown[] = []) =>
  data.database.of(lot.bucket).query<Row>({ name, text }, values)
const balances = async () =>
  Object.fromEntries(
    (await rows<{ kind: string; balance_fen: string }>('balances', 'select kind, balance_fen from account')).map(
      ({ kind, balance_fen }) => [kind, Number(balance_fen)],
    ),
  )

test('a transfer is its cause and its entries; the balances follow; the same cause again changes nothing', async () => {
  const id = newId()
  const entries: Entry[] = [
    ['channel-clearing', '0', -1000],
    ['channel-fee', '0', 6],
    ['operator-payable', '1', 994],
  ]
  assert.equal(await post(id, entries), true)
  assert.equal(await post(id, entries), false)
  assert.deepEqual(
    await rows('entries', 'select cause, kind, party, channel, amount_fen from entry where cause_id = $1', [id]),
    entries.map(([kind, party, fen]) => ({
      ...{ cause: 'payment-paid', kind, party, channel: 'wechatpay' },
      amount_fen: String(fen),
    })),
  )
  assert.deepEqual(await balances(), { 'channel-clearing': -1000, 'channel-fee': 6, 'operator-payable': 994 })
})

const refused: readonly (readonly [why: string, rule: string, entries: readonly Entry[]])[] = [
  [
    'its entries do not sum to zero',
    'transfer_adds_up',
    [
      ['channel-clearing', '0', -500],
      ['operator-payable', '1', 499],
    ],
  ],
  ['it has one entry', 'transfer_adds_up', [['operator-payable', '1', 5]]],
  [
    'an entry is of nothing',
    'transfer_adds_up',
    [
      ['channel-clearing', '0', -5],
      ['channel-fee', '0', 0],
      ['operator-payable', '1', 5],
    ],
  ],
  [
    'an account would owe what it does not have',
    'account_never_negative',
    [
      ['operator-payable', '1', -995],
      ['refund-in-flight', '0', 995],
    ],
  ],
]
for (const [why, rule, entries] of refused)
  test(`no transfer, and no balance changes, where ${why}`, async () => {
    const before = await balances()
    const id = newId()
    await assert.rejects(post(id, entries, 'refund-asked'), { code: '23514', constraint: rule })
    assert.deepEqual(await rows('transfer', 'select 1 from transfer where cause_id = $1', [id]), [])
    assert.deepEqual(await balances(), before)
  })
