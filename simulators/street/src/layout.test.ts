import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LotPlan, layoutOf } from './layout.ts'

const lot: LotPlan = {
  name: '阳光花园',
  bays: 8,
  lanes: [
    { id: 1, name: '入口', direction: 'entry' },
    { id: 2, name: '出口', direction: 'exit' },
  ],
  codes: [
    { kind: 'prepay', laneId: 0, name: '场内', url: 'https://pay.example.com/p/AAA' },
    { kind: 'exit', laneId: 2, name: '出口', url: 'https://pay.example.com/p/BBB?x=1' },
  ],
}
const others = { kind: 'hosted', kinds: ['hosted'], drivers: [], wallets: ['wechatpay'] } as const

test('codes know where they hang and what they are on a phone of the street', () => {
  assert.deepEqual(
    layoutOf(lot, others).codes.map(({ id, laneId, path }) => [id, laneId, path]),
    [
      ['hosted-code-1', null, '/p/AAA'],
      ['hosted-code-2', 2, '/p/BBB?x=1'],
    ],
  )
})

test('what cannot be drawn is named', () => {
  const [entry, exit] = lot.lanes
  const table: [Partial<LotPlan>, RegExp][] = [
    [{ lanes: [entry!] }, /one exit lane/],
    [{ lanes: [entry!, exit!, { id: 3, name: '二号口', direction: 'entry' }] }, /one entry lane/],
    [{ lanes: [{ ...entry!, direction: 'both' }, exit!] }, /one entry lane/],
    [{ bays: 0 }, /1 to 12 bays, got 0/],
    [{ bays: 13 }, /1 to 12 bays, got 13/],
    [{ bays: 2.5 }, /1 to 12 bays, got 2.5/],
  ]
  for (const [changed, message] of table) assert.throws(() => layoutOf({ ...lot, ...changed }, others), message)
})
