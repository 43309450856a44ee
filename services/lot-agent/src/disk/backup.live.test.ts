import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import { copies } from './backup.ts'
import { linesOf, open, takeTurn } from './shadow.fixtures.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lanepay-copy-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const sessionsIn = (path: string): number => {
  const db = new DatabaseSync(path)
  try {
    assert.equal(Object.values(db.prepare('pragma integrity_check').get()!)[0], 'ok')
    return Number(db.prepare('select count(*) as n from session').get()?.n)
  } finally {
    db.close()
  }
}
const part = () => join(dir, 'lot.backup.part.sqlite')
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (holds()) return
    await sleep(20)
  }
  assert.fail(`not within 10 s: ${what}`)
}

test('two copies are kept, each of one instant, while turns go on', async () => {
  const store = open(dir)
  for (let n = 1; n <= 10; n++) takeTurn(store, n)
  await store.copy()
  for (let n = 11; n <= 20; n++) takeTurn(store, n)
  const copying = store.copy()
  for (let n = 21; n <= 40; n++) takeTurn(store, n)
  await copying
  const [newest, older] = copies(dir)
  assert.equal(sessionsIn(older!), 10)
  const then = sessionsIn(newest!)
  assert.ok(then >= 20 && then <= 40, `${then}`)
  await store.copy()
  assert.deepEqual(copies(dir).map(sessionsIn), [40, then])
  store.close()
})
test('it is made by itself once nothing has happened for a while, and not before', async () => {
  const store = open(dir, { copyEveryMs: 3_600_000, quietMs: 400 })
  for (let n = 1; n <= 12; n++) {
    takeTurn(store, n)
    await sleep(50)
    assert.deepEqual(copies(dir), [], 'it is busy')
  }
  await until('a first copy', () => copies(dir).length === 1)
  takeTurn(store, 13)
  await sleep(1_200)
  assert.equal(copies(dir).length, 1, 'the hour is not over')
  store.close()
})
test('a close meanwhile loses nothing, and the next start finds all in order', async () => {
  const store = open(dir)
  for (let n = 1; n <= 50; n++) takeTurn(store, n)
  const copying = store.copy()
  store.close()
  await copying
  const again = open(dir)
  assert.deepEqual([again.disk.began, again.disk.loss, again.lastSeq()], ['in-order', null, 50])
  again.close()
  assert.equal(linesOf(dir).get('session')!.size, 50)
})
test('a copy that cannot be made leaves the ones there are, and the log tells why', async () => {
  const store = open(dir, { copyEveryMs: 50, quietMs: 50 })
  takeTurn(store, 1)
  await until('a first copy', () => copies(dir).length >= 1)
  await until('no copy is under way', () => !existsSync(part()))
  // A folder in its place: nobody may write a file there, root or not.
  mkdirSync(part())
  writeFileSync(join(part(), 'in-the-way'), '')
  await sleep(400)
  takeTurn(store, 2)
  const told = store.eventsAfter(0, 100).filter((event) => event.kind === 'device')
  assert.equal(told.length, 1)
  assert.ok(told[0]?.kind === 'device' && /^no copy of the file could be made: /.test(told[0].because))
  assert.ok(copies(dir).length >= 1)
  rmSync(part(), { recursive: true })
  await sleep(400)
  takeTurn(store, 3)
  assert.deepEqual(
    store.eventsAfter(0, 100).flatMap((event) => (event.kind === 'device' ? [event.state] : [])),
    ['ill', 'well'],
  )
  store.close()
})
