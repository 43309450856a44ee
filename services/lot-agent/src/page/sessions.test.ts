import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { minute, type TestLot, testLot } from '../fixtures.ts'
import { pageOf } from './fixtures.ts'
import { logPage, storyOf } from './log-pages.ts'
import { sessionStory, sessionsPage } from './sessions.ts'

let lot: TestLot
describe('who is inside, on the page', () => {
  beforeEach(() => {
    lot = testLot()
  })
  afterEach(() => lot.close())

  const comesIn = (plate: string): string => {
    lot.opens(lot.read(1, plate).opening)
    lot.drivesThrough(1)
    lot.pass(minute)
    return lot.lot.store.openSessions(plate as never)[0]!.id
  }

  describe('who is inside', () => {
    const plates = ['粤B12345', '京AD12345', '粤B99999', '沪A05070', '粤BF12345']
    const find = (plate: string, after: string | null = null, atMost = 50) =>
      sessionsPage(pageOf(lot).page, { plate, after, atMost }, lot.now())

    test('is found by any part of the plate, however it is typed, the last to come first', () => {
      for (const plate of plates) comesIn(plate)
      for (const [typed, found] of [
        ['', plates.toReversed()],
        ['12345', ['粤BF12345', '京AD12345', '粤B12345']],
        ['粤b', ['粤BF12345', '粤B99999', '粤B12345']],
        ['粤B·123', ['粤B12345']],
        [' ９９９ ', ['粤B99999']],
        ['XYZ', []],
      ] as const) {
        const { sessions, matching, next } = find(typed)
        assert.deepEqual(
          sessions.map(({ plate }) => plate),
          found,
          typed,
        )
        assert.deepEqual([matching, next], [found.length, null])
      }
    })
    test('comes page by page: each once, whoever leaves in between', () => {
      for (const plate of plates) comesIn(plate)
      const first = find('', null, 2)
      assert.deepEqual(
        first.sessions.map(({ plate }) => plate),
        ['粤BF12345', '沪A05070'],
      )
      lot.lot.store.endSession(first.sessions[1]!.id as never, lot.now())
      const second = find('', first.next, 2)
      assert.deepEqual(
        second.sessions.map(({ plate }) => plate),
        ['粤B99999', '京AD12345'],
      )
      const third = find('', second.next, 2)
      assert.deepEqual(
        third.sessions.map(({ plate }) => plate),
        ['粤B12345'],
      )
      assert.equal(third.next, null)
    })
    test('those who came in the same millisecond are each on one page', () => {
      for (const plate of plates) {
        lot.opens(lot.read(1, plate).opening)
        lot.drivesThrough(1)
      }
      const seen: string[] = []
      for (let after: string | null = null; ; ) {
        const page = find('', after, 2)
        seen.push(...page.sessions.map(({ plate }) => plate))
        if (page.next === null) break
        after = page.next
      }
      assert.deepEqual(seen, plates.toReversed())
    })
  })

  describe('the log', () => {
    /** `n` events, every third of another kind. */
    const filled = (n: number) =>
      lot.lot.store.turn(() => {
        for (let i = 0; i < n; i++)
          lot.lot.store.log(
            i % 3 === 0
              ? { kind: 'unordered-opening', at: lot.now(), lane: 1 }
              : { kind: 'in-force', at: lot.now(), what: 'lists', version: i },
          )
      })

    test('page by page it is all of the log, newest first, each event once', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 40 }),
          fc.integer({ min: 1, max: 60 }),
          fc.constantFrom(null, 'unordered-opening', 'in-force', 'voided'),
          async (more, atMost, kind) => {
            filled(more)
            const all = lot.events().filter((event) => kind === null || event.kind === kind)
            const seen: number[] = []
            for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; ) {
              const page: Awaited<ReturnType<typeof logPage>> = await logPage(lot.lot.store, { kind, before, atMost })
              assert.ok(page.events.length <= atMost)
              seen.push(...page.events.map(({ seq }) => seq))
              before = page.next
            }
            assert.deepEqual(seen, all.map(({ seq }) => seq).toReversed())
          },
        ),
        { numRuns: 40 },
      )
    })
    test('reaches over many pieces, and ends where the log was forgotten', async () => {
      filled(7_000)
      lot.lot.store.acked(6_500)
      lot.lot.store.turn(() => lot.lot.store.keepAcked())
      const rare = await logPage(lot.lot.store, { kind: 'voided', before: Number.MAX_SAFE_INTEGER, atMost: 10 })
      assert.deepEqual(rare, { events: [], next: null })
      const oldest = await logPage(lot.lot.store, { kind: null, before: 1_502, atMost: 10 })
      assert.deepEqual([oldest.events.map(({ seq }) => seq), oldest.next], [[1_501], null])
    })
  })

  describe('the story of a stay', () => {
    test('is all that the log says of it, and nothing of anybody else', async () => {
      comesIn('京A88888')
      const session = comesIn('粤B12345')
      comesIn('沪A05070')
      lot.pass(70 * minute)
      lot.read(2, '粤B12345')
      lot.backsOff(2)
      lot.read(2, '京A88888')
      lot.backsOff(2)
      lot.read(2, '粤B12345')
      lot.opens(lot.cash(session, 1000).opening)
      lot.drivesThrough(2)
      const story = await sessionStory(pageOf(lot).page, session)
      assert.deepEqual(
        story?.story.map(({ kind }) => kind),
        [
          'entered',
          'occupied',
          'gate-opened',
          'vacated',
          'occupied',
          'vacated',
          'occupied',
          'cash-taken',
          'gate-opened',
          'vacated',
          'left',
        ],
      )
      assert.deepEqual([story?.open, story?.owed], [false, null])
    })
    test('says by which stay it was superseded', async () => {
      const first = comesIn('粤B12345')
      lot.pass(70 * minute)
      const second = comesIn('粤B12345')
      assert.notEqual(first, second)
      const story = await storyOf(lot.lot.store, first, 0)
      assert.deepEqual(
        story.map(({ kind }) => kind),
        ['entered', 'occupied', 'gate-opened', 'vacated', 'entered'],
      )
      const last = story.at(-1)
      assert.equal(last?.kind === 'entered' && last.supersedes, first)
    })
    test('of a stay that is not there is none', async () =>
      assert.equal(await sessionStory(pageOf(lot).page, '404'), null))
  })
})
