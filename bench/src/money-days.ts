import { liveDays } from '../../e2e/money-days/days.ts'
import { everyFenIsWhereItBelongs } from '../../e2e/money-days/proof.ts'
import type { Figure } from './figures.ts'

const given = (name: string, usual: number): number => Number(process.env[name] ?? usual)
const seeds = (process.env.LANEPAY_MONEY_SEEDS ?? '2,3,4').split(',').map(Number)
const size = { lots: 2, days: given('LANEPAY_MONEY_DAYS', 30), staysADay: given('LANEPAY_MONEY_STAYS', 100) }

/**
 * The lived days of e2e/money-days, more of them and of more seeds than a test has time for: of how many seeds every fen is where
 * it belongs, of all. Says what was met, and the first thing that did not hold.
 */
export async function moneyDays(): Promise<Figure> {
  let held = 0
  for (const seed of seeds) {
    const started = performance.now()
    try {
      const lived = await liveDays({ seed, ...size })
      try {
        await everyFenIsWhereItBelongs(lived)
        held += 1
        const { paidByPhone, cash, scanned, refundsAsked } = lived.met
        const seconds = ((performance.now() - started) / 1000).toFixed(0)
        console.log(
          `seed ${seed}: ${paidByPhone} paid by phone, ${scanned.paid ?? 0} by code, ${cash} in cash, ${refundsAsked} refunds asked for, ` +
            `${lived.world.cloud.kills()} times killed; ${seconds} s`,
        )
      } finally {
        await lived.world.close()
      }
    } catch (error) {
      console.log(`seed ${seed}: ${(error as Error).message}`)
    }
  }
  return { figure: held / seeds.length, bar: 1 }
}
