import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import { vzlprHttp } from '../equipment/lanes.testing.ts'
import { minute, startTestLot, until } from '../equipment/lot.testing.ts'
import { pathOf } from '../pictures/names.ts'
import { findPictures } from '../pictures/shelf.ts'
import { linesOf, open } from './shadow.fixtures.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lanepay-full-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const child = join(import.meta.dirname, 'turns.child.ts')
const isRoot = process.getuid?.() === 0
/** A lot in a process of its own until it ends, and all it said. */
async function run(
  command: string,
  args: readonly string[],
  as: { uid?: number; gid?: number } = {},
): Promise<readonly string[]> {
  const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...as })
  return (await text(process.stdout)).trimEnd().split('\n')
}
const turnsIn = (said: readonly string[]) => said.filter((line) => line.startsWith('turn ')).length
const fullsIn = (said: readonly string[]) => said.filter((line) => line.startsWith('full ')).length
/** Everything that was said to be done is there after a start, nothing half, no hole. Returns what the log says of the disk. */
function holdsAll(where: string, turns: number): string[] {
  const store = open(where)
  assert.equal(store.disk.loss, null)
  const events = store.eventsAfter(0, 1_000_000)
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, at) => at + 1),
  )
  store.close()
  const lines = linesOf(where)
  for (const table of ['session', 'clearance', 'event']) assert.equal(lines.get(table)!.size, turns, table)
  return events.flatMap((event) => (event.kind === 'device' ? [`${event.state}: ${event.because}`] : []))
}

describe('a file that may not grow (a limit on its size, as anybody can set)', () => {
  const limited = (blocks: number, last: number) => [
    '-c',
    `ulimit -f ${blocks}; exec "$@"`,
    'sh',
    process.execPath,
    child,
    dir,
    '1',
    `${last}`,
  ]
  test('the turn that finds no room throws DiskFull and leaves nothing; all before it stands', async () => {
    const said = await run('sh', limited(800, 5_000)) // some hundred KiB, in the blocks of whatever shell this is
    assert.ok(turnsIn(said) > 10, said.slice(0, 3).join('\n'))
    assert.equal(fullsIn(said), 21, said.slice(-3).join('\n'))
    assert.equal(said.at(-1), 'ended')
    holdsAll(dir, turnsIn(said))
  })
  test('a log that cannot grow gives its pages to the file, and the lot goes on', async () => {
    const said = await run('sh', limited(1_400, 150))
    assert.ok(fullsIn(said) > 0, 'it found no room at least once')
    assert.equal(turnsIn(said), 150)
    const told = holdsAll(dir, 150)
    assert.match(told[0] ?? '', /^ill: there was no room on the disk: \d+ turns were refused, none was half done/)
    assert.equal(told[1], 'well: the disk takes everything again')
  })
})

/** A disk of its own, as small as wanted. False where this user may not have one. */
function mountDisk(where: string, size: string): boolean {
  mkdirSync(where)
  if (!isRoot) return false
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', where], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
/** Up to where the lot's file knows the cloud to have its log. */
function ackedIn(where: string): number {
  const db = new DatabaseSync(join(where, 'lot.sqlite'), { readOnly: true })
  try {
    return Number(db.prepare(`select value from note where name = 'acked_seq'`).get()?.value ?? 0)
  } finally {
    db.close()
  }
}
/** Writes until the disk takes no more. */
function fill(path: string): void {
  const piece = Buffer.alloc(4096)
  try {
    for (;;) appendFileSync(path, piece)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}
describe('a full disk', () => {
  test('pictures give way, the warning is told, and the lot goes on by itself', async (t) => {
    const disk = join(dir, 'disk')
    if (!mountDisk(disk, '48m')) return t.skip('no disk can be mounted here')
    try {
      const picture = join(disk, 'picture.jpg')
      writeFileSync(picture, Buffer.alloc(47 * 1024 * 1024))
      const said = await run(process.execPath, [child, join(disk, 'lot'), '1', '400', picture])
      assert.equal(said.at(-1), 'ended')
      assert.ok(fullsIn(said) >= 1)
      assert.equal(turnsIn(said), 400)
      assert.ok(!readdirSync(disk).includes('picture.jpg'))
      const told = holdsAll(join(disk, 'lot'), 400)
      assert.match(told[0] ?? '', /^ill: there was no room/)
      assert.equal(told[1], 'well: the disk takes everything again')
    } finally {
      execFileSync('umount', [disk])
    }
  })
  test("a running lot's own pictures give way, the oldest first: every car is let in and told, and no new picture takes the room", async (t) => {
    const disk = join(dir, 'disk')
    if (!mountDisk(disk, '64m')) return t.skip('no disk can be mounted here')
    const [clock, cameraPort] = [new SimulatedClock(), await freePort()]
    const oldest = clock.now() - 2 * 24 * 60 * minute
    const taken = Array.from({ length: 40 }, (_, nth) => (oldest + nth * 30 * minute) as Instant)
    const found = async () =>
      (await Promise.all(taken.map((at) => findPictures(join(lot.dir, 'pictures'), { lane: 2, at })))).map(
        (files) => files.length > 0,
      )
    const made = await vzlprHttp.make({ id: 1, direction: 'entry', clock, cameraPort })
    const lot = await startTestLot({
      clock,
      cameraPort,
      lanes: [made.plan],
      disk,
      prepare: (at) => {
        for (const [nth, instant] of taken.entries()) {
          const path = join(at, 'pictures', ...pathOf({ lane: 2, at: instant, recordId: `${nth}`, role: 'full' }))
          mkdirSync(dirname(path), { recursive: true })
          writeFileSync(path, Buffer.alloc(1024 * 1024))
        }
      },
    })
    const entry = await made.start()
    try {
      assert.ok((await found()).every(Boolean))
      const film = join(disk, 'film.mp4')
      fill(film)
      const filmBytes = statSync(film).size
      for (let n = 1; n <= 5; n++) {
        entry.vehicleArrives({ plateText: `粤B1234${n}`, colour: 'blue' })
        await until('the gate opens', () => entry.state().arm === 'up')
        entry.vehicleDrivesThrough()
        await until('the lane is free', () => entry.state().arm === 'down' && !entry.state().loops.front)
      }
      await until('the cloud knows every stay', () => lot.ofKind('entered').length === 5)
      const there = await found()
      const kept = there.indexOf(true)
      assert.ok(kept >= 32 && kept <= 32 + 5, `${kept} of 40 gave way, at most one for the picture of each car`)
      assert.ok(there.slice(kept).every(Boolean), 'none that is newer than one that is kept')
      assert.equal(statSync(film).size, filmBytes, 'what is not its own it leaves alone')
      const { bavail, bsize } = statfsSync(disk)
      assert.ok(bavail * bsize > 30 * 1024 * 1024, 'the room is for stays and events')
      assert.equal(lot.logged.filter(({ event }) => event === 'pictures-gave-way').length, 1)
      const [ill] = lot.ofKind('device').filter(({ device }) => device === 'disk')
      assert.match(ill?.because ?? '', /^there was no room on the disk/)
    } finally {
      await lot.close()
      await entry.close()
      await made.close()
      execFileSync('umount', [disk])
    }
  })
  test('a running lot that has nothing to give goes on: what the cloud says is kept as soon as there is room', async (t) => {
    const disk = join(dir, 'disk')
    if (!mountDisk(disk, '4m')) return t.skip('no disk can be mounted here')
    const [clock, cameraPort] = [new SimulatedClock(), await freePort()]
    const made = await vzlprHttp.make({ id: 1, direction: 'entry', clock, cameraPort })
    const lot = await startTestLot({ clock, cameraPort, lanes: [made.plan], disk })
    const entry = await made.start()
    try {
      entry.vehicleArrives({ plateText: '粤B12345', colour: 'blue' })
      await until('the cloud knows the stay', () => lot.ofKind('entered').length === 1)
      const isTold = (state: string) =>
        lot.ofKind('device').some((one) => one.device === 'cloud-clock' && one.state === state)
      fill(join(disk, 'film.mp4'))
      for (let n = 0; n < 20; n++) lot.acks(90_000)
      await until('no room is told', () => lot.logged.some(({ event }) => event === 'disk-full'))
      lot.acks(90_000)
      assert.equal(isTold('ill'), false)
      rmSync(join(disk, 'film.mp4'))
      await until('what waited is told', () => isTold('ill'))
      lot.acks()
      await until('it is told to be right again', () => isTold('well'))
      assert.ok(lot.agent().connected())
      const known = lot.events.length
      await until('the last acknowledgement is on disk', () => ackedIn(lot.dir) >= known)
    } finally {
      await lot.close()
      await entry.close()
      await made.close()
      execFileSync('umount', [disk])
    }
  })
  test('with nothing to give way: what was acknowledged stands, and it goes on when there is room', async (t) => {
    const disk = join(dir, 'disk')
    if (!mountDisk(disk, '900k')) return t.skip('no disk can be mounted here')
    try {
      const said = await run(process.execPath, [child, disk, '1', '5000'])
      assert.equal(fullsIn(said), 21)
      assert.equal(said.at(-1), 'ended')
      const turns = turnsIn(said)
      assert.ok(turns > 10)
      execFileSync('mount', ['-o', 'remount,size=32m', disk])
      const on = await run(process.execPath, [child, disk, `${turns + 1}`, `${turns + 50}`])
      assert.equal(on.at(-1), 'ended')
      assert.match(on[0]!, /^began in-order null/)
      holdsAll(disk, turns + 50)
    } finally {
      execFileSync('umount', [disk])
    }
  })
  test('so full that it cannot even start: it says so, and what is there stays', async (t) => {
    const disk = join(dir, 'disk')
    if (!mountDisk(disk, '4m')) return t.skip('no disk can be mounted here')
    try {
      assert.equal((await run(process.execPath, [child, disk, '1', '20'])).at(-1), 'ended')
      fill(join(disk, 'film.mp4'))
      const said = await run(process.execPath, [child, disk, '21', '30'])
      assert.match(said[0]!, /^refused .*the disk is full. Make room, then start again/)
      const on = await run(process.execPath, [child, disk, '21', '30', join(disk, 'film.mp4')])
      assert.equal(turnsIn(on), 10, 'with pictures to give away it starts by itself')
      holdsAll(disk, 30)
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

describe('a folder that may not be written', () => {
  const asSomebody = isRoot ? { uid: 65_534, gid: 65_534 } : {}
  test('read-only, or of another user: one plain message says what to do', async () => {
    chmodSync(dir, 0o755)
    const folder = join(dir, 'lot')
    mkdirSync(folder)
    chmodSync(folder, 0o555)
    const said = await run(process.execPath, [child, folder, '1', '3'], asSomebody)
    assert.match(said[0]!, /^refused .*may not be written by this user \(\d+\). Give it to this user \(chown -R\)/)
    assert.equal(said.length, 1)
  })
  test('whose file another user owns is refused the same, and nothing is changed', async (t) => {
    if (!isRoot) return t.skip('only root can give a file away')
    chmodSync(dir, 0o755)
    const folder = join(dir, 'lot')
    assert.equal((await run(process.execPath, [child, folder, '1', '5'])).at(-1), 'ended')
    chownSync(folder, 65_534, 65_534)
    chownSync(join(folder, 'lot.mark'), 65_534, 65_534)
    chmodSync(join(folder, 'lot.sqlite'), 0o600)
    const said = await run(process.execPath, [child, folder, '6', '9'], asSomebody)
    assert.match(said[0]!, /^refused .*lot\.sqlite: it may not be written by this user/)
    holdsAll(folder, 5)
  })
  test('on a disk that is mounted read-only is refused with that word', async (t) => {
    const disk = join(dir, 'disk')
    if (!mountDisk(disk, '1m')) return t.skip('no disk can be mounted here')
    try {
      execFileSync('mount', ['-o', 'remount,ro', disk])
      const said = await run(process.execPath, [child, disk, '1', '3'])
      assert.match(said[0]!, /^refused .*mounted read-only. Mount it for writing/)
    } finally {
      execFileSync('umount', [disk])
    }
  })
})
