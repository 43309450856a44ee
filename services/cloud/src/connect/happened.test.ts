import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '@lanepay/database/database.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { LotEvent } from '@lanepay/lot-link/messages.ts'
import type { Orders } from '../bolink/orders.ts'
import { happenings } from './happened.ts'

/** What is told of entries goes into a log; records are known by the plate that they went in with. */
async function entriesOf(...plates: readonly string[]) {
  const events: Extract<LotEvent, { kind: 'entered' }>[] = []
  const orders = {
    claim: async (_: LotKey, stay: string) => ({ session_id: stay }),
    allOfPlate: async (_: LotKey, plate: string) =>
      events
        .filter((event) => event.plate === plate)
        .map(({ session, enteredAt }) => ({ session_id: session, entered_at: enteredAt })),
  } as unknown as Orders
  const happened = happenings({
    database: {
      of: () => ({ query: async () => [{ lane: 1, name: '入口', direction: 'entry' }] }),
    } as unknown as Database,
    ...{ newId: () => '1' as Id, now: () => 0, orders },
    takeIn: async (_, piece) => {
      events.push(...(piece.events as typeof events))
      return piece.events.at(-1)!.seq
    },
  })
  for (const [index, plate] of plates.entries())
    await happened.entered({ bucket: 1, lotId: 2 }, { stay: String(index + 1), plate, enteredAt: index, lane: 1 })
  return events
}

test('the same plate again ends the stay that it left open', async () =>
  assert.deepEqual(
    (await entriesOf('粤B12345', '粤B12345')).map(({ supersedes }) => supersedes),
    [undefined, '1'],
  ))
test('vehicles whose plates were not read are several: none ends the stay of another', async () => {
  const entries = await entriesOf('无牌车', '无牌车', '未识别', '无牌车')
  assert.deepEqual([...new Set(entries.map(({ supersedes }) => supersedes))], [undefined])
  assert.equal(new Set(entries.map(({ plate }) => plate)).size, 4)
})
