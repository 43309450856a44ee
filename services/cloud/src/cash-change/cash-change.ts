import { setTimeout as wait } from 'node:timers/promises'
import type { CashChangeSheet, CashChangeState, CashChange as Gives } from '@lanepay/channels/cash-change.ts'
import type { ChannelError, Merchant } from '@lanepay/channels/channel.ts'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { fen } from '@lanepay/domain/money.ts'
import { numberOf, parseNumber } from '@lanepay/domain/numbers.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Fen, Id, LotKey } from '@lanepay/domain/types.ts'
import { postTransfer } from '@lanepay/ledger/post.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { seal, unseal } from '../driver/sealed.ts'
import type { Accounts } from '../payment/accounts.ts'
import type { Channels } from '../payment/settle.ts'
import { dayOf, startOf } from '../reconciliation/day.ts'
import { fewAtOnce } from '../server/few-at-once.ts'
import { type ChangeMove, entriesOf } from './books.ts'
import { isOver, neverHad, notTakenInTime, refusalToTake } from './decide.ts'
import {
  type ChangeRow,
  claimDueChanges,
  type DueChange,
  insertChange,
  lockChange,
  selectChange,
  selectChangeAsked,
  selectGivenSince,
  setGiving,
  setOver,
  setSent,
} from './store.ts'

export type ChangeAsk = {
  /** The number of whoever asks: the same number is the same change. */
  readonly askedAs: string
  readonly askedBy: string
  readonly operatorId: string
  readonly amountFen: Fen
  readonly lastsHours: number
  /** Where they want to hear of it; null: as usual. */
  readonly notifyUrl: string | null
  /** What a lot may be asked for in a day at Beijing, this one included. */
  readonly dayUpToFen: number
}
export type OfferRefusal =
  /** No account here gives change: none of this channel, or one that may not. */
  | 'not-possible'
  | 'not-enough-held'
  | 'over-the-day'
  /** The number is of other change, or of some that is over. */
  | 'number-used'

export type ChangeToTake = { readonly lot: LotKey; readonly row: ChangeRow }
export type Taking = { readonly row: ChangeRow; readonly sheet: CashChangeSheet | null }

/**
 * Cash that a machine owes as change, taken into a driver's wallet (bolink-protocol.md 6.13). The money is set aside when it is offered and
 * is the driver's when the channel says so; what is unclear is asked about, and asked for again with the same number.
 */
export type CashChanges = {
  /** The link by which it is taken. Asked for again, it is the same link. */
  offer(lot: LotKey, ask: ChangeAsk): Promise<Result<{ readonly url: string }, OfferRefusal>>
  /** What a link is of; null: nothing of ours. */
  ofLink(token: string): Promise<ChangeToTake | null>
  /** A driver, as the channel knows him, takes it. Again by the same driver: the wallet's sheet once more. */
  take(which: ChangeToTake, payee: string): Promise<Result<Taking, 'over' | 'anothers' | 'not-possible'>>
  /** The channel says that something became of it: it is asked. */
  heardOf(changeNumber: string): Promise<void>
  /** One round of what is due; called by a timer. */
  round(): Promise<void>
}

type Giver = { readonly gives: Gives; readonly merchant: Merchant }
const purpose = 'cash-change'
const channel = 'wechatpay'
const dayMs = 86_400_000
/** Who has begun before the link ended may finish. */
const graceMs = 10 * 60_000
/** Less than the 30 days after which the channel knows nothing of one any more. */
const rememberedMs = 20 * dayMs
const [readyTries, readyEveryMs] = [5, 400]

export function cashChanges(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly houseKey: Buffer
  readonly publicUrl: string
  readonly channels: Channels
  readonly accounts: Accounts
  readonly alarms: Alarms
}): CashChanges {
  const { database, clock, log, newId, houseKey, publicUrl, channels, accounts, alarms } = options
  const urlOf = (lot: LotKey, id: Id): string =>
    `${publicUrl}/g/${seal(purpose, numberOf('change', lot, id), houseKey)}`
  const rowOf = async (lot: LotKey, id: Id): Promise<ChangeRow | null> =>
    (await database.of(lot.bucket).query<ChangeRow>(selectChange, [lot.bucket, lot.lotId, id]))[0] ?? null

  /** Who gives it, at the channel; null: the account is not what it was. */
  const giver = async (row: ChangeRow): Promise<Giver | null> => {
    const account = await accounts.byId(row.account_id)
    const gives = channels[row.channel]?.cashChange
    return account && gives ? { gives, merchant: account.merchant } : null
  }

  const post = (tx: Tx, lot: LotKey, cause: ChangeMove, row: Pick<ChangeRow, 'id' | 'operator_id' | 'amount_fen'>) =>
    postTransfer(tx, {
      ...{ lot, causeId: row.id, cause, postedAt: clock.now() },
      entries: entriesOf(cause, { operatorId: row.operator_id, channel, amountFen: row.amount_fen }),
    })

  const offer: CashChanges['offer'] = async (lot, ask) => {
    const account = await accounts.ofOperator(ask.operatorId, channel)
    if (!account || !channels[channel]?.cashChange) return err('not-possible')
    const id = newId()
    const now = clock.now()
    const row = { id, operator_id: account.operatorId, amount_fen: ask.amountFen }
    try {
      return await twiceIfUnknown(() =>
        database.of(lot.bucket).transaction(async (tx): Promise<Result<{ url: string }, OfferRefusal>> => {
          const [made] = await tx.query<{ id: Id }>(insertChange, [
            ...[lot.bucket, lot.lotId, id, ask.askedAs, ask.askedBy, instantOut(now)],
            ...[account.operatorId, account.accountId, channel, ask.amountFen],
            ...[instantOut(now + ask.lastsHours * 3_600_000), ask.notifyUrl],
          ])
          if (!made) {
            const [kept] = await tx.query<ChangeRow>(selectChangeAsked, [lot.bucket, lot.lotId, ask.askedAs])
            const isSame = kept !== undefined && kept.amount_fen === ask.amountFen && !isOver(kept.state)
            return isSame ? ok({ url: urlOf(lot, kept.id) }) : err('number-used')
          }
          await post(tx, lot, 'change-offered', row)
          // After the books: whoever asks beside this one waits for the account, and counts what was offered here.
          const from = startOf(dayOf(now))
          const [given] = await tx.query<{ fen: string }>(selectGivenSince, [
            ...[lot.bucket, lot.lotId, instantOut(from), firstIdAt(from - dayMs)],
          ])
          if (Number(given!.fen) > ask.dayUpToFen) throw new OverTheDay()
          return ok({ url: urlOf(lot, id) })
        }),
      )
    } catch (error) {
      if (error instanceof OverTheDay) return err('over-the-day')
      const { code, constraint } = error as { code?: string; constraint?: string }
      if (code === '23514' && constraint === 'account_never_negative') return err('not-enough-held')
      throw error
    }
  }

  /** It is over: the row and the books, together and once. What the channel says otherwise later is a person's. */
  const end = async (
    lot: LotKey,
    id: Id,
    to: { state: 'taken' | 'returned' | 'failed'; because: string | null; channelNo?: string; at?: number | null },
    onlyFrom?: ChangeRow['state'],
  ): Promise<void> => {
    const said = await twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx) => {
        const [row] = await tx.query<ChangeRow>(lockChange, [lot.bucket, lot.lotId, id])
        if (!row || (onlyFrom !== undefined && row.state !== onlyFrom)) return null
        if (isOver(row.state)) return row.state
        await post(tx, lot, to.state === 'taken' ? 'change-taken' : 'change-returned', row)
        const at = instantOut(to.at ?? clock.now())
        await tx.query(setOver, [lot.bucket, lot.lotId, id, to.state, at, to.channelNo ?? null, to.because])
        return to.state
      }),
    )
    if (said === null || (said === 'taken') === (to.state === 'taken')) return
    await alarms.raise(lot, {
      ...{ kind: 'change-disputed', change: id },
      because: `the channel says ${to.state} of change that is ${said} in the books`,
    })
  }

  const heard = async (lot: LotKey, row: ChangeRow, state: CashChangeState): Promise<void> => {
    switch (state.state) {
      case 'pending':
        return
      case 'to-take':
        await database.of(lot.bucket).query(setSent, [lot.bucket, lot.lotId, row.id])
        return
      case 'taken':
        if (state.amountFen !== row.amount_fen) {
          const because = `the channel says ${state.amountFen} fen of change of ${row.amount_fen}`
          await alarms.raise(lot, { kind: 'change-disputed', change: row.id, because })
          return
        }
        return end(lot, row.id, { state: 'taken', because: null, channelNo: state.channelNo, at: state.takenAt })
      case 'returned':
      case 'failed':
        return end(lot, row.id, { state: state.state, because: `${state.code}: ${state.message}`.slice(0, 200) })
    }
  }

  /** Refused is over: the channel has none of it. What keeps the account from giving at all is a person's. */
  const refused = async (lot: LotKey, row: ChangeRow, error: ChannelError): Promise<void> => {
    if (error.kind !== 'refused') return
    const because = `${error.code}: ${error.message}`.slice(0, 200)
    if (error.alarm) await alarms.raise(lot, { kind: 'change-not-given', change: row.id, because })
    await end(lot, row.id, { state: 'failed', because })
  }

  /** The wallet's sheet, or that the channel has not made it ready; null: it has none for now. */
  const give = async (lot: LotKey, row: ChangeRow, payee: string): Promise<CashChangeSheet | 'pending' | null> => {
    const by = await giver(row)
    if (!by) return null
    const given = await by.gives.give(by.merchant, {
      ...{ changeNumber: numberOf('change', lot, row.id), amountFen: fen(row.amount_fen), payee },
      ...{ remark: '停车现金找零', notifyUrl: `${publicUrl}/notify/${row.channel}` },
    })
    if (!given.ok) {
      await refused(lot, row, given.error)
      return null
    }
    await heard(lot, row, given.value)
    return given.value.state === 'to-take' ? given.value.sheet : given.value.state === 'pending' ? 'pending' : null
  }

  const take: CashChanges['take'] = async ({ lot, row: seen }, payee) => {
    if (!(await giver(seen))) return err('not-possible')
    const begun = await twiceIfUnknown(() =>
      database.of(lot.bucket).transaction(async (tx): Promise<Result<ChangeRow, 'over' | 'anothers'>> => {
        const [row] = await tx.query<ChangeRow>(lockChange, [lot.bucket, lot.lotId, seen.id])
        const refusal = refusalToTake(
          { state: row!.state, payee: row!.payee, expiresAt: row!.expires_at },
          payee,
          clock.now(),
        )
        if (refusal !== null) return err(refusal)
        await tx.query(setGiving, [lot.bucket, lot.lotId, seen.id, payee, instantOut(clock.now() + 3_000)])
        return ok(row!)
      }),
    )
    if (!begun.ok) return begun
    let sheet = await give(lot, begun.value, payee)
    // Ready in a moment, mostly: the driver has tapped and should not have to once more. Asked again it is the same transfer.
    for (let tries = 1; sheet === 'pending' && tries < readyTries; tries++) {
      await wait(readyEveryMs)
      sheet = await give(lot, begun.value, payee)
    }
    return ok({ row: (await rowOf(lot, seen.id))!, sheet: sheet === 'pending' ? null : sheet })
  }

  const lookAt = async (lot: LotKey, row: ChangeRow): Promise<void> => {
    if (row.state === 'offered') {
      if (clock.now() < row.expires_at) return
      // Who begins at this very moment was faster, or is told that it is over.
      return end(lot, row.id, { state: 'returned', because: notTakenInTime }, 'offered')
    }
    const by = await giver(row)
    if (!by) throw new Error(`${row.channel} gives no change any more, and has some in hand`)
    const said = await by.gives.query(by.merchant, numberOf('change', lot, row.id))
    if (!said.ok) return
    if (said.value.state === 'unknown') await neverArrived(lot, row)
    else if (said.value.state === 'to-take' && clock.now() >= row.expires_at + graceMs) {
      const back = await by.gives.takeBack(by.merchant, numberOf('change', lot, row.id))
      if (back.ok) await heard(lot, row, back.value)
    } else await heard(lot, row, said.value)
  }
  /** Or is on its way still: the same number brings both to one end, while there is time. A channel forgets what is long over. */
  const neverArrived = async (lot: LotKey, row: ChangeRow): Promise<void> => {
    const now = clock.now()
    if (now < row.expires_at + graceMs) await give(lot, row, row.payee!)
    else if (now < row.asked_at + rememberedMs) await end(lot, row.id, { state: 'returned', because: neverHad })
    else {
      const because = 'the channel does not know it any more, and never said how it ended'
      await alarms.raise(lot, { kind: 'change-disputed', change: row.id, because })
    }
  }
  return {
    offer,
    async ofLink(token) {
      const read = unseal(purpose, token, houseKey)
      const number = typeof read === 'string' ? parseNumber('change', read) : null
      if (!number?.ok) return null
      const lot = { bucket: number.value.bucket, lotId: number.value.lotId }
      const row = await rowOf(lot, number.value.id)
      return row && { lot, row }
    },
    take,
    async heardOf(changeNumber) {
      const number = parseNumber('change', changeNumber)
      if (!number.ok) return
      const lot = { bucket: number.value.bucket, lotId: number.value.lotId }
      const row = await rowOf(lot, number.value.id)
      if (row && row.state !== 'offered') await lookAt(lot, row)
    },
    async round() {
      for (const { db, buckets } of database.nodes) {
        const due = await db.query<DueChange>(claimDueChanges, [buckets, instantOut(clock.now()), 200])
        await fewAtOnce(due, async (row) => {
          const lot = { bucket: row.bucket, lotId: row.lot_id }
          await lookAt(lot, row).catch((error: Error) =>
            log('error', 'change-not-looked-at', { lot: row.lot_id, change: row.id, message: error.message }),
          )
        })
      }
    },
  }
}

class OverTheDay extends Error {}
