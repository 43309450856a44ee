import assert from 'node:assert/strict'
import { test } from 'node:test'
import { laneDifferences, type OurLane, type TheirLane } from './lane-differences.ts'

const ours: readonly OurLane[] = [
  { lane: 1, name: '入口', direction: 'entry', channel: 'A1' },
  { lane: 4, name: '出口', direction: 'exit', channel: null },
]
const same: readonly TheirLane[] = [
  { channel: 'A1', name: '入口', direction: 'entry' },
  { channel: '出口', name: '出口', direction: 'exit' },
]
const found = (theirs: readonly TheirLane[]) =>
  laneDifferences(ours, theirs).map(({ what, channel, planLine }) => [what, channel, planLine])

for (const [what, theirs, expected] of [
  ['the same lanes differ in nothing', same, []],
  ['software that has said no lanes says nothing of ours', [], []],
  ['a way that is not said is not compared', [same[0]!, { ...same[1]!, direction: 'unknown' }], []],
  [
    'a lane that the plan has not gets the next number',
    [...same, { channel: 'C1', name: ' 南门', direction: 'both' }, { channel: 'C2', name: '', direction: 'unknown' }],
    [
      ['only-theirs', 'C1', '{"id":5,"name":"南门","direction":"both","channel":"C1"}'],
      ['only-theirs', 'C2', '{"id":6,"name":"C2","direction":"exit","channel":"C2"}'],
    ],
  ],
  ['a lane that the software has not', [same[0]!], [['only-ours', '出口', null]]],
  [
    'another way keeps our number, and another name may be taken over where the lane has a channel of its own',
    [
      { ...same[0]!, name: '东门' },
      { ...same[1]!, direction: 'entry' },
    ],
    [
      ['name', 'A1', '{"id":1,"name":"东门","direction":"entry","channel":"A1"}'],
      ['direction', '出口', '{"id":4,"name":"出口","direction":"entry","channel":"出口"}'],
    ],
  ],
  [
    'a lane that goes by its name is called otherwise by the plan alone',
    [same[0]!, { ...same[1]!, name: '西门' }],
    [['name-by-plan', '出口', '{"id":4,"name":"西门","direction":"exit","channel":"出口"}']],
  ],
] as const)
  test(what, () => assert.deepEqual(found(theirs), expected))
