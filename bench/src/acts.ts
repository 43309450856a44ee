import type { WithdrawalState, Withdrawals } from '@lanepay/channels/withdrawals.ts'
import { alarms as makeAlarms } from '@lanepay/cloud/alarm/alarm.ts'
import { audit } from '@lanepay/cloud/audit/audit.ts'
import { clearing } from '@lanepay/cloud/clearing/clear.ts'
import { channelAccounts } from '@lanepay/cloud/payment/accounts.ts'
import { dayOf } from '@lanepay/cloud/reconciliation/day.ts'
import { askRefund } from '@lanepay/cloud/refund/ask.ts'
import { codeAt, typedSecret } from '@lanepay/cloud/refund/authenticator.testing.ts'
import { refunds as makeRefunds } from '@lanepay/cloud/refund/refund.ts'
import { aChannel } from '@lanepay/cloud/share/channel.testing.ts'
import { aParty } from '@lanepay/cloud/share/party.testing.ts'
import { knownAheadMs, parseRuleFile } from '@lanepay/cloud/share/rule-file.ts'
import { putRule } from '@lanepay/cloud/share/rules.ts'
import { sharing } from '@lanepay/cloud/share/share.ts'
import { askWithdrawal } from '@lanepay/cloud/withdrawal/ask.ts'
import { usualTerms } from '@lanepay/cloud/withdrawal/decide.ts'
import { withdrawals as makeWithdrawals } from '@lanepay/cloud/withdrawal/withdraw.ts'
import type { Database } from '@lanepay/database/database.ts'
import { type Clock, systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { ok } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Figure, median } from './figures.ts'
import { factsOf, type OpenPayment, seedLots, seedPayments, settleTables } from './payments.ts'
import { openYard, pgbenchYardstick } from './yard.ts'

const rounds = 3
const lots = 20
const perRound = 500
const atOnce = 32
const idleAtMost = 20
const kinds = ['refund', 'share', 'withdrawal'] as const

/**
 * Acts a second through the real functions, one worker with a channel that answers at once, against `pgbench -N -M prepared -c 16` on
 * the same server: a refund is asked for, sent and done; a share is made, asked for and done; an instant withdrawal is asked for with a
 * second factor, sent and paid. No bar is set for them.
 */
export async function acts(): Promise<Figure & { readonly alongside: Readonly<Record<string, Figure>> }> {
  const yard = await openYard()
  try {
    const { database } = yard
    const yardstick = await pgbenchYardstick(yard)
    console.log(`yardstick: ${yardstick.name}`)
    await seedLots(database, lots)
    let ahead = 0
    const clock = { now: () => (systemClock.now() + ahead) as Instant }
    const newId = idMaker(clock.now, 1002)
    const log: Log = (level, event, fields) => {
      if (level === 'error') throw new Error(`${event}: ${JSON.stringify(fields)}`)
    }
    const played = aChannel({ hasReturns: true, now: clock.now })
    const channels = { wechatpay: { ...played.channel, withdrawals: paysAtOnce(clock) } }
    const common = { database, clock, log, newId, channels, accounts: channelAccounts(database) }
    const alarms = makeAlarms({ database, clock, log, newId })
    const shares = sharing({ ...common, alarms })
    const refunds = makeRefunds({ ...common, alarms, publicUrl: 'http://127.0.0.1:9' })
    const withdrawals = makeWithdrawals({ ...common, alarms, bank: null, houseKey: Buffer.alloc(32) })
    const clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
    const person = { name: 'bench', operators: ['1'], totpSecret: typedSecret }
    const rights = { limitFen: fen(100_000_000), limitOfOperator: {}, people: [person] }
    const file = parseRuleFile({ channel: 'wechatpay', waitMinutes: 1, parties: [aParty()] }, clock.now())
    if (!file.ok) throw new Error(JSON.stringify(file))
    for (let lotId = 1; lotId <= lots; lotId++) {
      const at = { bucket: lotId % 256, lotId, platformFeeBasisPoints: 100 }
      const rule = await putRule({ database, clock, newId }, at, { channel: played.channel, merchant: {} }, file.value)
      if (!rule.ok) throw new Error(JSON.stringify(rule))
    }
    ahead += knownAheadMs
    await provenToday(database, clock.now())

    const paid = async (toShare: boolean): Promise<OpenPayment[]> => {
      const payments = await seedPayments(database, perRound, lots)
      if (toShare)
        await database.reference.query(
          {
            name: 'share-seeded',
            text: `update payment p set share_rule = r.version, share_at = now()
                     from share_rule r
                    where r.bucket = p.bucket and r.lot_id = p.lot_id and p.id = any ($1::int8[])`,
          },
          [payments.map(({ id }) => id)],
        )
      for (const payment of payments) {
        const { tradeNumber, channelTradeNo } = factsOf(payment)
        played.receive([tradeNumber, channelTradeNo], 1000)
      }
      const number = (payment: OpenPayment) => ({ kind: 'trade' as const, ...payment })
      await Promise.all(payments.map((one) => clear({ number: number(one), facts: factsOf(one) })))
      await settleTables(database)
      return payments
    }
    const untilDone = async (table: (typeof kinds)[number], from: number, round: () => Promise<void>) => {
      for (let last = -1, done = 0, idle = 0; done < from + perRound; last = done) {
        await round()
        const text = `select count(*)::int4 as n from ${table} where state in ('done', 'paid')`
        done = (await database.reference.query<{ n: number }>({ name: `done-${table}`, text }))[0]!.n
        // A round may be all of paid withdrawals that are watched for what the bank sends back.
        idle = done === last ? idle + 1 : 0
        if (idle === idleAtMost) throw new Error(`${table}: ${done - from} of ${perRound} done, and no more`)
      }
    }
    const act = {
      refund: async (payments: readonly OpenPayment[], from: number) => {
        for (let n = 0; n < payments.length; n += atOnce)
          await Promise.all(
            payments.slice(n, n + atOnce).map(async ({ bucket, lotId, id }) => {
              const asked = await askRefund(
                { database, clock, newId, rights },
                {
                  ...{ lot: { bucket, lotId }, payment: id, amountFen: 100 },
                  ...{ reason: 'bench', by: 'bench', secondFactor: null },
                },
              )
              if (!asked.ok) throw new Error(JSON.stringify(asked))
            }),
          )
        await untilDone('refund', from, refunds.round)
      },
      share: (_: readonly OpenPayment[], from: number) => untilDone('share', from, shares.round),
      withdrawal: async (payments: readonly OpenPayment[], from: number) => {
        const deps = { database, clock, newId, rights, terms: usualTerms }
        for (let n = 0; n < payments.length; n += atOnce)
          await Promise.all(
            payments.slice(n, n + atOnce).map(async ({ bucket }) => {
              const secondFactor = { code: codeAt(clock.now()), usedStep: null }
              const one = { bucket, accountId: 1, amountFen: 400, by: 'bench', secondFactor }
              const asked = await askWithdrawal(deps, one)
              if (!asked.ok) throw new Error(JSON.stringify(asked))
            }),
          )
        await untilDone('withdrawal', from, withdrawals.round)
      },
    }
    const ratios: Record<(typeof kinds)[number], number[]> = { refund: [], share: [], withdrawal: [] }
    for (let round = 0; round < rounds; round++)
      for (const name of kinds) {
        const payments = await paid(name === 'share')
        const before = await yardstick.run(2)
        const start = performance.now()
        await act[name](payments, round * perRound)
        const rate = perRound / ((performance.now() - start) / 1000)
        const yards = (before + (await yardstick.run(2))) / 2
        ratios[name].push(rate / yards)
        console.log(`round ${round + 1}: ${name} ${rate.toFixed(0)}/s, yardstick ${yards.toFixed(0)}/s`)
      }
    const { broken } = await audit(database)
    if (broken.length > 0) throw new Error(`the books do not hold: ${JSON.stringify(broken)}`)
    console.log('the books hold')
    return {
      ...{ figure: median(ratios.refund), bar: 0 },
      alongside: {
        share: { figure: median(ratios.share), bar: 0 },
        withdrawal: { figure: median(ratios.withdrawal), bar: 0 },
      },
    }
  } finally {
    await yard.close()
  }
}

/** A channel that has paid when it answers, and says so again to who watches what it paid: what is measured is ours. */
function paysAtOnce(clock: Clock): Withdrawals {
  const paid = new Map<string, Extract<WithdrawalState, { state: 'paid' }>>()
  return {
    balance: () => Promise.reject(new Error('nobody asks')),
    withdraw: async (_, { withdrawalNumber, amountFen }) => {
      const state = { state: 'paid', channelNo: withdrawalNumber, amountFen, paidAt: clock.now() } as const
      paid.set(withdrawalNumber, state)
      return ok(state)
    },
    query: async (_, withdrawalNumber) => ok(paid.get(withdrawalNumber) ?? { state: 'unknown' }),
  }
}

/** The account is paid out at our word, and what comes in today may leave: its day counts as closed. */
async function provenToday(database: Database, now: Instant): Promise<void> {
  await database.reference.query({
    name: 'pay-out-by-us',
    text: `update channel_account set payout = 'channel' where account_id = 1`,
  })
  await database.of(0).query(
    {
      name: 'close-today',
      text: `insert into bill (bucket, lot_id, account_id, day, kind, channel, account_key, state, kept_at, closed_at)
             values (0, 0, 1, $1::date, 'trade', 'wechatpay', 'k', 'closed', now(), now())`,
    },
    [dayOf(now)],
  )
}
