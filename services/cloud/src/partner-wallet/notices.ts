import { httpCall } from '@lanepay/channels/http.ts'
import { sortedSign } from '@lanepay/channels/zldpay/sign.ts'
import type { PartnerWallet } from '@lanepay/channels/zldpay/wallet.ts'
import { type Database, instantOut, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { readMessage, type Table, writeMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { toOwners } from '@lanepay/lot-systems/bolink/neighbours.ts'
import { signOf } from '@lanepay/lot-systems/bolink/sign.ts'
import type { Alarms } from '../alarm/alarm.ts'
import { seconds } from '../bolink/words.ts'
import { notThrough, stateOfWord, toldAgainAt } from './decide.ts'
import { membersIn } from './members.ts'
import {
  claimNotice,
  endNotice,
  insertNotice,
  type NoticeRow,
  putNoticeAside,
  selectNotices,
  selectWallets,
  type WalletRow,
} from './store.ts'
import { walletIn } from './wallets.ts'

/** What is said, in the form of the book that the wallet hears by (A.1), as it is signed there. */
function bodyFor({ book, key }: PartnerWallet, data: string): { readonly type: string; readonly body: string } {
  if (book === 'newer') return { type: 'application/json', body: `{"data":${data},"sign":"${signOf(data, key)}"}` }
  const members = membersIn(data)!
  const pairs = new URLSearchParams({ ...members, sign: sortedSign(members, key) })
  return { type: 'application/x-www-form-urlencoded', body: pairs.toString() }
}

const limits = { connectTimeoutMs: 3_000, answerTimeoutMs: 8_000 }

/**
 * Calls a wallet: signed over what is said, fresh by its `rand`. Null: no answer that can be read, so nobody knows what it did. Nor is
 * that known where its `state` is neither 1 nor 0: blank is no no. A wallet of the older book answers a notice by a word; a charge it answers in full, with its own number, or not at all.
 */
export async function callWallet(
  wallet: PartnerWallet,
  kind: keyof typeof toOwners,
  said: Readonly<Record<string, unknown>>,
  { now, id }: { readonly now: number; readonly id: Id },
): Promise<Readonly<Record<string, string>> | null> {
  const table: Table = toOwners[kind]
  // Some of the messages write it as a number, which holds so many digits.
  const rand = String(BigInt(id) % 10n ** 15n)
  const read = readMessage(table, { ...said, rand, time_temp: seconds(now), operate_time: seconds(now) })
  if (!read.ok) throw new Error(`${kind} says no ${read.error.field}`)
  const { type, body } = bodyFor(wallet, writeMessage(table, read.value))
  const answer = await httpCall({
    ...{ method: 'POST', url: `${wallet.noticeUrl}/${kind}`, body },
    ...{ headers: { 'content-type': `${type};charset=utf-8` }, ...limits },
  })
  if (answer.kind !== 'answer' || answer.status !== 200) return null
  const text = answer.body.toString('utf8')
  const members = membersIn(text)
  if (members) return members
  const state = kind === 'nosense-pay' ? null : stateOfWord(text)
  return state === null ? null : { state: String(state) }
}

export type NewNotice = Pick<NoticeRow, 'kind' | 'subject' | 'said'> & { readonly unionId: string; readonly id: Id }
/** Puts a notice at the end of its wallet's row, once by its subject; with `dueAt` null it is only recorded. */
export const putNotice = (db: Pick<Tx, 'query'>, { bucket, lotId }: LotKey, notice: NewNotice, dueAt: number | null) =>
  db.query(insertNotice, [
    ...[bucket, lotId, notice.unionId, notice.kind, notice.subject, notice.id, notice.said],
    dueAt === null ? null : instantOut(dueAt),
  ])

/**
 * Tells wallets what happened, each in one row: the next only when the one before is through or put aside (third-party-wallets.md A.5). The
 * time of the next try is written before a call goes out, so two processes never tell the same one at once. A person hears of one that is
 * not through long before it is given up (`notThrough`), and again, with its name, when it is put aside.
 */
export function tellingWallets(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly houseKey: Uint8Array
  readonly alarms: Alarms
}): { round(): Promise<void> } {
  const { database, clock, log, newId, houseKey, alarms } = options

  /** Whether the next one may go. */
  const tell = async (wallet: PartnerWallet, notice: NoticeRow): Promise<boolean> => {
    const { bucket, lot_id, union_id, kind, subject, id, tries } = notice
    const db = database.of(bucket)
    const now = clock.now()
    if (notice.due_at > now) return false
    const key = [bucket, lot_id, union_id, kind, subject, id]
    const again = toldAgainAt(tries + 1, now)
    const [claimed] = await db.query(claimNotice, [...key, tries, instantOut(again ?? now + 60_000)])
    if (!claimed) return false
    const answer = await callWallet(wallet, kind, notice.said, { now, id: newId() })
    if (answer?.state === '1') {
      await db.query(endNotice, key)
      return true
    }
    log('warn', 'wallet-did-not-answer', { lot: lot_id, wallet: union_id, kind, tries: tries + 1 })
    const isRefused = answer?.state === '0'
    const fate = notThrough(tries + 1, isRefused)
    if (fate === 'told-again') return false
    const why = isRefused ? `refuses (${(answer?.errmsg ?? '').slice(0, 80)})` : 'does not answer to'
    const then = fate === 'put-aside' ? 'it is put aside' : 'all behind it wait'
    const because = `wallet ${union_id} ${why} ${kind} of ${subject}: ${then}`
    await alarms.raise({ bucket, lotId: lot_id }, { kind: 'wallet-not-told', because })
    if (fate === 'put-aside') await db.query(putNoticeAside, [...key, instantOut(clock.now())])
    return fate === 'put-aside'
  }

  const tellAll = async (row: WalletRow): Promise<void> => {
    const wallet = walletIn(houseKey, row)
    if (wallet.noticeUrl === null) return
    const rows = await Promise.all(
      database.nodes.map(({ db, buckets }) => db.query<NoticeRow>(selectNotices, [buckets, wallet.unionId])),
    )
    const inOrder = rows.flat().sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    for (const notice of inOrder) if (!(await tell(wallet, notice))) break
  }

  return {
    /** What goes wrong with one wallet holds up no other. */
    async round() {
      for (const row of await database.reference.query<WalletRow>(selectWallets))
        await tellAll(row).catch((error: Error) =>
          log('error', 'wallet-not-told', { wallet: row.union_id, message: error.message }),
        )
    },
  }
}
