import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { SimulatedClock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import fc from 'fast-check'
import { dayOf, instantIn, isOfRead, pathOf } from './names.ts'
import { findPictures, pictureShelf } from './shelf.ts'

const t0 = Date.UTC(2026, 5, 1, 15, 59, 59, 999) as Instant
const later = (ms: number) => (t0 + ms) as Instant
const jpeg = (bytes: number, fill = 1) => Buffer.alloc(bytes, fill)
const read = (recordId: string, ...sizes: number[]) => ({
  recordId,
  pictures: () => sizes.map((bytes, i) => ({ role: (['full', 'plate', 'vehicle'] as const)[i]!, jpeg: jpeg(bytes) })),
})

async function withShelf(
  limit: { days?: number; bytes?: number },
  act: (given: ReturnType<typeof shelfIn>) => Promise<void>,
) {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-pictures-'))
  const given = shelfIn(dir, limit)
  try {
    await act(given)
  } finally {
    await given.shelf.close()
    rmSync(dir, { recursive: true, force: true })
  }
}
function shelfIn(dir: string, { days = 30, bytes = 1_000 }: { days?: number; bytes?: number }) {
  const disk = { leaves: Infinity }
  const clock = new SimulatedClock()
  const logged: Record<string, unknown>[] = []
  const open = () =>
    pictureShelf({
      dir,
      clock,
      log: (_level, event, facts) => logged.push({ event, ...facts }),
      limit: { days, bytes },
      leaveBytes: 100,
      roomOn: () => disk.leaves,
    })
  return { dir, clock, logged, disk, open, shelf: open() }
}

describe('where a picture lies', () => {
  const cases: [string, Parameters<typeof pathOf>[0], string][] = [
    [
      'the last moment of a Chinese day',
      { lane: 1, at: t0, recordId: '7', role: 'full' },
      `1/2026-06-01/${t0}-7-full.jpg`,
    ],
    [
      'the first of the next',
      { lane: 12, at: later(1), recordId: '7', role: 'plate' },
      `12/2026-06-02/${later(1)}-7-plate.jpg`,
    ],
    [
      'a record number that would leave the folder',
      { lane: 1, at: t0, recordId: '../a-b', role: 'full' },
      `1/2026-06-01/${t0}-%2e%2e%2Fa%2db-full.jpg`,
    ],
  ]
  for (const [what, name, path] of cases) test(what, () => assert.equal(pathOf(name).join('/'), path))
  test('any record number is one file name, and is found again by itself', () =>
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }), (recordId) => {
        const [, , file] = pathOf({ lane: 1, at: t0, recordId, role: 'full' })
        assert.match(file, /^[\w%-]+\.jpg$/)
        assert.ok(file.length < 200)
        assert.equal(instantIn(file), t0)
        assert.ok(isOfRead(file, t0, recordId) && isOfRead(file, t0) && !isOfRead(file, later(1)))
      }),
    ))
})

test('pictures are found by lane and instant, and by record where one instant has two', () =>
  withShelf({}, async ({ dir, shelf }) => {
    await Promise.all([
      shelf.keep(1, read('a', 10, 20), t0),
      shelf.keep(1, read('b', 30), t0),
      shelf.keep(2, read('a', 40), t0),
    ])
    const sizes = async (wanted: Parameters<typeof findPictures>[1]) =>
      (await findPictures(dir, wanted)).map((path) => readFileSync(path).length)
    assert.deepEqual(await sizes({ lane: 1, at: t0 }), [10, 20, 30])
    assert.deepEqual(await sizes({ lane: 1, at: t0, recordId: 'a' }), [10, 20])
    assert.deepEqual(await sizes({ lane: 2, at: t0 }), [40])
    assert.deepEqual(await sizes({ lane: 1, at: later(1) }), [])
    assert.deepEqual(await sizes({ lane: 3, at: t0 }), [])
    assert.equal(shelf.bytes(), 100)
  }))

test('over the limit the oldest go first, whatever their lane', () =>
  withShelf({ bytes: 100 }, async ({ dir, shelf }) => {
    await shelf.keep(1, read('a', 60), t0)
    await shelf.keep(2, read('b', 30), later(1))
    await shelf.keep(1, read('c', 50), later(2))
    assert.deepEqual(await findPictures(dir, { lane: 1, at: t0 }), [])
    assert.equal((await findPictures(dir, { lane: 2, at: later(1) })).length, 1)
    assert.equal(shelf.bytes(), 80)
  }))

test('one that is larger than the limit is not kept, and one that comes again is kept once', () =>
  withShelf({ bytes: 100 }, async ({ dir, shelf }) => {
    await shelf.keep(1, read('a', 101), t0)
    assert.deepEqual(await findPictures(dir, { lane: 1, at: t0 }), [])
    await shelf.keep(1, read('b', 40), t0)
    await shelf.keep(1, read('b', 40), t0)
    assert.equal(shelf.bytes(), 40)
  }))

test('those older than their days go, and their empty folders', () =>
  withShelf({ days: 2 }, async ({ dir, clock, shelf }) => {
    const now = clock.now()
    await shelf.keep(1, read('old', 10), (now - 2 * 86_400_000 - 1_000) as Instant)
    await shelf.keep(1, read('new', 10), (now - 2 * 86_400_000 + 60_000) as Instant)
    await shelf.tidy()
    assert.equal(shelf.bytes(), 10)
    clock.advance(120_000)
    await shelf.tidy()
    assert.equal(shelf.bytes(), 0)
    assert.deepEqual(await findPictures(dir, { lane: 1, at: now }), [])
  }))

test('what was there when it starts counts', () =>
  withShelf({ bytes: 100 }, async ({ open, shelf, dir }) => {
    await shelf.keep(1, read('a', 60), t0)
    writeFileSync(join(dir, '1', dayOf(t0), 'somebody-elses.jpg'), jpeg(500))
    const next = open()
    assert.equal(next.bytes(), 60)
    await next.keep(1, read('b', 60), later(1))
    assert.equal(next.bytes(), 60)
    assert.deepEqual(await findPictures(dir, { lane: 1, at: t0 }), [])
  }))

test('a disk that refuses costs the picture, is told once, and tried again', () =>
  withShelf({}, async ({ dir, shelf, logged }) => {
    // A file stands where the folder of the lane would be.
    writeFileSync(join(dir, '1'), '')
    await shelf.keep(1, read('a', 10), t0)
    await shelf.keep(1, read('b', 10), later(1))
    assert.equal(logged.length, 1)
    assert.equal(logged[0]?.event, 'pictures-not-kept')
    await shelf.keep(2, read('c', 10), later(2))
    assert.equal(shelf.bytes(), 10)
    rmSync(join(dir, '1'))
    await shelf.keep(1, read('d', 10), later(3))
    assert.equal((await findPictures(dir, { lane: 1, at: later(3) })).length, 1)
  }))

describe('a disk that is short', () => {
  const isThere = async (dir: string, lane: number, at: Instant) => (await findPictures(dir, { lane, at })).length > 0

  test('the oldest give way at once, and their empty folders; a few are enough', () =>
    withShelf({ bytes: 1_000_000_000 }, async ({ dir, shelf, logged }) => {
      await shelf.keep(1, read('a', 20 * 1024 * 1024), t0)
      await shelf.keep(2, read('b', 20 * 1024 * 1024), later(1))
      await shelf.keep(1, read('c', 10), later(2))
      shelf.giveWay()
      assert.equal(shelf.bytes(), 10)
      assert.deepEqual(readdirSync(join(dir, '1')), [dayOf(later(2))])
      assert.ok(await isThere(dir, 1, later(2)))
      assert.deepEqual(logged, [{ event: 'pictures-gave-way', pictures: 2, bytes: 40 * 1024 * 1024 }])
      shelf.giveWay()
      assert.equal(shelf.bytes(), 0)
      shelf.giveWay()
      assert.equal(logged.length, 2, 'with none left there is nothing to tell')
    }))
  test('however many they are, no more than a few hundred go at a time', () =>
    withShelf({ bytes: 1_000_000 }, async ({ shelf }) => {
      for (let n = 0; n < 10; n++)
        await Promise.all(Array.from({ length: 30 }, (_, m) => shelf.keep(1, read('a', 1), later(n * 100 + m))))
      assert.equal(shelf.bytes(), 300)
      shelf.giveWay()
      assert.equal(shelf.bytes(), 300 - 256)
    }))
  test('what gave way is not counted by the next start, and a picture on its way is kept', () =>
    withShelf({ bytes: 1_000_000 }, async ({ dir, shelf, open }) => {
      await shelf.keep(1, read('a', 10), t0)
      const written = shelf.keep(2, read('b', 20), later(1))
      shelf.giveWay()
      await written
      assert.equal(shelf.bytes(), 20)
      assert.equal(open().bytes(), 20)
      assert.ok(!(await isThere(dir, 1, t0)) && (await isThere(dir, 2, later(1))))
    }))
  const places: [what: string, leaves: number, more: number, kept: readonly string[]][] = [
    ['with room for all: nothing goes', 150, 50, ['a', 'b', 'c', 'new']],
    ['a little short: as many of the oldest go as it lacks', 149, 50, ['b', 'c', 'new']],
    ['with nothing left: the new one takes the place of as much as it needs', 0, 35, ['c', 'new']],
    ['larger than all there are: it is not kept, and nothing goes for it', 0, 61, ['a', 'b', 'c']],
  ]
  for (const [what, leaves, more, kept] of places)
    test(`a new one, ${what}`, () =>
      withShelf({}, async ({ dir, disk, shelf, logged }) => {
        for (const [nth, name] of ['a', 'b', 'c'].entries()) await shelf.keep(nth + 1, read(name, 20), later(nth))
        disk.leaves = leaves
        await shelf.keep(4, read('new', more), later(3))
        const there = await Promise.all([1, 2, 3, 4].map((lane, nth) => isThere(dir, lane, later(nth))))
        assert.deepEqual(
          ['a', 'b', 'c', 'new'].filter((_, nth) => there[nth]),
          kept,
        )
        assert.equal(logged.length, kept.includes('new') ? 0 : 1)
      }))
})

test('a lot that keeps none never looks into a read', () =>
  withShelf({ bytes: 0 }, async ({ shelf }) => {
    const pictures = () => assert.fail('looked')
    await shelf.keep(1, { recordId: 'a', pictures }, t0)
  }))

test('never more than the limit, however they come', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(3), fc.nat(80), fc.nat(5_000)), { maxLength: 20 }), (reads) =>
      withShelf({ bytes: 100 }, async ({ shelf, open }) => {
        for (const [lane, bytes, ms] of reads) {
          await shelf.keep(lane + 1, read(`${bytes}`, bytes), later(ms))
          assert.ok(shelf.bytes() <= 100)
        }
        assert.equal(open().bytes(), shelf.bytes())
      }),
    ),
    { numRuns: 50 },
  ))
