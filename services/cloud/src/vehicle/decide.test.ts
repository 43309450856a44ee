import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { faultsOf } from '@lanepay/lot-link/lists.ts'
import fc from 'fast-check'
import { parseOrder } from '../lot-order/decide.ts'
import {
  changeCard,
  changed,
  monthsAfter,
  openCard,
  putListed,
  removeListed,
  renewCard,
  stateOf,
  stopCard,
  type VehicleRefusal,
} from './decide.ts'
import { type Holders, importCards } from './import.ts'
import { type Kept, listsOf } from './lists.ts'

const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`)
const now = at('2026-11-29') + 10 * 3_600_000
const product = { id: '1', name: '业主月卡', monthFen: 30_000, spaces: 1, windows: null, ended: false }
const night = { ...product, id: '2', name: '夜间卡', windows: [{ from: '20:00', to: '08:00' }] }
const nothing: Kept = {
  capacity: null,
  products: [product, night, { ...product, id: '3', name: '旧', ended: true }],
  cards: [],
  listed: [],
}
let ids = 100
const newId = () => String(++ids)
const asked = (card: string, plates: readonly string[], over: object = {}) => ({
  ...{
    card,
    product: '1',
    plates,
    spaces: 1,
    from: at('2026-11-01'),
    until: at('2026-12-01'),
    holder: null,
    noted: null,
  },
  ...over,
})
function after(kept: Kept, ...steps: ((kept: Kept) => ReturnType<typeof openCard>)[]): Kept {
  return steps.reduce((state, step) => {
    const made = step(state)
    assert.ok(made.ok, JSON.stringify(made))
    return changed(state, made.value)
  }, kept)
}
const opens =
  (...told: Parameters<typeof asked>) =>
  (kept: Kept) =>
    openCard(kept, asked(...told), newId)
const one = after(nothing, opens('A-1', ['粤B12345']))
const id = one.cards[0]!.id
const refusal = (made: ReturnType<typeof openCard>): VehicleRefusal | null => (made.ok ? null : made.error)

describe('a card', () => {
  test('is opened: plates in their one spelling, and the lot is told it', () => {
    const kept = after(one, opens('N-7', ['粤b·12346', '粤BD12345'], { product: '2', spaces: 2 }))
    assert.deepEqual(listsOf(kept, 3, now).cards[1], {
      ...{ card: 'N-7', plates: ['粤B12346', '粤BD12345'], spaces: 2, from: at('2026-11-01'), until: at('2026-12-01') },
      windows: [{ from: '20:00', to: '08:00' }],
    })
  })
  const refused: [string, (kept: Kept) => ReturnType<typeof openCard>, string][] = [
    ['with what is no plate', opens('B', ['粤B1234']), 'plate-malformed'],
    ['with a plate twice', opens('B', ['粤B12346', '粤B·12346']), 'plate-twice'],
    ['with a plate of another card at the same time', opens('B', ['粤B12345']), 'plate-on-card'],
    ['under a name that is taken', opens('A-1', ['粤B12346']), 'card-taken'],
    ['of no product', opens('B', ['粤B12346'], { product: '9' }), 'product-unknown'],
    ['of a product that is not sold any more', opens('B', ['粤B12346'], { product: '3' }), 'product-ended'],
    ['that ends before it begins', opens('B', ['粤B12346'], { until: at('2026-11-01') }), 'ends-before'],
  ]
  for (const [what, act, kind] of refused)
    test(`is not opened ${what}`, () => assert.equal(refusal(act(one))?.kind, kind))
  test('may have a plate of another at another time', () =>
    assert.equal(refusal(opens('B', ['粤B12345'], { from: at('2026-12-01'), until: at('2027-01-01') })(one)), null))
  test('is stopped: the lot is not told it any more, its plates are free, and it may be opened again', () => {
    const stopped = after(one, (kept) => stopCard(kept, id, '业主搬走', now))
    assert.deepEqual(listsOf(stopped, 2, now).cards, [])
    assert.equal(refusal(stopCard(stopped, id, 'x', now))?.kind, 'card-stopped')
    const again = after(stopped, opens('B', ['粤B12345']), opens('A-1', ['粤B12346']))
    assert.equal(again.cards.length, 2)
    assert.equal(again.cards.find(({ card }) => card === 'A-1')?.id, id)
  })
  test('is changed: what is not said stays', () => {
    const kept = after(one, (state) => changeCard(state, id, { plates: ['粤B12346'], reason: '换车' }))
    assert.deepEqual(
      [kept.cards[0]!.plates, kept.cards[0]!.until, kept.cards[0]!.card],
      [['粤B12346'], at('2026-12-01'), 'A-1'],
    )
  })
  test('is renewed from its end, or from today where it has run out', () => {
    const untilOf = (kept: Kept) =>
      [kept.cards[0]!.from, kept.cards[0]!.until].map((instant) =>
        new Date(instant + 8 * 3_600_000).toISOString().slice(0, 10),
      )
    const renew = (kept: Kept) => after(kept, (state) => renewCard(state, id, { months: 2, noted: null }, now))
    assert.deepEqual(untilOf(renew(one)), ['2026-11-01', '2027-02-01'])
    const over = after(nothing, opens('A-1', ['粤B12345'], { until: at('2026-11-20') }))
    const renewed = after(over, (state) => renewCard(state, over.cards[0]!.id, { months: 1, noted: null }, now))
    assert.deepEqual(untilOf(renewed), ['2026-11-29', '2026-12-29'])
  })
  const months: [string, number, string][] = [
    ['2026-11-15', 1, '2026-12-15'],
    ['2027-01-31', 1, '2027-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2026-12-31', 14, '2028-02-29'],
  ]
  for (const [from, count, to] of months)
    test(`${count} months after ${from} it is ${to}`, () => assert.equal(monthsAfter(at(from), count), at(to)))
  test('is valid, ends soon, is over, or has yet to begin', () => {
    const states = ['2026-11-20', '2026-12-02', '2027-02-01'].map((until) =>
      stateOf({ from: at('2026-11-01'), until: at(until), stoppedAt: null }, now),
    )
    assert.deepEqual(states, ['over', 'ending', 'valid'])
    assert.equal(stateOf({ from: at('2026-12-01'), until: at('2027-01-01'), stoppedAt: null }, now), 'to-come')
  })
  test('that ran out less than a month ago is still told, for the stays that it spared', () => {
    const told = (until: string): number => {
      const kept = after(nothing, opens('A', ['粤B12345'], { from: at('2026-01-01'), until: at(until) }))
      return listsOf(kept, 1, now).cards.length
    }
    assert.deepEqual(['2026-11-02', '2026-10-01'].map(told), [1, 0])
  })
})

describe('a vehicle on a list', () => {
  const put =
    (list: 'free' | 'guests' | 'blocked', plate: string, over: object = {}) =>
    (kept: Kept) =>
      putListed(kept, list, { plate, note: '', ...over })
  test('is there once: put again it is replaced', () => {
    const kept = after(nothing, put('free', '粤B12345', { note: '一' }), put('free', '粤b12345', { note: '二' }))
    assert.deepEqual(listsOf(kept, 1, now).free, [{ plate: '粤B12345', note: '二' }])
  })
  test('is not both free and blocked', () => {
    assert.equal(refusal(put('blocked', '粤B12345')(after(nothing, put('free', '粤B12345'))))?.kind, 'plate-free')
    assert.equal(refusal(put('free', '粤B12345')(after(nothing, put('blocked', '粤B12345'))))?.kind, 'plate-blocked')
  })
  test('is taken off; one that is not there is not', () => {
    const kept = after(nothing, put('guests', '粤B12345', { until: now + 1 }))
    assert.deepEqual(after(kept, (state) => removeListed(state, 'guests', '粤b 12345')).listed, [])
    assert.equal(refusal(removeListed(kept, 'free', '粤B12345'))?.kind, 'not-listed')
  })
})

describe('cards from a file', () => {
  const holders: Holders = {
    same: (card, { name, phone }) => card.holder === `${name}/${phone}`,
    seal: (_, { name, phone }) => `${name}/${phone}`,
  }
  const head = ['卡号', '产品', '车牌号', '车位', '开始', '到期', '姓名', '电话']
  const rows = [
    head,
    ['A-1', '', '粤B12345', '', '2026-11-01', '2026-11-30', '张三', '13800138000'],
    ['A-2', '夜间卡', '粤B22222，粤B22223', '2', '2026/12/1', '46387'],
    [],
    ['A-3', '无此产品', '粤B33333', '', '2026-12-01', '2026-12-31'],
    ['A-4', '', '粤B2222', '', '2026-12-01', '2026-12-31'],
    ['A-5', '', '粤B22223', '', '2026-12-01', '2026-12-31'],
    ['A-2', '', '粤B44444', '', '2026-12-01', '2026-12-31'],
    ['A-6', '', '粤B66666', '', '2026-12-01', '明年'],
  ]
  const run = (kept: Kept, sheet: readonly (readonly string[])[] = rows, chosen: readonly number[] | null = null) =>
    importCards(kept, sheet, { product: '1', chosen: chosen && new Set(chosen), newId, holders })
  const does = (imported: ReturnType<typeof run>) => imported.lines.map(({ line, does }) => [line, does])

  test('each line says what it does, or why it cannot, in both languages', () => {
    const imported = run(one)
    assert.deepEqual(does(imported), [
      [2, 'changes'],
      [3, 'opens'],
      [5, 'wrong'],
      [6, 'wrong'],
      [7, 'wrong'],
      [8, 'wrong'],
      [9, 'wrong'],
    ])
    const why = imported.lines.map((line) => line.why?.en ?? '')
    assert.match(why[2]!, /No product.*无此产品/)
    assert.match(why[3]!, /"粤B2222" is no plate/)
    assert.match(why[4]!, /on card A-2 at the same time/)
    assert.match(why[5]!, /before it/)
    assert.match(why[6]!, /2026-01-31/)
    assert.ok(imported.lines.every(({ why }) => why === null || (why.zh !== '' && why.en !== '')))
  })
  test('the last day is one of the card; a day is read as people and Excel write it', () => {
    const card = run(one).change.cards.find(({ card }) => card === 'A-2')!
    assert.deepEqual([card.from, card.until, card.product, card.spaces], [at('2026-12-01'), at('2027-01-01'), '2', 2])
  })
  test('the same file again does nothing', () => {
    const kept = changed(one, run(one).change)
    const again = run(kept)
    assert.deepEqual(does(again).slice(0, 2), [
      [2, 'nothing'],
      [3, 'nothing'],
    ])
    assert.deepEqual([again.change.cards, again.change.steps], [[], []])
  })
  test('where a file does not say whose a card is, that stays', () => {
    const kept = changed(one, run(one).change)
    const silent = run(kept, [head, ['A-1', '', '粤B12345', '', '2026-11-01', '2027-01-31']])
    assert.equal(silent.change.cards[0]?.holder, '张三/13800138000')
  })
  test('only chosen lines are taken; one that was not stands in nobody’s way', () => {
    const sheet = [head, rows[2]!, ['A-5', '', '粤B22223', '', '2026-12-01', '2026-12-31']]
    const imported = run(nothing, sheet, [3])
    assert.deepEqual(
      imported.change.cards.map(({ card }) => card),
      ['A-5'],
    )
  })
  test('a file without a column that is needed has no lines', () => {
    const imported = run(nothing, [['卡号', '到期']])
    assert.deepEqual([imported.lines, imported.fault?.zh], [[], '第一行缺少列：车牌、开始日期。'])
    assert.equal(run(nothing, []).lines.length, 0)
  })

  test('law: whatever is imported, opened, changed, stopped and listed, the lot would take what it is told', () => {
    const anyPlate = fc.constantFrom('粤B12345', '粤B22222', '粤BD33333', '京A·12345', 'x')
    const anyCard = fc.constantFrom('A', 'B', 'C')
    const anyDay = fc.constantFrom('2026-11-01', '2026-11-20', '2026-12-01', '2027-01-01')
    const anyStep = fc.oneof(
      fc.record({ row: fc.array(fc.tuple(anyCard, anyPlate, anyDay, anyDay), { maxLength: 4 }) }),
      fc.record({
        open: anyCard,
        plates: fc.array(anyPlate, { minLength: 1, maxLength: 2 }),
        from: anyDay,
        until: anyDay,
      }),
      fc.record({ change: fc.nat(3), plates: fc.array(anyPlate, { minLength: 1, maxLength: 2 }) }),
      fc.record({ stop: fc.nat(3) }),
      fc.record({ renew: fc.nat(3) }),
      fc.record({ put: fc.constantFrom('free' as const, 'blocked' as const, 'guests' as const), plate: anyPlate }),
    )
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 12 }), (steps) => {
        let kept = nothing
        for (const step of steps) {
          const card = 'change' in step ? step.change : 'stop' in step ? step.stop : 'renew' in step ? step.renew : 0
          const who = kept.cards[card]?.id ?? '0'
          const made =
            'row' in step
              ? { ok: true as const, value: run(kept, [['卡号', '车牌', '开始', '到期'], ...step.row]).change }
              : 'open' in step
                ? opens(step.open, step.plates, { from: at(step.from), until: at(step.until) })(kept)
                : 'change' in step
                  ? changeCard(kept, who, { plates: step.plates, reason: 'r' })
                  : 'stop' in step
                    ? stopCard(kept, who, 'r', now)
                    : 'renew' in step
                      ? renewCard(kept, who, { months: 1, noted: null }, now)
                      : putListed(kept, step.put, { plate: step.plate, note: '' })
          if (made.ok) kept = changed(kept, made.value)
          const lists = listsOf(kept, 1, now)
          assert.deepEqual(faultsOf(lists), [])
          assert.equal(parseOrder({ kind: 'lists', lists }).ok, true)
        }
      }),
    )
  })
})
