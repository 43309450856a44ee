import { audit } from '@lanepay/cloud/audit/audit.ts'
import { blast } from './blast.ts'
import { startBenchCloud } from './cloud.ts'
import { type Figure, median } from './figures.ts'
import { benchWechatPay, notificationsOf, seedLots, seedPayments } from './payments.ts'
import { openYard, pgbenchYardstick } from './yard.ts'

const rounds = 3
const perRound = 12_000
const connections = 192

/** Notifications per second through the real HTTP route against `pgbench -N -M prepared -c 16` on the same server. */
export async function clearing(): Promise<Figure> {
  const yard = await openYard()
  const cloud = await startBenchCloud(yard, benchWechatPay)
  try {
    const yardstick = await pgbenchYardstick(yard)
    await seedLots(yard.database, 1000)
    console.log(`yardstick: ${yardstick.name}`)
    const pay = async (lots: number, count: number): Promise<number> => {
      const requests = await notificationsOf(await seedPayments(yard.database, count, lots))
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
    await pay(1000, 2_000) // warm: code compiled, connections open, plans made
    await yardstick.run(2)
    const ratios: Record<'spread' | 'hot', number[]> = { spread: [], hot: [] }
    for (let round = 1; round <= rounds; round++) {
      const yards = await yardstick.run(4)
      const spread = await pay(1000, perRound)
      const hot = await pay(1, perRound)
      const again = await yardstick.run(4)
      const measure = (yards + again) / 2
      ratios.spread.push(spread / measure)
      ratios.hot.push(hot / measure)
      console.log(
        `round ${round}: yardstick ${measure.toFixed(0)}/s, 1,000 lots ${spread.toFixed(0)}/s (${(spread / measure).toFixed(2)}), one lot ${hot.toFixed(0)}/s (${(hot / measure).toFixed(2)})`,
      )
    }
    const { broken } = await audit(yard.database)
    if (broken.length > 0) throw new Error(`the books do not hold: ${JSON.stringify(broken)}`)
    console.log(
      `spread over 1,000 lots ${median(ratios.spread).toFixed(2)}, all in one lot ${median(ratios.hot).toFixed(2)}; the books hold`,
    )
    return { figure: Math.min(median(ratios.spread), median(ratios.hot)), bar: 1.0 }
  } finally {
    await cloud.close()
    await yard.close()
  }
}
