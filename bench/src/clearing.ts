import { audit } from '@lanepay/cloud/audit/audit.ts'
import { blast } from './blast.ts'
import { startBenchCloud } from './cloud.ts'
import { type Figure, median } from './figures.ts'
import { benchWechatPay, notificationsOf, seedLots, seedPayments, settleTables } from './payments.ts'
import { openYard, pgbenchYardstick } from './yard.ts'

const rounds = 3
const usualLots = 100
const lotCounts = [usualLots, 1, 1000] as const
const perRound = 15_000
const connections = 768

/**
 * Notifications per second through the real HTTP route (signature verified, decrypted, committed, command queued) against
 * `pgbench -N -M prepared -c 16` on the same server: payments of 100 lots, and also all of one lot, and of 1,000. No lot is on
 * line, so nothing is sent on: `latency` measures that.
 */
export async function clearing(): Promise<Figure> {
  const yard = await openYard()
  const cloud = await startBenchCloud(yard, benchWechatPay)
  try {
    const yardstick = await pgbenchYardstick(yard)
    await seedLots(yard.database, 1000)
    console.log(`yardstick: ${yardstick.name}`)
    const pay = async (lots: number, count: number): Promise<number> => {
      const requests = await notificationsOf(await seedPayments(yard.database, count, lots))
      await settleTables(yard.database)
      const { answered, seconds, statuses } = await blast({
        host: '127.0.0.1',
        port: cloud.port,
        requests,
        connections,
      })
      if (statuses['200'] !== count && statuses['204'] !== count)
        throw new Error(`not every notification was accepted: ${JSON.stringify(statuses)}`)
      return answered / seconds
    }
    await pay(1000, 15_000) // warm: code compiled, connections open, plans made
    await yardstick.run(2)
    const ratios = new Map<number, number[]>(lotCounts.map((lots) => [lots, []]))
    for (let round = 1; round <= rounds; round++) {
      const yards: number[] = [await yardstick.run(3)]
      const rates: number[] = []
      for (const lots of lotCounts) {
        rates.push(await pay(lots, perRound))
        yards.push(await yardstick.run(3))
      }
      // Each rate against the yardstick measured just before and just after it.
      for (const [index, lots] of lotCounts.entries()) {
        const measure = (yards[index]! + yards[index + 1]!) / 2
        ratios.get(lots)!.push(rates[index]! / measure)
        console.log(
          `round ${round}: ${lots} lots ${rates[index]!.toFixed(0)}/s, yardstick ${measure.toFixed(0)}/s (${(rates[index]! / measure).toFixed(2)})`,
        )
      }
    }
    const { broken } = await audit(yard.database)
    if (broken.length > 0) throw new Error(`the books do not hold: ${JSON.stringify(broken)}`)
    for (const [lots, of] of ratios) console.log(`${lots} lots: ${median(of).toFixed(2)}`)
    console.log('the books hold')
    return { figure: median(ratios.get(usualLots)!), bar: 1.0 }
  } finally {
    await cloud.close()
    await yard.close()
  }
}
