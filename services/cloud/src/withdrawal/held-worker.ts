import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Alarm, Alarms } from '../alarm/alarm.ts'
import type { Channels } from '../payment/settle.ts'
import { fewAtOnce } from '../server/few-at-once.ts'
import { lotsOf } from '../staff/door.ts'
import { decideChecked, decideSent, decideUnclear, type HeldNext } from './held-decide.ts'
import {
  claimDueHeldChanges,
  type DueHeldChange,
  endHeldChange,
  noteHeldChange,
  type OpenHeldChange,
  selectOpenHeldChange,
  sendHeldChange,
} from './held-store.ts'
import { openCard } from './seal.ts'

const mostAtOnce = 100
type Which = DueHeldChange & Pick<OpenHeldChange, 'operator_id'>

/**
 * Tells channels of the cards that they are to hold from now on, each once, and asks until they have said what became of it. One round of
 * what is due, called by a timer. What is unclear stays unclear and is never sent again; nothing of a card is logged. That the channel has
 * refused one, or never said what became of it, is an alarm.
 */
export function heldCardRound(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly channels: Channels
  readonly alarms: Alarms
  /** Opens what the channel is told. */
  readonly houseKey: Uint8Array
}): () => Promise<void> {
  const { database, clock, log, channels, alarms, houseKey } = options
  const db = database.reference

  /** An account is of no lot: it stands at the first lot of its operator. Before the change ends, so a crash between leaves none untold. */
  async function tell({ account_id: account, version, operator_id }: Which, kind: Alarm['kind'], because: string) {
    const [lot] = await lotsOf(database, operator_id)
    if (lot)
      await alarms.raise(lot, { kind, cardChange: `${account}:${version}`, because: `account ${account}: ${because}` })
  }

  async function act(which: Which, next: HeldNext): Promise<void> {
    const key = [which.account_id, which.version]
    const about = { account: which.account_id, version: which.version }
    switch (next.to) {
      case 'wait':
        return next.unclear === null
          ? undefined
          : log('warn', 'card-change-unclear', { ...about, because: next.unclear })
      case 'checking':
        return void (await db.query(noteHeldChange, [...key, 'checking', next.channelNo]))
      case 'asked':
        log('warn', 'card-change-turned-away', about)
        return void (await db.query(noteHeldChange, [...key, 'asked', null]))
      case 'applied':
        return void (await db.query(endHeldChange, [...key, 'applied', null, instantOut(clock.now())]))
      case 'refused':
      case 'lost':
        log('warn', `card-change-${next.to}`, about)
        await tell(which, `card-${next.to}`, next.because)
        return void (await db.query(endHeldChange, [...key, next.to, next.because, instantOut(clock.now())]))
    }
  }

  /** One question, and what follows from its answer. */
  async function ask(due: DueHeldChange): Promise<void> {
    const [row] = await db.query<OpenHeldChange>(selectOpenHeldChange, [due.account_id, due.version])
    if (!row) return
    const { merchant, operator_id } = row
    const which: Which = { ...due, operator_id }
    const ability = channels[row.channel]?.applications
    if (row.state === 'asked' && (!ability || !row.active))
      return act(which, { to: 'refused', because: ability ? 'account-ended' : 'no-interface' })
    // Sent already, and configured otherwise since: it stays what it is until the channel can be asked again.
    if (!ability) throw new Error(`${row.channel} takes no cards as it is configured now`)
    const sentAt = row.sent_at ?? clock.now()
    if (row.state === 'checking')
      return act(which, decideChecked({ sentAt }, await ability.queryCard(merchant, row.channel_no ?? ''), clock.now()))
    const has = await ability.cardIs(merchant)
    if (row.state === 'sent')
      return act(which, decideUnclear({ ...row, endingBefore: row.ending_before, sentAt }, has, clock.now()))
    if (!has.ok && has.error.kind === 'unclear') return act(which, { to: 'wait', unclear: has.error.code })
    const before = has.ok ? has.value.ending : null
    // The row says it is on its way before the channel hears of it: a crash between leaves it asked about, and never sent twice.
    const sent = await db.query(sendHeldChange, [which.account_id, which.version, before, instantOut(clock.now())])
    if (sent.length === 0) return
    const { cardNumber: number, name: holder } = openCard(houseKey, which.account_id, row.sealed)
    const { owner, bank, branch, area_code: areaCode } = row
    await act(which, decideSent(await ability.changeCard(merchant, { owner, holder, number, bank, branch, areaCode })))
  }

  return async () => {
    const due = await db.query<DueHeldChange>(claimDueHeldChanges, [instantOut(clock.now()), mostAtOnce])
    await fewAtOnce(due, (which) =>
      ask(which).catch((error: Error) =>
        log('error', 'card-change-not-asked', { account: which.account_id, message: error.message }),
      ),
    )
  }
}
