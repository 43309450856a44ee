import type { Withdrawals as Ability, Payee, WithdrawalOrder, WithdrawalState } from '@lanepay/channels/withdrawals.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf } from '@lanepay/domain/numbers.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import type { Alarm, Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { fewAtOnce } from '../server/few-at-once.ts'
import { entriesOf, type Move } from './books.ts'
import { openCard } from './seal.ts'
import {
  type CardRow,
  claimDueWithdrawals,
  type DueRow,
  endWatch,
  noteStep,
  selectCard,
  selectParts,
  selectWithdrawal,
  takeTurn,
  type WithdrawalRow,
} from './store.ts'

/**
 * Withdrawals on their way to the bank. An unclear answer is asked about, and sent again under the same number only when the channel
 * says that it has none of it; a paid one is watched for as long as the bank may send it back (domain.md 6).
 */
export type Withdrawals = {
  /** One round of what is due; called by a timer. */
  round(): Promise<void>
}
type State = WithdrawalRow['state']
type Which = { readonly bucket: number; readonly id: string }

/** A bank may return what it took for seven days; one more, for the hour at which the channel says so. */
export const watchedForMs = 8 * 86_400_000

export function withdrawals(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly channels: Channels
  readonly accounts: Accounts
  readonly alarms: Alarms
  /** What pays in demonstrations, where a plan says so: a simulated bank. */
  readonly bank: Ability | null
  /** Opens the bank cards. */
  readonly houseKey: Uint8Array
}): Withdrawals {
  const { database, clock, log, channels, accounts, alarms, bank, houseKey } = options

  const rowOf = async ({ bucket, id }: Which): Promise<WithdrawalRow> => {
    const [row] = await database.of(bucket).query<WithdrawalRow>(selectWithdrawal, [bucket, id])
    if (!row) throw new Error(`withdrawal ${id} is not there`)
    return row
  }

  /** One step in one transaction: the row, its history and the books of its lots move together, once, or not at all. */
  const step = (
    { bucket, id }: Which,
    accountId: number,
    from: State,
    to: { state: State; move: Move | null; why: string; paidAt?: number | null; channelNo?: string },
  ): Promise<void> =>
    twiceIfUnknown(() =>
      database.of(bucket).transaction(async (tx) => {
        await tx.query(takeTurn, [bucket, accountId])
        const [row] = await tx.query<WithdrawalRow>(selectWithdrawal, [bucket, id])
        if (row?.state !== from) return
        const now = clock.now()
        const done = to.state === 'refused' || to.state === 'returned'
        await tx.query(noteStep, [
          ...[bucket, id, to.state, instantOut(to.paidAt ?? row.paid_at), to.channelNo ?? row.channel_no],
          ...[done ? null : instantOut(row.ask_at ?? now), instantOut(now), row.channel, to.why],
        ])
        if (to.move === null) return
        type Part = { lot_id: number; amount_fen: string; fee_fen: string }
        for (const part of await tx.query<Part>(selectParts, [bucket, id]))
          await postTransfer(tx, {
            ...{ lot: { bucket, lotId: part.lot_id }, causeId: id as Id, cause: to.move, postedAt: now },
            entries: entriesOf(to.move, {
              ...{ operatorId: row.operator_id, channel: row.channel },
              ...{ amountFen: Number(part.amount_fen), feeFen: Number(part.fee_fen) },
            }),
          })
      }),
    )

  /** Before the step it tells of: told twice it is one alarm, and a crash between leaves none untold. */
  const tell = async ({ bucket, id }: Which, kind: Alarm['kind'], because: string): Promise<void> => {
    const [part] = await database.of(bucket).query<{ lot_id: number }>(selectParts, [bucket, id])
    if (part) await alarms.raise({ bucket, lotId: part.lot_id }, { kind, withdrawal: id, because })
  }

  const refuse = async (which: Which, row: WithdrawalRow, why: string): Promise<void> => {
    await tell(which, 'withdrawal-failed', why)
    await step(which, row.account_id, row.state, { state: 'refused', move: 'withdrawal-failed', why })
  }

  const heard = async (which: Which, heardOf: WithdrawalState): Promise<void> => {
    const row = await rowOf(which)
    const { account_id: accountId } = row
    const why = 'code' in heardOf ? `${heardOf.code}: ${heardOf.message}`.slice(0, 200) : 'the channel has paid it out'
    if (heardOf.state === 'pending') return
    if (heardOf.state === 'failed') {
      if (row.state === 'sent') return refuse(which, row, why)
      return tell(which, 'withdrawal-disputed', `said failed after ${row.state}: ${why}`)
    }
    const atBank = Number(row.amount_fen) - Number(row.fee_fen)
    if (heardOf.state === 'paid' && heardOf.amountFen !== atBank)
      return tell(which, 'withdrawal-disputed', `the channel says ${heardOf.amountFen} fen, asked for were ${atBank}`)
    const paidAt = (heardOf.state === 'paid' ? heardOf.paidAt : null) ?? clock.now()
    const { channelNo } = heardOf
    // Also before a return: it was with the bank between two questions.
    if (row.state === 'sent')
      await step(which, accountId, 'sent', { state: 'paid', move: 'withdrawal-done', why, paidAt, channelNo })
    if (heardOf.state === 'returned') {
      if (row.state !== 'returned') await tell(which, 'withdrawal-returned', why)
      return step(which, accountId, 'paid', { state: 'returned', move: 'withdrawal-returned', why })
    }
    if (row.state === 'paid' && clock.now() >= (row.paid_at ?? paidAt) + watchedForMs)
      await database.of(which.bucket).query(endWatch, [which.bucket, which.id])
  }

  const payeeOf = async (row: WithdrawalRow): Promise<Pick<WithdrawalOrder, 'payee'>> => {
    if (row.card_version === null) return {}
    const [card] = await database.reference.query<CardRow>(selectCard, [row.account_id, row.card_version])
    if (!card) throw new Error(`account ${row.account_id} has no card ${row.card_version}`)
    const { cardNumber, name } = openCard(houseKey, row.account_id, card.sealed)
    const payee: Payee =
      card.kind === 'alipay'
        ? { kind: 'account', identity: cardNumber, name }
        : {
            ...{ kind: 'bank-card', owner: card.owner, bank: card.bank, cardNumber, name },
            ...(card.branch === null ? {} : { branch: card.branch }),
          }
    return { payee }
  }

  const ask = async (which: Which): Promise<void> => {
    const row = await rowOf(which)
    const channel = row.payout === 'bank' ? bank : channels[row.channel]?.withdrawals
    const account = await accounts.byId(row.account_id)
    if (!channel || !account)
      throw new Error(`${row.payout === 'bank' ? 'a bank' : row.channel} pays nothing out as it is configured now`)
    const withdrawalNumber = numberOf('withdrawal', { bucket: which.bucket, lotId: 0 }, which.id as Id)
    if (row.state === 'asked') {
      if (row.card_version !== row.card_now || row.held_card_changed)
        return refuse(which, row, 'the bank card was changed meanwhile')
      // The row says it is on its way before the channel hears of it: a crash between leaves it asked about, never lost.
      await step(which, row.account_id, 'asked', { state: 'sent', move: null, why: 'sent to the channel' })
    } else {
      const known = await channel.query(account.merchant, withdrawalNumber)
      if (!known.ok) return log('warn', 'withdrawal-unclear', { withdrawal: which.id, because: known.error.kind })
      if (known.value.state !== 'unknown') return heard(which, known.value)
      if (row.state !== 'sent') return tell(which, 'withdrawal-disputed', 'paid, and the channel does not know it now')
    }
    const answer = await channel.withdraw(account.merchant, {
      ...{ withdrawalNumber, amountFen: fen(Number(row.amount_fen) - Number(row.fee_fen)) },
      ...{ remark: '停车费提现', bankMemo: '停车费', ...(await payeeOf(row)) },
    })
    if (answer.ok) return heard(which, answer.value)
    if (answer.error.kind === 'refused')
      return heard(which, { state: 'failed', code: answer.error.code, message: answer.error.message })
    log('warn', 'withdrawal-unclear', { withdrawal: which.id, because: answer.error.kind })
  }

  return {
    round: async () => {
      for (const { db, buckets } of database.nodes) {
        const due = await db.query<DueRow>(claimDueWithdrawals, [buckets, instantOut(clock.now()), 200])
        await fewAtOnce(due, (row) =>
          ask(row).catch((error: Error) =>
            log('error', 'withdrawal-not-asked', { withdrawal: row.id, message: error.message }),
          ),
        )
      }
    },
  }
}
