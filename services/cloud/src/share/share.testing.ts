import assert from 'node:assert/strict'
import type { Channel } from '@lanepay/channels/channel.ts'
import { testDatabase } from '@lanepay/database/testing.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import type { BilledChannel, Id, Instant } from '@lanepay/domain/types.ts'
import pg from 'pg'
import { alarms as makeAlarms } from '../alarm/alarm.ts'
import { audit } from '../audit/audit.ts'
import { clearing } from '../clearing/clear.ts'
import { aLotPlan } from '../lot/lot.testing.ts'
import { provision } from '../lot/provision.ts'
import { channelAccounts } from '../payment/accounts.ts'
import { feesOf } from '../payment/decide.ts'
import { paying } from '../payment/pay.ts'
import { settling } from '../payment/settle.ts'
import { askRefund } from '../refund/ask.ts'
import { refunds as makeRefunds, type Refunds } from '../refund/refund.ts'
import { rulesInForce } from './in-force.ts'
import { knownAheadMs, parseRuleFile, type WrittenParty } from './rule-file.ts'
import { putRule, type RuleRefusal } from './rules.ts'
import { type Sharing, sharing } from './share.ts'

export const minute = 60_000

/** The workers of shares and refunds on a real database, over these channels; the clock moves when it is pushed. */
export async function startSharing(clock: { now(): Instant; pass(ms: number): void }) {
  const data = await testDatabase()
  const sql = new pg.Client(data.connection)
  await sql.connect()
  const { database } = data
  const newId = idMaker(clock.now, 5)
  const lot = { bucket: 3, lotId: 0 }
  const log: Log = (level, event, fields) => {
    const isKilled = typeof fields?.message === 'string' && fields.message.startsWith('killed ')
    assert.ok(level !== 'error' || isKilled, JSON.stringify({ event, ...fields }))
  }
  const alarms = makeAlarms({ database, clock, log: () => {}, newId })
  const accounts = channelAccounts(database)
  const clear = clearing({ database, clock, newId, gateSeconds: 60, onCommand: () => {} })
  let channels: Partial<Record<BilledChannel, Channel>> = {}
  let shares: Sharing
  let refunds: Refunds
  let rules = rulesInForce(database, 0)

  /** As a process that has just started. */
  const start = () => {
    shares = sharing({ database, clock, log, newId, channels, accounts, alarms })
    rules = rulesInForce(database, 0)
    refunds = makeRefunds({
      ...{ database, clock, log, channels, accounts, alarms },
      publicUrl: 'http://127.0.0.1:9',
      takeBack: shares.takeBack,
      withRefund: shares.withRefund,
      letGo: shares.letGo,
    })
  }
  const rows = async <Row>(text: string, ...values: unknown[]): Promise<Row[]> =>
    (await sql.query(text, [lot.lotId, ...values])).rows as Row[]

  /** A lot of its own, with money of other payments in its accounts. */
  const newLot = async (given: Partial<Record<BilledChannel, Channel>>) => {
    lot.lotId += 1
    channels = given
    await provision(database, aLotPlan(lot), clock.now())
    start()
  }
  const put = async (channel: BilledChannel, parties: readonly WrittenParty[], told: { waitMinutes?: number } = {}) => {
    const file = parseRuleFile({ channel, waitMinutes: 1, parties, ...told }, clock.now())
    assert.ok(file.ok, JSON.stringify(file))
    const at = { channel: channels[channel]!, merchant: {} }
    return putRule({ database, clock, newId }, { ...lot, platformFeeBasisPoints: 100 }, at, file.value)
  }
  /** A rule that holds now. */
  const aRule = async (channel: BilledChannel, ...parties: WrittenParty[]) => {
    const rule = await put(channel, parties)
    assert.ok(rule.ok, JSON.stringify(rule))
    clock.pass(knownAheadMs)
    return rule.value
  }
  const said = (refusal: RuleRefusal): string =>
    refusal.kind === 'mistakes'
      ? refusal.mistakes.map(({ field, rule }) => `${field}: ${rule}`).join('; ')
      : refusal.kind

  const aStay = async (): Promise<Id> => {
    const id = newId()
    await rows(
      `insert into session (bucket, lot_id, id, plate, pass, colour, state, entered_at, paid_fen)
       values (3, $1, $2, '粤B12345', false, 'blue', 'inside', $3, 0)`,
      ...[id, new Date(clock.now())],
    )
    return id
  }
  /** A paid payment, its order made now by the rule that holds now. */
  const aPayment = async (channel: BilledChannel, amountFen: number, told: { unpaid?: boolean } = {}): Promise<Id> => {
    const [session, id] = [await aStay(), newId()]
    const fees = feesOf(fen(amountFen), { channelFeeBasisPoints: 60, platformFeeBasisPoints: 100 })
    const at = clock.now()
    await rows(
      `insert into payment (bucket, lot_id, id, session_id, plate, driver, channel, account_id, account_key, operator_id, amount_fen,
                            channel_fee_fen, platform_fee_fen, paid_before_fen, leave_minutes, state, created_at, expires_at, share_rule, share_at)
       values (3, $1, $2, $3, '粤B12345', 'wechatpay:o', $4, $5, 'K', 1, $6, $7, $8, 0, 15, 'pending', $9, $10, $11, $12)`,
      ...[id, session, channel, channel === 'wechatpay' ? 1 : 2, amountFen, fees.channelFeeFen, fees.platformFeeFen],
      ...[new Date(at), new Date(at + 5 * minute), ...(await sharedBy(channel, at))],
    )
    if (!told.unpaid) await isPaid(id, amountFen)
    return id
  }
  const sharedBy = async (channel: BilledChannel, at: number) => {
    const rule = await rules(lot, channel, at)
    return rule ? [rule.version, new Date(at + (5 + rule.waitMinutes) * minute)] : [null, null]
  }
  const isPaid = async (id: Id, amountFen: number, becomes = 'applied') => {
    const tradeNumber = numberOf('trade', lot, id)
    const facts = { tradeNumber, accountKey: 'K', amountFen: fen(amountFen), currency: 'CNY', payer: null }
    const outcome = await clear({
      number: { kind: 'trade', ...lot, id },
      facts: { ...facts, channelTradeNo: `42-${id}`, paidAt: clock.now() },
    })
    assert.equal(outcome, becomes)
  }

  /** A tap on "pay" as a driver makes it, for a stay of its own or this one: the order stands at the channel. Answers its number. */
  const tap = async (channel: BilledChannel, payer: string, amountFen: number, stay?: Id): Promise<string> => {
    const [session, quote] = [stay ?? (await aStay()), newId()]
    await rows(
      `insert into quote (bucket, lot_id, id, session_id, driver, plate, price_fen, paid_before_fen, owed_fen, lines, leave_minutes, quoted_at, expires_at)
       values (3, $1, $2, $3, $4, '粤B12345', $5, 0, $5, '[]', 15, $6, $7)`,
      ...[quote, session, `${channel}:${payer}`, amountFen, new Date(clock.now()), new Date(clock.now() + 5 * minute)],
    )
    const settle = settling({ database, channels, accounts, clear, alarms })
    const pay = paying({
      ...{ database, clock, newId, channels, accounts, settle, lots: { isOnline: () => true } },
      ...{ shareRules: rules, publicUrl: 'http://127.0.0.1:9' },
    })
    const made = await pay({ lot, quote, channel, payer })
    assert.ok(made.ok, JSON.stringify(made))
    return made.value.payment
  }
  /** The channel is asked whether it is paid. */
  const settled = async (channel: BilledChannel, tradeNumber: string): Promise<Id> => {
    const number = parseNumber('trade', tradeNumber)
    const state = await channels[channel]!.query({}, tradeNumber)
    assert.ok(number.ok && state.ok && state.value.state === 'paid', JSON.stringify(state))
    assert.equal(await clear({ number: number.value, facts: state.value.paid }), 'applied')
    return number.value.id
  }

  const round = async () => {
    await shares.round()
    await refunds.round()
  }
  return {
    ...{
      data,
      database,
      sql,
      lot,
      newId,
      log,
      alarms,
      accounts,
      rows,
      newLot,
      start,
      put,
      aStay,
      aRule,
      said,
      aPayment,
      isPaid,
      tap,
    },
    settled,
    shares: () => shares,
    refunds: () => refunds,
    round,
    /** The workers, for so long. */
    works: async (minutes: number, stepMs = minute / 4) => {
      for (let ms = 0; ms < minutes * minute; ms += stepMs) {
        clock.pass(stepMs)
        await round()
      }
    },
    rulesAt: (channel: BilledChannel, at: number) => rules(lot, channel, at),
    refund: async (payment: Id, amountFen: number | 'all') => {
      const asked = await askRefund(
        {
          ...{ database, clock, newId },
          rights: { limitFen: fen(100_000_000), limitOfOperator: {}, people: [{ name: '张经理', operators: ['1'] }] },
        },
        { lot, payment, amountFen, reason: '多收了', by: '张经理', secondFactor: null },
      )
      assert.ok(asked.ok, JSON.stringify(asked))
      return asked.value
    },
    /** What the books of this lot say is owed to a party of a kind. */
    owed: async (kind: string, party = '1'): Promise<number> =>
      Number(
        (
          await rows<{ sum: string | null }>(
            'select sum(balance_fen) from account where lot_id = $1 and kind = $2::text::account_kind and party = $3',
            ...[kind, party],
          )
        )[0]?.sum ?? 0,
      ),
    /** What they say that a channel holds for it. */
    clearingOf: async (channel: BilledChannel): Promise<number> =>
      Number(
        (
          await rows<{ sum: string | null }>(
            `select - sum(balance_fen) as sum from account where lot_id = $1 and kind = 'channel-clearing' and channel = $2::text::channel_name`,
            channel,
          )
        )[0]?.sum ?? 0,
      ),
    alarmsRaised: () =>
      rows<{ kind: string; because: string }>('select kind, because from alarm where lot_id = $1 order by id'),
    sharesOf: (payment: Id) =>
      rows<{ id: Id; kind: string; state: string; finish: boolean; because: string | null }>(
        'select id, kind, state, finish, because from share where lot_id = $1 and payment_id = $2 order by id',
        payment,
      ),
    partsOf: (payment: Id) =>
      rows<{ party: string; whole_fen: number; amount_fen: number; state: string; because: string | null }>(
        `select p.party, p.whole_fen, p.amount_fen, p.state, p.because
           from share s join share_part p on p.lot_id = s.lot_id and p.share_id = s.id
          where s.lot_id = $1 and s.payment_id = $2 order by p.share_id, p.party`,
        payment,
      ),
    returnsOf: (payment: Id) =>
      rows<{ party: string; amount_fen: number; way: string; state: string; because: string | null }>(
        'select party, amount_fen, way, state, because from share_return where lot_id = $1 and payment_id = $2 order by id',
        payment,
      ),
    refundsOf: async (payment: Id) =>
      (
        await rows<{ state: string }>(
          'select state from refund where lot_id = $1 and payment_id = $2 order by id',
          payment,
        )
      ).map(({ state }) => state),
    holds: async () => assert.deepEqual((await audit(database)).broken, []),
    stop: async () => {
      await sql.end()
      await data.close()
    },
  }
}
