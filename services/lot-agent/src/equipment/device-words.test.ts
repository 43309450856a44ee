import assert from 'node:assert/strict'
import { test } from 'node:test'
import { becauseWords } from '@lanepay/domain/device-words.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { equipmentHealth, usualHealthTiming } from './health.ts'
import { clockWords, faultWords } from './words.ts'

const hour = 3_600_000
/** What the equipment itself says: where its words change, this is where it is noticed. */
const said: [string, string, RegExp][] = [
  ['a clock in another zone', clockWords(8 * hour), /^时钟快 8 小时，像是时区设错/],
  ['a clock in another zone, behind', clockWords(-8 * hour), /^时钟慢 8 小时/],
  ['a clock that is fast', clockWords(90_000), /^时钟快 90 秒/],
  ['a clock that is slow', clockWords(-90_000), /^时钟慢 90 秒/],
  ['not reached', faultWords({ code: 'unreachable', because: 'x' }), /^连不上/],
  ['a refused login', faultWords({ code: 'wrong-login', because: 'x' }), /^登录被拒绝/],
  ['no answer', faultWords({ code: 'no-answer', because: 'x' }), /^连得上但不回答/],
  ['another device', faultWords({ code: 'not-this-device', because: 'x' }), /^那个地址上是别的设备/],
  [
    'a gate that never moves',
    'told to open 3 times and it never moved: the wire from output 1 of the camera to OPEN, the power of its controller, and the limit switch on input 3',
    /^已下令开闸 3 次但没有动/,
  ],
  [
    'a price list that cannot work',
    'the price list of version 7 cannot work, those before stay in force: ',
    /^第 7 版价目表有错/,
  ],
  ['lists that cannot be', 'the lists of version 7 cannot work, those before stay in force: ', /^第 7 版名单有错/],
  ['not heard', lost(), /^1 分钟没有消息/],
]
for (const [what, english, chinese] of said)
  test(`${what} is said in Chinese, and left alone in English`, () => {
    assert.match(becauseWords(english, 'zh-CN'), chinese)
    assert.doesNotMatch(
      becauseWords(english, 'zh-CN').replace('(x)', '').replace('UTC', '').replace('OPEN', ''),
      /[a-z]{3}/i,
    )
    assert.equal(becauseWords(english, 'en'), english)
  })
test('two reasons are both said', () =>
  assert.equal(becauseWords(`${clockWords(90_000)}; ${lost()}`, 'zh-CN').split('; ').length, 2))
test('what nobody translated stays as it came', () => assert.equal(becauseWords('it hums', 'zh-CN'), 'it hums'))

function lost(): string {
  let now = 0
  const health = equipmentHealth([{ device: 'cam', lane: 1, kind: 'camera', posts: true }], () => now)
  now = usualHealthTiming.lostAfterMs + 1
  health.round(now as Instant)
  return health.report()[0]!.because!
}
