import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { walletPayments } from './payments.ts'
import { claimWalletPayments, releaseWalletPayment, selectPaidThroughUs, type WalletPaymentRow } from './store.ts'

/** One round over payments at our page that these stays wait for; `looks` at what was paid of one. */
async function round(stays: readonly string[], looks: (stay: string) => Promise<void>): Promise<readonly string[]> {
  const released: string[] = []
  const db = {
    transaction: (work: (tx: unknown) => Promise<void>) => work(db),
    query: async ({ name }: Statement, values: readonly unknown[]) => {
      if (name === claimWalletPayments.name)
        return stays.map(
          (session_id, index): Partial<WalletPaymentRow> => ({
            ...{ bucket: 1, lot_id: 2, union_id: '3', kind: 'through-us', number: `${index}`, session_id, asked_at: 0 },
          }),
        )
      if (name === selectPaidThroughUs.name) await looks(String(values[2]))
      if (name === releaseWalletPayment.name) released.push(String(values[4]))
      return []
    },
  }
  const never = () => assert.fail('nobody is asked or charged here')
  await walletPayments({
    database: { of: () => db, nodes: [{ db, buckets: [1] }] } as unknown as Database,
    ...{ clock: { now: () => 0 as Instant }, log: never, newId: never, walletOf: never },
    ...{ askQuote: never, priceOfCharge: never, pay: never, settle: { heard: never, ask: never, close: never } },
    alarms: { raise: never },
  }).round()
  return released
}

test('one that takes long holds up no other stay', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const released = await round(['slow', 'quick'], async (stay) => (stay === 'slow' ? promise : resolve()))
  assert.deepEqual(released, ['1', '0'])
})
test('of one stay one goes on after another', async () => {
  let under = 0
  const released = await round(['7', '7', '7'], async () => {
    assert.equal(++under, 1)
    await new Promise(setImmediate)
    under -= 1
  })
  assert.deepEqual(released, ['0', '1', '2'])
})
