import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Statement } from '@lanepay/database/database.ts'
import { noteRefundTold, selectRefundsToTell } from './message-store.ts'
import { lotRefunds } from './refunds.ts'
import { usual } from './settings.ts'

test('a refund that another process has told meanwhile is not put there again', async () => {
  const row = {
    ...{ bucket: 1, lot_id: 2, id: '5', payment_id: '4', amount_fen: 500, done_at: 0 },
    ...{ channel: 'wechatpay', plate: '粤B1', order_id: 'R1' },
  }
  const noted: unknown[][] = [[{ id: '5' }], []]
  const put: string[] = []
  const db = {
    query: async ({ name }: Statement) =>
      name === selectRefundsToTell.name ? [row] : name === noteRefundTold.name ? noted.shift() : [],
    transaction: async (act: (tx: unknown) => unknown) => act(db),
  }
  const refunds = lotRefunds({
    database: { of: () => db, nodes: [{ db, buckets: [1] }] },
    ...{ clock: { now: () => 0 }, newId: () => '9', log: () => {} },
    outbox: { tellWithin: async (_: unknown, __: unknown, { id }: { id: string }) => put.push(id), wake: () => {} },
    parks: { ofLot: async () => ({ unionId: '200208', parkId: 'P1', settings: usual }) },
  } as unknown as Parameters<typeof lotRefunds>[0])
  for (const _ of ['first', 'second']) await refunds.round()
  assert.deepEqual([put, noted], [['5'], []])
})
