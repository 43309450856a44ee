import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Command } from '@lanepay/lot-link/messages.ts'
import { hour, minute, openGate, type TestLot, testLot } from '../fixtures.ts'

/* What an office says of a stay and a lane, besides what it corrects: the vehicle is gone, show this, open for that one. */

const plate = '粤B12345'
let commands = 0
const order = (lot: TestLot, fields: object): Command =>
  ({
    ...{ id: String(++commands).padStart(32, '4'), issuedAt: lot.now(), expiresAt: lot.now() + minute },
    ...fields,
  }) as object as Command
const by = { by: 'manager-1', reason: '监控看到车已离场' }
const closing = (lot: TestLot, session: string, about: object = {}) =>
  order(lot, { kind: 'close', session, lane: 2, ...by, ...about })

function withLot(act: (lot: TestLot, session: string) => void): void {
  const lot = testLot()
  try {
    lot.opens(lot.read(1, plate).opening)
    lot.drivesThrough(1)
    const [entered] = lot.events()
    assert.ok(entered?.kind === 'entered')
    act(lot, entered.session)
  } finally {
    lot.close()
  }
}

describe('a stay whose vehicle has gone unseen', () => {
  test('ends when a person says so, by that lane and at that time, and what it owed stands as a question', () =>
    withLot((lot, session) => {
      const leftAt = lot.now() + 90 * minute
      lot.pass(5 * hour)
      assert.deepEqual(lot.command(closing(lot, session, { leftAt }))?.state, 'done')
      const last = lot.events().at(-1)
      assert.ok(last?.kind === 'left')
      const { lane, how, owedFen, by: who, reason, leftAt: at } = last
      assert.deepEqual(
        { lane, how, owedFen, by: who, reason },
        { lane: 2, how: 'released-owing', owedFen: 1000, ...by },
      )
      assert.equal(at, leftAt)
      assert.equal(lot.command(closing(lot, session))?.because, 'session-ended')
    }))
  test('that owed nothing has just left', () =>
    withLot((lot, session) => {
      lot.pass(10 * minute)
      assert.equal(lot.command(closing(lot, session))?.state, 'done')
      const last = lot.events().at(-1)
      assert.ok(last?.kind === 'left')
      assert.deepEqual([last.how, last.owedFen], ['left', 0])
    }))
  const refused: [string, (lot: TestLot, session: string) => object][] = [
    ['no-session', () => ({ session: '7' })],
    ['lane-unknown', () => ({ lane: 9 })],
    ['lane-unknown', () => ({ lane: 1 })],
    ['left-after-now', (lot) => ({ leftAt: lot.now() + 1 })],
    ['left-before-entered', (lot) => ({ leftAt: lot.now() - 2 * hour })],
    [
      'stands-in-lane',
      (lot) => {
        lot.read(2, plate)
        return {}
      },
    ],
  ]
  for (const [because, about] of refused)
    test(`is not ended: ${because}`, () =>
      withLot((lot, session) => {
        lot.pass(hour)
        assert.equal(lot.command(closing(lot, session, about(lot, session)))?.because, because)
        assert.ok(lot.lot.store.isOpen(session as never))
      }))
})

describe('a lane', () => {
  test('that is opened from the office says in its log who did it and why', () =>
    withLot((lot) => {
      lot.pass(hour)
      lot.read(2, plate)
      const command = { ...openGate(lot, 2, lot.lot.store.occupancy(2)!.number), ...by }
      assert.equal(lot.command(command), null)
      lot.opens(lot.lot.store.waitingOpening(2))
      const opened = lot.events().findLast(({ kind }) => kind === 'gate-opened')
      assert.ok(opened?.kind === 'gate-opened')
      assert.deepEqual(opened.cause, { kind: 'command', command: command.id, ...by })
    }))
  for (const [what, lane, over, answer] of [
    ['with a display shows what it is told', 2, {}, { state: 'done' }],
    ['that there is not shows nothing', 9, {}, { state: 'refused', because: 'lane-unknown' }],
    ['shows nothing that comes too late', 2, { expiresAt: 1 }, { state: 'expired' }],
  ] as const)
    test(what, () =>
      withLot((lot) => {
        const show = order(lot, { kind: 'show', lane, lines: ['请稍候'], ...over })
        const { id: _, at: __, ...said } = lot.command(show)!
        assert.deepEqual(said, answer)
      }),
    )
})
