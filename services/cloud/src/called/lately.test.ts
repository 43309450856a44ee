import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fen } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Quoted } from '@lanepay/lot-systems/called.ts'
import type { LotError } from '@lanepay/lot-systems/lot-system.ts'
import { latelyAsked, type OfVehicle, type Priced, type Subject, standsStill } from './lately.ts'

const lot = { bucket: 1, lotId: 4 }
const of = { plate: '粤B12345', stay: '7' }
const price: Quoted = {
  ...{ stay: '7', plate: '粤B12345', enteredAt: 0, owedFen: fen(500), leaveMinutes: null, bill: '8' },
}
const busy = (more: object): Result<Quoted, LotError> => err({ kind: 'refused', because: 'busy', ...more })

describe('an answer is one to the next who asks the same', () => {
  const cases: readonly (readonly [what: string, read: Priced['read'], ageMs: number, stands: boolean])[] = [
    ['a price', ok(price), 9_999, true],
    ['a price that is ten seconds old', ok(price), 10_000, false],
    ['that it was asked too often', busy({ tooOften: true }), 9_999, true],
    ['that ten seconds ago', busy({ tooOften: true }), 10_000, false],
    ['busy otherwise', busy({}), 0, false],
    ['nobody is there', err({ kind: 'refused', because: 'no-session' }), 0, false],
    ['no answer', err({ kind: 'offline' }), 0, false],
  ]
  for (const [what, read, ageMs, stands] of cases)
    test(`${what}: ${stands}`, () => assert.equal(standsStill({ read, at: 1_000 }, 1_000 + ageMs), stands))
})

describe('what was asked of a lot in the last seconds', () => {
  /** Asks, and says how many calls that cost in all. */
  const memory = () => {
    let now = 0
    let calls = 0
    const lately = latelyAsked({ now: () => now })
    const call = async () => {
      calls += 1
      return ok(price) as Result<Quoted, LotError>
    }
    return {
      lately,
      pass: (ms: number): void => {
        now += ms
      },
      asks: async (what: Partial<OfVehicle> = {}, toldFen = 0) => {
        await lately.ask(lot, { ...of, ...what }, toldFen, call)
        return calls
      },
      call,
      calls: () => calls,
    }
  }

  test('is answered from memory for ten seconds, and says when it was asked', async () => {
    const { asks, pass, lately, call } = memory()
    await asks()
    pass(9_999)
    assert.equal(await asks(), 1)
    assert.equal((await lately.ask(lot, of, 0, call)).at, 0)
    pass(1)
    assert.equal(await asks(), 2)
  })

  test('is the same question when its record was learnt by the answer', async () => {
    const { asks } = memory()
    await asks({ stay: null })
    assert.equal(await asks(), 1)
    assert.equal(await asks({ stay: '9' }), 2)
  })

  for (const [what, asked, toldFen] of [
    ['another plate', { plate: '粤B12346' }, 0],
    ['another stay', { stay: '9' }, 0],
    ['a coupon', { worth: { kind: 'whole' } }, 0],
    ['a payment that it has heard of since', {}, 500],
  ] as const)
    test(`is another question by ${what}`, async () => {
      const { asks } = memory()
      await asks()
      assert.equal(await asks(asked, toldFen), 2)
    })

  for (const [what, subject, calls] of [
    ['its plate', { plate: '粤B·12345' }, 2],
    ['its stay', { stay: '7', plate: null }, 2],
    ['another vehicle', { plate: '粤B12346', stay: '9' }, 1],
  ] as readonly (readonly [string, Subject, number])[])
    test(`is asked ${calls === 2 ? 'again' : 'no more than once'} when something happened to ${what}`, async () => {
      const { asks, lately } = memory()
      await asks()
      lately.forget(lot, subject)
      assert.equal(await asks(), calls)
    })

  test('is of the same plate however it was written', async () => {
    const { asks, lately } = memory()
    await asks({ plate: '粤B·12346' })
    lately.forget(lot, { plate: '粤B12346' })
    assert.equal(await asks({ plate: '粤B·12346' }), 2)
  })

  test('costs one call of all who ask at once; who asks after something happened meanwhile asks himself', async () => {
    const { lately, call, calls } = memory()
    let answer = () => {}
    const asking = new Promise<void>((resolve) => (answer = resolve))
    const slow = async () => {
      await asking
      return call()
    }
    const both = [lately.ask(lot, of, 0, slow), lately.ask(lot, of, 0, slow)]
    lately.forget(lot, { stay: '9' })
    both.push(lately.ask(lot, of, 0, slow))
    answer()
    await Promise.all(both)
    assert.equal(calls(), 2)
  })

  test('of a call that failed nothing is kept', async () => {
    const { lately, asks } = memory()
    await assert.rejects(lately.ask(lot, of, 0, () => Promise.reject(new Error('torn'))))
    assert.equal(await asks(), 1)
  })
})
