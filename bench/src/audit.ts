import { auditSince } from '@lanepay/cloud/audit/audit.ts'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { openDatabase } from '@lanepay/database/database.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Figure } from './figures.ts'
import { seedOld } from './growth.ts'
import { factsOf, type OpenPayment, seedLots, seedPayments, settleTables } from './payments.ts'
import { openYard } from './yard.ts'

const payments = 5_000_000
const lots = 10_000
const since = 20_000
const hourMs = 3_600_000

/**
 * Seconds of the first audit of 5 million payments of 10,000 lots, every invariant on every row; and, alongside, of the next one
 * after 20,000 payments more.
 */
export async function audit(): Promise<Figure & { readonly alongside: Readonly<Record<string, Figure>> }> {
  const yard = await openYard()
  const database = openDatabase({ connection: yard.connection, queryTimeoutMs: 600_000 })
  try {
    await seedLots(database, lots)
    await seedOld(database, payments, lots)
    await database.reference.query(balances)
    await settleTables(database)
    const started = Date.now()
    const first = await seconds('everything', started + 2 * hourMs)

    const clock = { now: () => (started + 3 * hourMs) as Instant }
    const clear = clearing({ database, clock, newId: idMaker(clock.now, 1002), gateSeconds: 60, onCommand: () => {} })
    const paid = await seedPayments(database, since, lots)
    await Promise.all(
      paid.map((one: OpenPayment) =>
        clear({ number: { kind: 'trade', ...one }, facts: { ...factsOf(one), paidAt: clock.now() } }),
      ),
    )
    const next = await seconds('changes', started + 5 * hourMs)
    return {
      ...{ figure: first, bar: 60, atMost: true },
      alongside: { [`the next, after ${since} payments`]: { figure: next, bar: 10, atMost: true } },
    }
  } finally {
    await database.close()
    await yard.close()
  }

  async function seconds(reads: 'everything' | 'changes', at: number): Promise<number> {
    const from = performance.now()
    const { broken, read } = await auditSince(database, at)
    if (broken.length > 0 || read !== reads) throw new Error(`read ${read}: ${JSON.stringify(broken)}`)
    return (performance.now() - from) / 1000
  }
}

/** The old payments came without the balances of their accounts. */
const balances = {
  name: 'old-accounts',
  text: `insert into account (bucket, lot_id, kind, party, channel, balance_fen, version)
         select bucket, lot_id, kind, party, channel, sum(amount_fen), 1 from entry group by 1, 2, 3, 4, 5`,
}
