import { instantOut } from '@lanepay/database/database.ts'
import type { ApplicationForm, PaperKind } from '@lanepay/domain/applicant/form.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import type { AtChannel, ChannelNews, ForChannel } from './channel.ts'
import { stateByChannels } from './decide.ts'
import { type ApplicationDeps, keyValues, papersOf, writeStep } from './parts.ts'
import { type ApplicationKey, keyOf } from './place.ts'
import { openForm, openPaper } from './sealed.ts'
import {
  type ApplicationRow,
  type ChannelRow,
  type DueRow,
  lockApplication,
  selectApplication,
  selectAtChannels,
  selectChannels,
  selectPaper,
  setChannel,
  setState,
} from './store.ts'

/* What the channel's side (channel/) asks and tells an application. The types are in channel.ts. */

export function forChannels(deps: ApplicationDeps) {
  const { database, clock, houseKey } = deps
  return {
    /** What is opened here and not yet live at a channel, those first that nobody has heard of for the longest. */
    async due(atMost = 100): Promise<readonly AtChannel[]> {
      const found = await Promise.all(
        database.nodes.map(({ db, buckets }) => db.query<DueRow>(selectAtChannels, [buckets, atMost])),
      )
      return found.flat().map(({ application_id, channel, state, told_at }) => ({
        ...{ key: keyOf(application_id), channel, state, toldAt: told_at },
      }))
    },

    /** One of them, opened; null where it is no longer with the channels. */
    async open(key: ApplicationKey, channel: ChannelName): Promise<ForChannel | null> {
      const db = database.of(key.bucket)
      const [row] = await db.query<ApplicationRow>(selectApplication, keyValues(key))
      const rows = await db.query<ChannelRow>(selectChannels, keyValues(key))
      const at = rows.find((one) => one.channel === channel)
      if (!row || !at || row.opened_at === null) return null
      const papers = await papersOf(db, key)
      return {
        ...{ key, channel, state: at.state, operatorId: row.operator_id ?? row.party! },
        lot: row.lot_number === null ? null : { bucket: row.lot_bucket!, lotId: row.lot_number },
        form: openForm(houseKey, key.id, row.sealed).form as ApplicationForm,
        papers: papers.map(({ kind, sha256, size }) => ({ kind, sha256, size })),
      }
    },

    /** The bytes of a paper, JPEG; null where there is none. */
    async paper(key: ApplicationKey, kind: PaperKind): Promise<Buffer | null> {
      const [paper] = await database.of(key.bucket).query<{ sealed: Buffer }>(selectPaper, [...keyValues(key), kind])
      return paper ? openPaper(houseKey, key.id, kind, paper.sealed) : null
    },

    /**
     * What a channel has said. The same said twice is one step; what it says of one that is no longer with the channels is kept in its row and
     * moves nothing.
     */
    tell: (key: ApplicationKey, channel: ChannelName, news: ChannelNews): Promise<void> =>
      twiceIfUnknown(() =>
        database.of(key.bucket).transaction(async (tx) => {
          const now = clock.now()
          const [row] = await tx.query<ApplicationRow>(lockApplication, keyValues(key))
          const before = await tx.query<ChannelRow>(selectChannels, keyValues(key))
          const known = before.find((one) => one.channel === channel)
          if (!row || !known) return
          const signUrl = news.state === 'to-sign' ? news.signUrl : null
          await tx.query(setChannel, [...keyValues(key), channel, news.state, signUrl, instantOut(now)])
          if (known.state === news.state && known.sign_url === signUrl) return
          const states = before.map((one) => (one.channel === channel ? news.state : one.state))
          const next = stateByChannels(row.state, states)
          const mend = news.state === 'returned' ? news.mend : []
          if (next !== null)
            await tx.query(setState, [
              ...[...keyValues(key), next, null, next === 'returned' ? null : row.reviewer],
              ...[JSON.stringify(mend), row.sealed, row.submitted_at === null ? null : instantOut(row.submitted_at)],
            ])
          await writeStep(tx, key, now, {
            ...{ act: news.state, before: row.state, after: next ?? row.state, who: `channel ${channel}` },
            ...(mend.length > 0 ? { mend } : {}),
          })
        }),
      ),
  }
}
export type ForChannels = ReturnType<typeof forChannels>
