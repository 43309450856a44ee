import assert from 'node:assert/strict'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Id, Instant, Plate } from '@lanepay/domain/types.ts'
import { DiskRefused } from './open-errors.ts'
import { steps } from './open-upgrade.ts'
import { schema } from './schema.ts'
import { linesOf, open, takeTurn } from './shadow.fixtures.ts'
import { openStore, type Store } from './store.ts'

let dir: string
describe('opening what is on the disk', () => {
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lanepay-open-'))
  })
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  const main = () => join(dir, 'lot.sqlite')
  const turns = (store: Store, from: number, to: number) => {
    for (let n = from; n <= to; n++) takeTurn(store, n)
  }
  /** As after a power cut: nothing is closed, the files are what they are. The process keeps the old ones to itself. */
  function cutPower(store: Store): void {
    const now = `${dir}-now`
    renameSync(dir, now)
    writeFilesOf(now)
    store.close()
    rmSync(now, { recursive: true, force: true })
  }
  function writeFilesOf(from: string): void {
    const files = readdirSync(from).filter((name) => !name.endsWith('-shm'))
    rmSync(dir, { recursive: true, force: true })
    dir = mkdtempSync(join(tmpdir(), 'lanepay-open-'))
    for (const name of files) writeFileSync(join(dir, name), readFileSync(join(from, name)))
  }
  const damage = (at: number, length: number, what = main()) => {
    const bytes = readFileSync(what)
    bytes.fill(0x5a, at, at + length)
    writeFileSync(what, bytes)
  }
  /** A lot of 60 turns that ended in order, with a copy after the first 40. */
  async function aLot(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const store = open(dir)
    turns(store, 1, 40)
    await store.copy()
    turns(store, 41, 60)
    store.close()
    return linesOf(dir)
  }
  const diskEvent = (store: Store) => {
    const event = store.eventsAfter(0, 10_000).findLast((one) => one.kind === 'device' && one.device === 'disk')
    assert.ok(event?.kind === 'device')
    return event
  }

  describe('a start', () => {
    test('of a new folder, after an end in order, and after a crash are told apart', () => {
      const first = open(dir)
      assert.equal(first.disk.began, 'new')
      turns(first, 1, 3)
      const { epoch } = first
      first.close()
      const second = open(dir)
      assert.equal(second.disk.began, 'in-order')
      assert.equal(second.epoch, epoch)
      turns(second, 4, 6)
      cutPower(second)
      const third = open(dir)
      assert.deepEqual([third.disk.began, third.disk.loss, third.epoch], ['after-crash', null, epoch])
      assert.equal(third.lastSeq(), 6)
      third.close()
    })
    for (const [what, back] of [
      ['an hour', 3_600_000],
      ['8 hours', 8 * 3_600_000],
    ] as const)
      test(`makes ids greater than any it made before, the clock having been set back by ${what}`, () => {
        const t0 = Date.UTC(2026, 5, 1)
        const before = idMaker(() => t0, 0)
        const store = openStore(dir, before)
        const id = before()
        store.turn(() => store.vacate(1)) // changes nothing, so it need not be remembered
        store.turn(() => store.enter({ ...aStay, id, plate: '粤B11111' as never }))
        store.close()
        const newId = idMaker(() => t0 - back, 0)
        openStore(dir, newId).close()
        assert.ok(BigInt(newId()) > BigInt(id))
      })
    test('ends no stay before it began, the clock having been set back', () => {
      const store = open(dir)
      const enteredAt = Date.UTC(2026, 5, 1, 12) as Instant
      store.turn(() => store.enter({ ...aStay, id: '42' as Id, plate: '粤B11111' as Plate, enteredAt }))
      store.turn(() => store.endSession('42' as Id, (enteredAt - 8 * 3_600_000) as Instant))
      store.close()
      const [line] = linesOf(dir).get('session')!
      assert.equal(line?.split('|').at(-1), `${enteredAt}`)
    })
    test('says from when its log is, so that a clock that was set back is noticed', () => {
      const store = open(dir)
      assert.equal(store.disk.newestAt, null)
      turns(store, 1, 1)
      store.close()
      const again = open(dir)
      assert.equal(again.disk.newestAt, 1_780_000_000_001)
      again.close()
    })
  })
  const aStay = {
    pass: false,
    colour: 'blue',
    enteredAt: 1 as never,
    entryLane: 1,
    standing: 'visitor',
    vehicleClass: null,
    occupancyPercent: null,
  } as const

  describe('an older file', () => {
    const later = ['', `alter table hold add column note text not null default 'none'`]
    test('is brought to the newest version, keeps its rows and a copy of how it was', async () => {
      const before = await aLot()
      const store = open(dir, { steps: [...steps, later[1]!] })
      store.close()
      assert.deepEqual(linesOf(dir), before)
      assert.ok(existsSync(join(dir, `lot.version-${steps.length}.sqlite`)))
      const db = new DatabaseSync(main())
      assert.equal(db.prepare('select user_version as v from pragma_user_version').get()?.v, steps.length + 1)
      db.close()
      const again = open(dir, { steps: [...steps, later[1]!] })
      assert.equal(again.disk.loss, null)
      again.close()
    })
    test('that an older Lanepay meets is refused with what to do, and left as it is', async () => {
      await aLot()
      open(dir, { steps: [...steps, later[1]!] }).close()
      const bytes = readFileSync(main())
      assert.throws(
        () => open(dir),
        (error: Error) => error instanceof DiskRefused && /newer Lanepay.*Start that one again/.test(error.message),
      )
      assert.deepEqual(readFileSync(main()), bytes)
    })
    test('a step that fails changes nothing', async () => {
      const before = await aLot()
      assert.throws(() => open(dir, { steps: [...steps, `${later[1]}; select nonsense`] }), DiskRefused)
      assert.deepEqual(linesOf(dir), before)
      open(dir).close()
      assert.deepEqual(linesOf(dir), before)
    })
    test('from before versions were counted gets what it lacks', () => {
      const db = new DatabaseSync(main())
      const old = schema
        .replace('  standing text not null,\n', '')
        .replace('  vehicle_class text,\n', '')
        .replace('  occupancy_percent integer,\n', '')
        .replace('  paid_at integer not null,\n', '')
      assert.notEqual(old, schema)
      db.exec(`${old};
      insert into note values ('epoch', '77'), ('last_seq', '0');
      insert into session (id, plate, pass, colour, entered_at, entry_lane) values ('42', '粤B12345', 0, 'blue', 5, 1);
      insert into clearance (id, session, paid_fen, leave_by, received_at) values ('43', '42', 500, 9, 7)`)
      db.close()
      const store = open(dir)
      assert.equal(store.epoch, '77')
      assert.equal(store.session('42' as never)?.standing, 'visitor')
      turns(store, 1, 5)
      store.close()
      assert.ok(linesOf(dir).get('clearance')?.has('43|42|500|7|9|7'))
    })
  })

  describe('a damaged file', () => {
    const wholePages = (at: number, pages: number) => damage(at * 4096, pages * 4096)
    test('whose header is destroyed loses nothing: its list of tables comes from the copy', async () => {
      const before = await aLot()
      damage(0, 100)
      const store = open(dir)
      const { loss, began } = store.disk
      assert.equal(began, 'repaired')
      assert.deepEqual([loss?.turns, loss?.rows.size, loss?.uncounted, loss?.seqs], [0, 0, [], []])
      assert.match(diskEvent(store).because, /nothing is lost.*kept as lot\.damaged-/)
      store.close()
      assert.deepEqual(linesOf(dir), before)
      assert.ok(existsSync(join(dir, loss!.kept!)))
    })
    for (const [what, act] of [
      ['is empty', () => truncateSync(main(), 0)],
      ['is gone', () => rmSync(main())],
      ['is nonsense', () => writeFileSync(main(), 'nothing that anybody knows '.repeat(4_000))],
    ] as const) {
      test(`that ${what} comes from the copy; what came later is named, and the log begins anew`, async () => {
        await aLot()
        const { epoch } = (() => {
          const store = open(dir)
          store.close()
          return store
        })()
        act()
        const store = open(dir)
        assert.equal(store.disk.began, 'repaired')
        assert.ok(store.disk.loss!.turns >= 20, `${store.disk.loss!.turns} turns`)
        assert.deepEqual(store.disk.loss!.seqs, [[41, 60]])
        assert.ok(BigInt(store.epoch) > BigInt(epoch), 'an epoch of its own, and a later one')
        const events = store.eventsAfter(0, 10_000)
        assert.deepEqual(
          events.map((event) => event.seq),
          events.map((_, at) => at + 1),
        )
        assert.equal(events.length, 41)
        store.close()
        assert.equal(linesOf(dir).get('session')?.size, 40)
      })
    }
    test('without a copy and beyond reading is refused with what to do, and left as it is', () => {
      const store = open(dir)
      turns(store, 1, 5)
      store.close()
      damage(0, 8192)
      const bytes = readFileSync(main())
      assert.throws(
        () => open(dir),
        (error: Error) =>
          error instanceof DiskRefused &&
          /beside it is no copy that can be read. Move it to a safe place/.test(error.message),
      )
      assert.deepEqual(readFileSync(main()), bytes)
      assert.deepEqual(
        readdirSync(dir).filter((name) => name.startsWith('repair')),
        [],
      )
    })
    test('whose last page is torn is read row by row; what the copy has comes back', async () => {
      const before = await aLot()
      const pages = readFileSync(main()).length / 4096
      wholePages(pages - 1, 1)
      const store = open(dir)
      store.close()
      const lost = [...before].flatMap(([table, rows]) => [...rows].filter((row) => !linesOf(dir).get(table)?.has(row)))
      const named = [...(store.disk.loss?.rows.values() ?? [])].reduce((sum, n) => sum + n, 0)
      assert.ok(lost.length <= named, `${lost.length} lost, ${named} named`)
    })
    test('that was never filled, because whoever made it was killed, is a new one', () => {
      const elsewhere = mkdtempSync(join(tmpdir(), 'lanepay-open-'))
      const made = join(elsewhere, 'lot.sqlite')
      const db = new DatabaseSync(made)
      db.exec('pragma journal_mode = wal; pragma synchronous = full')
      for (const framesOfFirstTurn of [0, 1, 2]) {
        // Of the first turn nothing, or a beginning, has come to the disk.
        if (framesOfFirstTurn === 1)
          db.exec('begin; create table event (seq integer); create table note (name text); commit')
        writeFileSync(main(), readFileSync(made))
        if (framesOfFirstTurn > 0) {
          const log = readFileSync(`${made}-wal`)
          const page = 24 + 4096
          assert.ok(log.length >= 32 + 3 * page)
          writeFileSync(`${main()}-wal`, log.subarray(0, 32 + framesOfFirstTurn * page))
        }
        const store = open(dir)
        assert.deepEqual([store.disk.began, store.disk.loss, store.lastSeq()], ['new', null, 0])
        turns(store, 1, 3)
        store.close()
        rmSync(dir, { recursive: true, force: true })
        dir = mkdtempSync(join(tmpdir(), 'lanepay-open-'))
      }
      db.close()
      rmSync(elsewhere, { recursive: true, force: true })
    })
    test('that is another program’s database is refused', () => {
      const db = new DatabaseSync(main())
      db.exec('create table recipe (name text); insert into recipe values (1)')
      db.close()
      assert.throws(() => open(dir), /it is a database, but not a lot's/)
    })
    test('a folder that is a file is refused in words', () => {
      writeFileSync(join(dir, 'here'), '')
      assert.throws(() => open(join(dir, 'here')), DiskRefused)
    })
    test('a repair that the power cut before its last step is ended by the next start', async () => {
      const before = await aLot()
      const whole = readFileSync(main())
      damage(4096, 4096 * 6)
      writeFileSync(join(dir, 'lot.repaired.sqlite'), whole)
      writeFileSync(`${main()}-wal`, 'the log of the damaged file')
      const store = open(dir)
      assert.equal(store.disk.loss, null)
      store.close()
      assert.deepEqual(linesOf(dir), before)
      assert.ok(readdirSync(dir).some((name) => name.startsWith('lot.damaged-') && name.endsWith('.sqlite-wal')))
    })
  })

  describe('the write-ahead log', () => {
    test('cut anywhere: the lot is as it was after some turn, and the turns that are gone are named', () => {
      const store = open(dir)
      const states = [textOf(linesOf(dir))]
      for (let n = 1; n <= 10; n++) {
        takeTurn(store, n)
        states.push(textOf(linesOf(dir)))
      }
      const taken = mkdtempSync(join(tmpdir(), 'lanepay-cut-'))
      for (const name of readdirSync(dir).filter((one) => !one.endsWith('-shm')))
        writeFileSync(join(taken, name), readFileSync(join(dir, name)))
      store.close()
      const wal = readFileSync(join(taken, 'lot.sqlite-wal'))
      const frames = Math.floor((wal.length - 32) / 4120)
      const gone = new Set<number>()
      for (let frame = frames; frame >= 0; frame--) {
        for (const odd of frame % 7 === 0 ? [0, 1234] : [0]) {
          writeFilesOf(taken)
          truncateSync(`${main()}-wal`, Math.min(32 + frame * 4120 + odd, wal.length))
          let found: Store
          try {
            found = open(dir)
          } catch (error) {
            assert.ok(error instanceof DiskRefused, String(error))
            continue
          }
          found.close()
          const turn = states.indexOf(textOf(linesOf(dir)))
          assert.notEqual(turn, -1, `frame ${frame}: half a turn`)
          assert.equal(found.disk.loss?.turns ?? 0, 10 - turn, `frame ${frame}`)
          gone.add(10 - turn)
          rmSync(dir, { recursive: true, force: true })
        }
      }
      rmSync(taken, { recursive: true, force: true })
      assert.equal(gone.size, 11, 'every turn was the last one once')
    })
  })
  const textOf = (lines: ReadonlyMap<string, ReadonlySet<string>>) =>
    JSON.stringify([...lines].map(([table, rows]) => [table, [...rows].sort()]))
})
