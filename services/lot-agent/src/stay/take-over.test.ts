import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import { openStore, type Store } from '../disk/store.ts'
import { takeOver } from './take-over.ts'

const now = Date.UTC(2026, 5, 1) as Instant
let dir: string
let store: Store
describe('taking over a lot', () => {
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lanepay-takeover-'))
    store = openStore(
      dir,
      idMaker(() => now, 0),
    )
  })
  afterEach(() => {
    store.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const stay = {
    session: '41',
    plate: '粤B12345',
    pass: false,
    colour: 'blue',
    enteredAt: now - 3_600_000,
    entryLane: 1,
    standing: 'visitor',
    clearances: [{ clearance: '77', paidFen: 500, paidAt: now - 60_000, leaveBy: now + 600_000 }],
  }
  const handDown = (inside: unknown) => writeFileSync(join(dir, 'inside.json'), JSON.stringify({ bucket: 1, inside }))

  test('who is inside is known with what was paid, and nothing of it is told again', () => {
    handDown([stay, { ...stay, session: '42', plate: '粤B67890', clearances: [], standing: null, entryLane: null }])
    assert.equal(takeOver(dir, store, now), 2)
    assert.equal(store.inside(), 2)
    assert.equal(store.openSessions('粤B12345' as Plate)[0]?.id, '41')
    assert.deepEqual([store.cleared('41' as Id).paidFen, store.cleared('41' as Id).best?.id], [500, '77'])
    assert.equal(store.lastSeq(), 0)
  })
  test('once: after that the file is put away', () => {
    handDown([stay])
    takeOver(dir, store, now)
    assert.equal(existsSync(join(dir, 'inside.json')), false)
    assert.equal(takeOver(dir, store, now), null)
  })
  test('a power cut before the file was put away takes nobody in twice', () => {
    handDown([stay])
    takeOver(dir, store, now)
    handDown([stay])
    assert.equal(takeOver(dir, store, now), 1)
    assert.equal(store.inside(), 1)
  })
  test('a file that is not what enrolling writes is refused by name and place', () => {
    handDown([{ ...stay, colour: 'pink' }])
    assert.throws(() => takeOver(dir, store, now), /inside\.json: \/inside\/0\/colour/)
    assert.equal(store.inside(), 0)
  })
})
