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
const newId = idMaker(() => now, 0)
describe('taking over a lot', () => {
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lanepay-takeover-'))
    store = openStore(dir, newId)
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
    assert.equal(takeOver(dir, store, newId, now), 2)
    assert.equal(store.inside(), 2)
    assert.equal(store.openSessions('粤B12345' as Plate)[0]?.id, '41')
    assert.deepEqual([store.cleared('41' as Id).paidFen, store.cleared('41' as Id).best?.id], [500, '77'])
    assert.equal(store.lastSeq(), 0)
  })
  test('who is in an area inside the lot is in there, and what a person said of it is known', () => {
    const parts = [
      { area: '地库', enteredAt: now - 3_000_000, leftAt: now - 2_000_000 },
      { area: '地库', enteredAt: now - 1_000_000, leftAt: null },
    ]
    handDown([{ ...stay, parts, vehicleClass: 'large' }])
    takeOver(dir, store, newId, now)
    assert.deepEqual(
      store.parts('41' as Id).map(({ area, enteredAt, leftAt }) => ({ area, enteredAt, leftAt })),
      parts,
    )
    assert.equal(store.insideArea('地库'), 1)
    assert.equal(store.session('41' as Id)?.vehicleClass, 'large')
  })
  test('once: after that the file is put away', () => {
    handDown([stay])
    takeOver(dir, store, newId, now)
    assert.equal(existsSync(join(dir, 'inside.json')), false)
    assert.equal(takeOver(dir, store, newId, now), null)
  })
  test('a power cut before the file was put away takes nobody in twice', () => {
    handDown([stay])
    takeOver(dir, store, newId, now)
    handDown([stay])
    assert.equal(takeOver(dir, store, newId, now), 1)
    assert.equal(store.inside(), 1)
  })
  test('a file that is not what enrolling writes is refused by name and place', () => {
    handDown([{ ...stay, colour: 'pink' }])
    assert.throws(() => takeOver(dir, store, newId, now), /inside\.json: \/inside\/0\/colour/)
    assert.equal(store.inside(), 0)
  })
})
