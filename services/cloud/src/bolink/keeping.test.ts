import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { keeping } from './keeping.ts'
import type { Computer } from './service.ts'
import { usual } from './settings.ts'

const from = { bucket: 7, lotId: 42, localId: 'box', park: { parkId: 'P1', settings: usual } } as unknown as Computer

/** What is kept of what the software says: the thing, its words, whose it is, and whether it has ended. */
function kept() {
  const rows: unknown[] = []
  const query = async ({ name }: { name: string }, [, , kind, key, body, sealed, , ended]: unknown[]) => {
    if (name === 'keep-of-bolink-lot') rows.push([kind, key, body, sealed, ended])
    return []
  }
  const { services } = keeping({
    ...{ database: { of: () => ({ query }) }, clock: { now: () => 0 as Instant }, newId: () => '1' },
  } as unknown as Parameters<typeof keeping>[0])
  return { say: (service: string, data: Record<string, unknown>) => services[service]!(from, data), rows }
}

test('what is deleted may be named and no more: it has ended, and stays as it was last said', async () => {
  const { say, rows } = kept()
  const gone = { card_id: ' C1', operate_type: '3' }
  assert.deepEqual(await say('upload_month_member', gone), { state: 1, errmsg: '', card_id: 'C1', park_id: 'P1' })
  assert.deepEqual(rows, [['month-card', 'C1', { epoch: '1' }, null, true]])
})

test('what is not deleted has to be said whole, and what is deleted has to be named', async () => {
  const { say, rows } = kept()
  assert.equal((await say('upload_month_member', { card_id: 'C1', operate_type: 2 })).state, 0)
  assert.equal((await say('upload_month_member', { operate_type: 3 })).state, 0)
  assert.equal((await say('work_record', { uuid: 'S1', operate_type: 3 })).state, 0)
  assert.deepEqual(rows, [])
})
