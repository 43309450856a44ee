import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DiskRefused } from './open-errors.ts'
import { linesOf, open, takeTurn } from './shadow.fixtures.ts'

/*
 * Bytes that turn by themselves, pages that come back empty. A start works with everything, or works and names what is gone,
 * or refuses with what to do. LANEPAY_DISK_DAMAGES sets how many times; each is made from its number, so that it comes again.
 */
const times = Number(process.env.LANEPAY_DISK_DAMAGES ?? 100)

/** A small generator with a seed: mulberry32. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

type Lines = ReadonlyMap<string, ReadonlySet<string>>
let whole: string
/** The same lot as the power left it: some of it in its write-ahead log only. */
let torn: string
let shadow: Lines
describe('repairing what is on the disk', () => {
  before(async () => {
    whole = mkdtempSync(join(tmpdir(), 'lanepay-whole-'))
    const store = open(whole)
    for (let n = 1; n <= 200; n++) takeTurn(store, n)
    store.acked(100)
    await store.copy()
    for (let n = 201; n <= 300; n++) takeTurn(store, n)
    shadow = linesOf(whole)
    torn = mkdtempSync(join(tmpdir(), 'lanepay-torn-'))
    for (const name of readdirSync(whole).filter((one) => !one.endsWith('-shm')))
      copyFileSync(join(whole, name), join(torn, name))
    store.close()
  })
  after(() => {
    for (const dir of [whole, torn]) rmSync(dir, { recursive: true, force: true })
  })

  /** The lot again, with some turns in its write-ahead log, damaged by `act`; then what a start makes of it. */
  function afterDamage(
    act: (dir: string) => void,
    of: string = whole,
  ): { outcome: 'whole' | 'named' | 'refused'; gone: number } {
    const dir = mkdtempSync(join(tmpdir(), 'lanepay-damaged-'))
    try {
      for (const name of readdirSync(of)) copyFileSync(join(of, name), join(dir, name))
      act(dir)
      let store: ReturnType<typeof open>
      try {
        store = open(dir)
      } catch (error) {
        assert.ok(error instanceof DiskRefused, `a start must not break: ${(error as Error).stack}`)
        assert.match(error.message, /[Ss]tart|disk|Move/)
        return { outcome: 'refused', gone: 0 }
      }
      const { loss } = store.disk
      const events = store.eventsAfter(0, 100_000)
      assert.deepEqual(
        events.map((event) => event.seq),
        events.map((_, at) => events[0]!.seq + at),
        'the log that is left has no hole',
      )
      takeTurn(store, 9_999)
      store.close()
      const there = linesOf(dir)
      let gone = 0
      for (const [table, rows] of shadow) {
        const missing = [...rows].filter((row) => !there.get(table)?.has(row))
        // What the cloud has acknowledged is the cloud's: a log that begins anew leaves it behind.
        const counts = table === 'event' && store.epoch !== epoch ? missing.filter((row) => !isAcked(row)) : missing
        const overtaken = table === 'occupancy' ? 1 : 0 // by the turn after the damage
        const lost = counts.length - overtaken
        if (lost <= 0) continue
        gone += lost
        assert.ok(loss, `${lost} of ${table} are gone and nobody says so: ${counts[0]}`)
        const named = (loss.rows.get(table) ?? 0) + (loss.unchecked.get(table) ?? 0) + 2 * loss.turns // a turn changes two of a table at most
        assert.ok(
          named >= lost || loss.uncounted.includes(table),
          `${lost} of ${table} are gone, ${named} are named: ${counts[0]}`,
        )
      }
      // Nothing is there that never was, unless it is named; a turn that is gone leaves rows as they were before it.
      for (const [table, rows] of there) {
        const made = [...rows].filter((row) => !shadow.get(table)?.has(row) && !row.includes('9999'))
        if (made.length === 0) continue
        const named =
          loss &&
          ((loss.rows.get(table) ?? 0) + (loss.unchecked.get(table) ?? 0) + loss.fromCopy.older + loss.turns > 0 ||
            loss.uncounted.includes(table))
        assert.ok(named, `${table} holds what nobody wrote: ${made[0]}`)
      }
      return { outcome: loss === null ? 'whole' : 'named', gone }
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  const isAcked = (row: string) => Number(row.split('|')[3]) <= 100
  let epoch: string
  before(() => {
    const store = open(whole)
    epoch = store.epoch
    store.close()
  })

  describe('whatever bytes the disk gives back', () => {
    for (const [what, act] of [
      [
        'a few bytes turned in one page',
        (bytes: Buffer, below: (n: number) => number) => {
          const page = below(bytes.length / 4096) * 4096
          for (let n = 1 + below(8); n > 0; n--) {
            const at = page + below(4096)
            bytes[at] = bytes[at]! ^ (1 + below(255))
          }
        },
      ],
      [
        'bytes turned all over the file',
        (bytes: Buffer, below: (n: number) => number) => {
          for (let n = 1 + below(30); n > 0; n--) {
            const at = below(bytes.length)
            bytes[at] = bytes[at]! ^ (1 << below(8))
          }
        },
      ],
      [
        'a page that holds another one',
        (bytes: Buffer, below: (n: number) => number) => {
          const pages = bytes.length / 4096
          bytes.copy(bytes, below(pages) * 4096, below(pages) * 4096, (below(pages) + 1) * 4096)
        },
      ],
      [
        'pages that come back empty',
        (bytes: Buffer, below: (n: number) => number) => {
          for (let n = 1 + below(3); n > 0; n--) {
            const page = below(bytes.length / 4096) * 4096
            bytes.fill(0, page, page + 4096)
          }
        },
      ],
    ] as const)
      test(`${what}: it works with everything, or names what is gone, or refuses`, (t) => {
        const outcomes = { whole: 0, named: 0, refused: 0 }
        for (let seed = 1; seed <= times / 4; seed++) {
          for (const withCopy of [true, false]) {
            try {
              const { outcome } = afterDamage((dir) => {
                if (!withCopy) rmSync(join(dir, 'lot.backup.sqlite'))
                const bytes = readFileSync(join(dir, 'lot.sqlite'))
                act(bytes, numbersFrom(seed))
                writeFileSync(join(dir, 'lot.sqlite'), bytes)
              })
              outcomes[outcome] += 1
            } catch (error) {
              throw new Error(`damage ${seed}, ${withCopy ? 'with' : 'without'} a copy`, { cause: error })
            }
          }
        }
        t.diagnostic(JSON.stringify(outcomes))
        assert.ok(outcomes.named > 0, 'some of it must have hurt')
      })

    test('bytes turned in the write-ahead log: the turns behind them are named', (t) => {
      const outcomes = { whole: 0, named: 0, refused: 0 }
      for (let seed = 1; seed <= times / 4; seed++) {
        const below = numbersFrom(seed)
        const { outcome } = afterDamage((dir) => {
          const bytes = readFileSync(join(dir, 'lot.sqlite-wal'))
          for (let n = 1 + below(4); n > 0; n--) {
            const at = below(bytes.length)
            bytes[at] = bytes[at]! ^ (1 + below(255))
          }
          writeFileSync(join(dir, 'lot.sqlite-wal'), bytes)
        }, torn)
        outcomes[outcome] += 1
      }
      t.diagnostic(JSON.stringify(outcomes))
      assert.ok(outcomes.named > 0)
    })
    test('the file, its write-ahead log and its copy at once: what is gone is named', (t) => {
      const outcomes = { whole: 0, named: 0, refused: 0 }
      for (let seed = 1; seed <= times / 4; seed++) {
        const below = numbersFrom(seed)
        const { outcome } = afterDamage((dir) => {
          for (const name of ['lot.sqlite', 'lot.sqlite-wal', 'lot.backup.sqlite']) {
            const bytes = readFileSync(join(dir, name))
            for (let n = below(6); n > 0; n--) {
              const at = below(bytes.length)
              bytes[at] = bytes[at]! ^ (1 + below(255))
            }
            writeFileSync(join(dir, name), bytes)
          }
        }, torn)
        outcomes[outcome] += 1
      }
      t.diagnostic(JSON.stringify(outcomes))
      assert.ok(outcomes.named > 0)
    })
    test('a file cut at every page: what is behind the cut comes from the copy or is named', () => {
      const pages = readFileSync(join(whole, 'lot.sqlite')).length / 4096
      for (let page = 1; page < pages; page++)
        assert.notEqual(
          afterDamage((dir) => truncateSync(join(dir, 'lot.sqlite'), page * 4096)).outcome,
          'whole',
          `cut at ${page}`,
        )
    })
    test('a row that was changed by hand is not taken for what was written', () => {
      const { outcome, gone } = afterDamage((dir) => {
        const bytes = readFileSync(join(dir, 'lot.sqlite'))
        // In the table and in its indexes alike, so that SQLite itself finds nothing wrong.
        let changed = 0
        for (let at = bytes.indexOf('粤B00250'); at >= 0; at = bytes.indexOf('粤B00250', at + 1)) {
          bytes.write('粤B00251', at)
          changed += 1
        }
        assert.ok(changed > 1)
        writeFileSync(join(dir, 'lot.sqlite'), bytes)
      })
      assert.equal(outcome, 'named')
      assert.equal(gone, 1)
    })
  })
})
