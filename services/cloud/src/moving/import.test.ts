import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type CodesThere, importCodes } from './import-codes.ts'
import { importLots, type LotsImported, type There } from './import-lots.ts'
import { mayTake } from './lines.ts'

/* Tables of another platform, line by line. */

const there: There = {
  lots: new Map([
    [
      7,
      {
        ...{ bucket: 3, name: '阳光花园', helpPhone: '0755-1234567', operatorId: '1', platformFeeBasisPoints: 60 },
        lanes: [{ id: 1, name: '入口', direction: 'entry', channel: 'A1' }],
      },
    ],
  ]),
  operators: new Map([['1', '阳光物业']]),
}
const lotHead = [
  '车场编号',
  '车场名称',
  '运营方编号',
  '运营方',
  '平台费率',
  '通道编号',
  '通道名称',
  '方向',
  '客服电话',
  '桶',
]
/** After the moves: as it would be read again. */
const after = ({ moves }: LotsImported): There => ({
  lots: new Map([
    ...there.lots,
    ...moves.map(({ plan }) => {
      const before = there.lots.get(plan.number)?.lanes ?? []
      const kept = before.filter(({ id }) => !plan.lanes.some((lane) => lane.id === id))
      return [
        plan.number,
        {
          ...{ bucket: plan.bucket, name: plan.name, helpPhone: plan.helpPhone ?? null, operatorId: plan.operator.id },
          ...{ platformFeeBasisPoints: plan.platformFeeBasisPoints, lanes: [...kept, ...plan.lanes] },
        },
      ] as const
    }),
  ]),
  operators: new Map([...there.operators, ...moves.map(({ plan }) => [plan.operator.id, plan.operator.name] as const)]),
})
const right = [
  ['12', '东门停车场', '5', '东门物业', '0.6%', '1', '东入口', '入口'],
  ['7', '', '', '', '', '2', '出口', 'exit'],
  ['12', '', '', '', '', '2', '东出口', '出'],
  ['7', '', '', '', '', '1', '入口', '进'],
]

describe('lots and lanes from a file', () => {
  test('a lot is opened with its lanes; one that is there gets a lane more, and keeps the rest', () => {
    const imported = importLots(there, [lotHead, ...right])
    assert.deepEqual(
      imported.lines.map(({ line, does }) => [line, does]),
      [
        [2, 'opens'],
        [3, 'puts'],
        [4, 'opens'],
        [5, 'nothing'],
      ],
    )
    const [opened, changed] = imported.moves
    assert.deepEqual(
      [
        opened!.does,
        opened!.plan.operator,
        opened!.plan.platformFeeBasisPoints,
        opened!.plan.lanes.map(({ id }) => id),
      ],
      ['opens', { id: '5', name: '东门物业' }, 60, [1, 2]],
    )
    assert.deepEqual(
      [changed!.does, changed!.plan.bucket, changed!.plan.name, changed!.plan.helpPhone, changed!.plan.lanes[1]],
      ['changes', 3, '阳光花园', '0755-1234567', { id: 1, name: '入口', direction: 'entry', channel: 'A1' }],
    )
  })
  test('law: the same lines again, in whatever order, do nothing', () =>
    fc.assert(
      fc.property(fc.shuffledSubarray(right, { minLength: right.length }), (rows) => {
        const sheet = [lotHead, ...rows]
        const first = importLots(there, sheet)
        assert.equal(first.moves.length, 2)
        const again = importLots(after(first), sheet)
        assert.deepEqual([again.moves, [...new Set(again.lines.map(({ does }) => does))]], [[], ['nothing']])
      }),
    ))

  const bad: [what: string, row: string[], field: string, why: RegExp][] = [
    ['no number', ['x', 'A', '5', 'B', '', '1', '口', '进'], 'lot', /1 to 9999999/],
    ['no lane', ['12', 'A', '5', 'B', '', '0', '口', '进'], 'lane', /1 to 999/],
    ['no direction', ['12', 'A', '5', 'B', '', '1', '口', '上'], 'direction', /entry, exit or both/],
    ['no name', ['12', '', '5', 'B', '', '1', '口', '进'], 'name', /needs a name/],
    ['no name of a lane', ['12', 'A', '5', 'B', '', '1', '', '进'], 'laneName', /needs a name/],
    ['no operator', ['12', 'A', '', '', '', '1', '口', '进'], 'operator', /needs its operator/],
    ['no name of an operator that is new', ['12', 'A', '5', '', '', '1', '口', '进'], 'operatorName', /needs a name/],
    ['no fee of a lot that is new', ['12', 'A', '5', 'B', '', '1', '口', '进'], 'fee', /says its platform fee/],
    ['a fee over thirty per cent', ['12', 'A', '5', 'B', '31%', '1', '口', '进'], 'fee', /30%/],
    ['no telephone', ['12', 'A', '5', 'B', '', '1', '口', '进', 'ring'], 'phone', /5 to 20 digits/],
    ["another operator's lot", ['7', '', '5', 'B', '', '1', '口', '进'], 'operator', /operator 1's/],
    ['no bucket', ['12', 'A', '5', 'B', '', '1', '口', '进', '', '256'], 'bucket', /255/],
    ['another bucket', ['7', '', '', '', '', '1', '口', '进', '', '4'], 'bucket', /bucket 3/],
    ['the fee of a lot that is open', ['7', '', '', '', '1%', '1', '口', '进'], 'fee', /not changed by a file/],
  ]
  for (const [what, row, field, why] of bad)
    test(`${what}: named by line, column and rule, and the lots beside it go in`, () => {
      const other = ['13', '西门', '5', '西门物业', '0.006', '1', '口', '双向']
      const { lines, moves } = importLots(there, [lotHead, other, [], row])
      assert.deepEqual([lines[1]!.line, lines[1]!.does, lines[1]!.field], [4, 'wrong', field])
      assert.match(lines[1]!.why!.en, why)
      assert.match(lines[1]!.why!.zh, /[一-龥]/)
      assert.doesNotMatch(lines[1]!.why!.zh, /[a-z]{3}/, 'no English in it')
      assert.deepEqual(
        moves.map(({ plan }) => [plan.number, plan.platformFeeBasisPoints, plan.lanes[0]!.direction]),
        [[13, 60, 'both']],
      )
      assert.deepEqual([mayTake('look', lines), mayTake('right', lines), mayTake('all', lines)], [false, true, false])
    })
  test('a lot goes in whole: a line that says otherwise, or a lane twice, keeps all of it out', () => {
    for (const last of [
      ['12', '西门', '', '', '', '2', '出口', '出'],
      ['12', '', '', '', '', '1', '出口', '出'],
    ]) {
      const { lines, moves } = importLots(there, [lotHead, right[0]!, last])
      assert.deepEqual(
        [moves, lines.map(({ does, field }) => [does, field])],
        [
          [],
          [
            ['wrong', null],
            ['wrong', last[1] === '' ? 'lane' : 'name'],
          ],
        ],
      )
    }
  })
  test('a table without a needed column says which', () =>
    assert.match(importLots(there, [['车场编号']]).fault!.en, /Lane, Lane name, Direction/))
})

describe('printed codes from a file', () => {
  const codes: CodesThere = {
    places: new Map([
      [
        7,
        [
          { kind: 'prepay', laneId: 0 },
          { kind: 'exit', laneId: 2 },
        ],
      ],
    ]),
    aliases: new Map([
      ['old?lane=9', { lotId: 7, kind: 'exit', laneId: 2 }],
      ['old?lane=8', { lotId: 8, kind: 'exit', laneId: 1 }],
    ]),
  }
  const head = ['车场编号', '位置', '通道编号', '印刷内容']
  const rows: [row: string[], does: string, field: string | null][] = [
    [['7', '出口', '2', 'https://pay.example.com/old?lane=2'], 'puts', null],
    [['7', '出口', '2', 'https://pay.example.com/old?lane=9'], 'nothing', null],
    [['7', '场内', '', 'http://pay.example.com/in/7'], 'puts', null],
    [['7', '场内', '', 'old?lane=2'], 'wrong', 'printed'],
    [['7', '出口', '2', 'old?lane=8'], 'wrong', 'printed'],
    [['7', '出口', '2', 'https://pay.example.com/console/x'], 'wrong', 'printed'],
    [['9', '出口', '2', 'old?lane=3'], 'wrong', 'lot'],
    [['7', '屋顶', '2', 'old?lane=3'], 'wrong', 'kind'],
    [['7', '入口', '2', 'old?lane=3'], 'wrong', 'lane'],
  ]
  test('each line says what it does, or by which column it is wrong', () => {
    const { lines, moves } = importCodes(codes, [head, ...rows.map(([row]) => row)])
    assert.deepEqual(
      lines.map(({ line, does, field }) => [line, does, field]),
      rows.map(([, does, field], n) => [n + 2, does, field]),
    )
    assert.ok(lines.every(({ does, why }) => (does === 'wrong') === (why !== null)))
    assert.deepEqual(moves, [
      { line: 2, lotId: 7, place: { kind: 'exit', laneId: 2 }, alias: 'old?lane=2' },
      { line: 4, lotId: 7, place: { kind: 'prepay', laneId: 0 }, alias: 'in/7' },
    ])
    const aliases = new Map([
      ...codes.aliases,
      ...moves.map(({ alias, lotId, place }) => [alias, { lotId, ...place }] as const),
    ])
    assert.deepEqual(importCodes({ ...codes, aliases }, [head, ...rows.map(([row]) => row)]).moves, [])
  })
})
