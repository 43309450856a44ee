import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { linesOf, open } from './shadow.fixtures.ts'

/*
 * The power goes at any instant. LANEPAY_DISK_KILLS sets how many times; a night of them is 5000.
 */
const kills = Number(process.env.LANEPAY_DISK_KILLS ?? 40)

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lanepay-killed-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A lot that takes turns from `first` on; `acknowledged` is the last that it said. */
function lotFrom(first: number) {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'turns.child.ts'), dir, `${first}`, '1000000'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const lot = { child, acknowledged: first - 1, began: '', broke: '' }
  const lines = createInterface({ input: child.stdout! })
  lines.on('line', (line) => {
    const [word, ...rest] = line.split(' ')
    if (word === 'turn') lot.acknowledged = Number(rest[0])
    else if (word === 'began') lot.began = rest.join(' ')
    else lot.broke = line
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    lot,
    ended,
    async began() {
      while (lot.began === '' && lot.broke === '') await new Promise((resolve) => setTimeout(resolve, 2))
    },
  }
}

/** Everything acknowledged is there, nothing is there by half, and the log has no hole. Returns the last turn there. */
function holdsAll(where: string, acknowledged: number): number {
  const lines = linesOf(where)
  const sessions = lines.get('session')!.size
  assert.ok(sessions >= acknowledged, `${acknowledged} were acknowledged, ${sessions} are there`)
  assert.ok(sessions <= acknowledged + 1 || where !== dir, 'at most one was under way')
  assert.equal(lines.get('clearance')!.size, sessions)
  const store = open(where)
  assert.deepEqual([store.disk.loss, store.lastSeq()], [null, sessions])
  const events = store.eventsAfter(0, 1_000_000)
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, at) => at + 1),
  )
  assert.equal(events.length, sessions)
  store.close()
  assert.equal(linesOf(where).get('session')!.size, sessions)
  return sessions
}

describe('killed at any instant', () => {
  test(`${kills} times: what was acknowledged is there, and nothing half`, async (t) => {
    let there = 0
    for (let kill = 0; kill < kills; kill++) {
      const { lot, ended, began } = lotFrom(there + 1)
      await began()
      // From the middle of the start on, up to some hundred turns later.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * (kill % 2 ? 8 : 120)))
      lot.child.kill('SIGKILL')
      await ended
      assert.equal(lot.broke, '')
      assert.match(lot.began, kill === 0 ? /^new null/ : /^(in-order|after-crash) null/)
      there = holdsAll(dir, lot.acknowledged)
    }
    t.diagnostic(`${there} turns`)
    assert.ok(there > kills, 'turns were taken between the kills')
  })
  test('while it starts: the next start is none the worse', async () => {
    let there = 0
    for (let kill = 0; kill < kills / 4; kill++) {
      const { lot, ended } = lotFrom(there + 1)
      await new Promise((resolve) => setTimeout(resolve, 40 + Math.random() * 120))
      lot.child.kill('SIGKILL')
      await ended
      assert.equal(lot.broke, '')
      if (existsSync(join(dir, 'lot.sqlite'))) {
        const store = open(dir)
        there = store.lastSeq()
        assert.equal(store.disk.loss, null)
        assert.ok(there >= lot.acknowledged)
        store.close()
      }
    }
  })
})

describe('the power is cut', () => {
  // The files as they are at one instant, the lot standing still: what was synced, and what was written since. That a disk
  // keeps what it was told to sync is its maker's promise; a log cut short of it is held to in open.test.ts.
  test('at any instant the files hold everything acknowledged before', async () => {
    const { lot, ended, began } = lotFrom(1)
    await began()
    try {
      for (let time = 0; time < Math.max(10, kills / 4); time++) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
        const where = mkdtempSync(join(tmpdir(), 'lanepay-taken-'))
        try {
          const { acknowledged } = lot
          lot.child.kill('SIGSTOP')
          for (const name of ['lot.mark', 'lot.sqlite', 'lot.sqlite-wal'])
            copyFileSync(join(dir, name), join(where, name))
          lot.child.kill('SIGCONT')
          holdsAll(where, acknowledged)
        } finally {
          rmSync(where, { recursive: true, force: true })
        }
      }
    } finally {
      lot.child.kill('SIGKILL')
      await ended
    }
    assert.equal(lot.broke, '')
  })
})
