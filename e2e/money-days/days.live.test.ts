import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chanceOf } from './chance.ts'
import { liveDays } from './days.ts'
import { everyFenIsWhereItBelongs } from './proof.ts'

/*
 * Days of lots, lived from a seed, and every fen where it belongs at their end. A seed that fails goes into the table and stays
 * there. LANEPAY_MONEY_SEEDS gives others (`7` or `7,8,9`), LANEPAY_MONEY_DAYS more days, LANEPAY_MONEY_STAYS more stays a day.
 */
const given = (name: string, usual: number): number => Number(process.env[name] ?? usual)
const seeds = (process.env.LANEPAY_MONEY_SEEDS ?? '1').split(',').map(Number)
const size = { lots: 2, days: given('LANEPAY_MONEY_DAYS', 15), staysADay: given('LANEPAY_MONEY_STAYS', 70) }

test('the same seed decides the same', () => {
  const thrown = (seed: number) => {
    const chance = chanceOf(seed)
    return Array.from({ length: 5 }, () => chance.below(1_000_000))
  }
  assert.deepEqual(thrown(7), thrown(7))
  assert.notDeepEqual(thrown(7), thrown(8))
})

for (const seed of seeds)
  describe(`${size.lots} lots, ${size.days} days, seed ${seed}`, () => {
    test('every fen is where it belongs', async () => {
      const again =
        `LANEPAY_MONEY_SEEDS=${seed} LANEPAY_MONEY_DAYS=${size.days} LANEPAY_MONEY_STAYS=${size.staysADay} ` +
        'npm test -- money-days'
      const lived = await liveDays({ seed, ...size }).catch((error: Error) => {
        throw new Error(`${error.message}\nLive them again: ${again}`, { cause: error })
      })
      try {
        for (const [what, times] of Object.entries(lived.met))
          assert.ok(typeof times === 'number' ? times > 0 : Object.keys(times).length > 1, `${what}: nothing was met`)
        assert.deepEqual(lived.world.cloud.errors, [], 'the cloud called nothing an error')
        await everyFenIsWhereItBelongs(lived)
      } catch (error) {
        throw new Error(`${(error as Error).message}\nLive them again: ${again}`, { cause: error })
      } finally {
        await lived.world.close()
      }
    })
  })
