import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { Instant } from '@lanepay/domain/types.ts'
import { LoginPause, LoginPauses, type LoginTried } from './login-pause.ts'

const second = 1_000
const minute = 60 * second
const t0 = Date.UTC(2026, 5, 1, 2)
let now: number
let pause: LoginPause
const settings = { clock: { now: () => (t0 + now) as Instant }, elapsedMs: () => now }
describe('the pause of a refused login', () => {
  beforeEach(() => {
    now = 0
    pause = new LoginPause(settings)
  })
  /** One request: how it ended, or that it was not sent. */
  async function tries(ending: LoginTried): Promise<boolean> {
    const ended = await pause.begin()
    ended?.(ending)
    return ended !== null
  }

  test('a refused login waits 10 s, a minute, 5 minutes, and then 30 minutes each time', async () => {
    const waits: number[] = []
    for (let n = 0; n < 6; n += 1) {
      assert.equal(await tries('refused'), true)
      const againAt = pause.againAt()
      assert.ok(againAt !== null)
      waits.push(againAt - t0 - now)
      now = againAt - t0 - 1
      assert.equal(await tries('met'), false, 'a millisecond too early')
      now += 1
    }
    assert.deepEqual(waits, [10 * second, minute, 5 * minute, 30 * minute, 30 * minute, 30 * minute])
  })

  test('once it was met, the next refusal waits 10 s again', async () => {
    await tries('refused')
    now += 10 * second
    await tries('refused')
    now += minute
    await tries('met')
    assert.equal(pause.againAt(), null)
    await tries('refused')
    assert.equal(pause.againAt(), t0 + now + 10 * second)
  })

  test('a device that said nothing said nothing of the login', async () => {
    await tries('refused')
    now += 10 * second
    assert.equal(await tries('unknown'), true)
    assert.equal(await tries('refused'), true)
    assert.equal(pause.againAt(), t0 + now + minute)
  })

  test('until it was met one request tries it at a time; those behind one that was refused are not sent', async () => {
    const first = await pause.begin()
    const behind = Promise.all([tries('met'), tries('met'), tries('met')])
    first!('refused')
    assert.deepEqual(await behind, [false, false, false])
  })

  test('those behind one that was met go on, and from then on nobody waits for anybody', async () => {
    const first = await pause.begin()
    const behind = Promise.all([pause.begin(), pause.begin()])
    first!('met')
    const both = await behind
    assert.ok(both.every((one) => one !== null) && (await pause.begin()) !== null)
    // All that were under way when the password was changed are refused: that is one refusal.
    for (const ended of both) ended!('refused')
    assert.equal(pause.againAt(), t0 + 10 * second)
  })

  test('pauses of a lot are of one login at one device', () => {
    const pauses = new LoginPauses(settings)
    const login = { url: 'http://192.168.1.64', user: 'lane', password: 'one' }
    const of = pauses.of(login)
    assert.equal(pauses.of({ ...login, url: 'http://192.168.1.64/' }), of)
    for (const other of [{ url: 'http://192.168.1.65' }, { user: 'admin' }, { password: 'two' }])
      assert.notEqual(pauses.of({ ...login, ...other }), of)
  })

  test('a pause is a whole number from 1, and there is one', () => {
    for (const pausesMs of [[], [0], [10, -1], [0.5]]) assert.throws(() => new LoginPause({ pausesMs }), RangeError)
  })
})
