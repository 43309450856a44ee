import type { ApplicationState, Applications, NotAcceptable, PaperId } from '@lanepay/channels/applications.ts'
import type { ChannelError, Merchant } from '@lanepay/channels/channel.ts'
import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { PaperKind } from '@lanepay/domain/applicant/form.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelName } from '@lanepay/domain/types.ts'
import type { Channels } from '../../payment/settle.ts'
import { fewAtOnce } from '../../server/few-at-once.ts'
import type { ForChannel } from '../channel.ts'
import type { ForChannels } from '../for-channel.ts'
import { keyValues } from '../parts.ts'
import { type ApplicationKey, keyOf } from '../place.ts'
import { hasAccount, openAccount } from './account.ts'
import { decideNext, mendOf, missingPapers, type Next, pauseMs } from './decide.ts'
import { applicationOf, papersAsked } from './request.ts'
import {
  claimErrand,
  type DueErrand,
  dropUploads,
  type ErrandRow,
  hastenErrand,
  insertUpload,
  selectDueErrands,
  selectUploads,
  setErrand,
} from './store.ts'

/*
 * Brings approved applications through a channel: papers uploaded once, the form sent under one number through all repeats, then asked after
 * until it is live or returned. What is unclear is asked about before anything is sent again (domain.md 6). Nothing personal is logged.
 */
export type Errands = {
  /** One round of what is due; called by a timer. */
  round(): Promise<void>
  /** The channel is asked at the next round: it has said something by itself, or a person wants to know. */
  hasten(key: ApplicationKey): Promise<void>
  /** By its number at the channel, as a channel tells it. */
  heardOf(applicationNumber: string): Promise<void>
}

/** So long one process has an errand for itself: longer than a channel may take over all of its papers. */
const leaseMs = 180_000

/** The id and two digits: letters and digits for every channel. */
export const numberAtChannel = (id: string, serial: number): string => `${id}${String(serial).padStart(2, '0')}`

type Kept = {
  readonly serial: number
  readonly attempts: number
  readonly pause: number
  readonly channelNo: string | null
  readonly trouble: string | null
  readonly merchant: Merchant | null
}

export function errands(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly channels: Channels
  readonly applications: ForChannels
}): Errands {
  const { database, clock, log, channels, applications } = options

  async function run({ bucket: _, application_id: id, channel: name }: DueErrand): Promise<void> {
    const key = keyOf(id)
    const own = [...keyValues(key), name]
    const db = database.of(key.bucket)
    const now = clock.now()
    const [errand] = await db.query<ErrandRow>(claimErrand, [...own, instantOut(now), instantOut(now + leaseMs)])
    const one = errand && (await applications.open(key, name))
    if (!one) return
    const kept = await step(one, errand)
    await db.query(setErrand, [
      ...[...own, kept.serial, instantOut(clock.now() + kept.pause), kept.attempts],
      ...[kept.channelNo, kept.trouble, kept.merchant],
    ])
  }

  /** One question and what follows from it. */
  async function step(one: ForChannel, errand: ErrandRow): Promise<Kept> {
    const { key, channel: name, form } = one
    const { serial } = errand
    const attempts = errand.attempts + 1
    const kept = (told: Partial<Kept>): Kept => ({
      ...{ serial, attempts, pause: pauseMs(attempts), channelNo: null, trouble: null, merchant: null, ...told },
    })
    const again = (told: Partial<Kept> = {}) => kept({ attempts: 0, pause: 0, ...told })
    if (one.lot !== null && one.state === 'asked' && (await hasAccount(database, one.operatorId, name))) {
      await applications.tell(key, name, { state: 'live' })
      return again()
    }
    const ability = channels[name]?.applications
    if (!ability) return kept({ trouble: 'by-hand' })
    const known = await ability.query(numberAtChannel(key.id, serial))
    if (!known.ok) return unanswered(one, known.error, kept)
    const channelNo = 'channelNo' in known.value ? known.value.channelNo : null
    const next = decideNext(form, { state: one.state, serial }, known.value)
    if (next.do !== 'send') {
      const merchant = await act(one, next)
      const isNews = next.do === 'open' || (next.do === 'tell' && next.news.state !== one.state)
      return isNews ? again({ channelNo, merchant, pause: pauseMs(0) }) : kept({ channelNo })
    }
    const sent = await send(one, next.serial, ability)
    if (sent.ok) {
      await applications.tell(key, name, { state: 'channel-review' })
      const taken = 'channelNo' in sent.value ? sent.value.channelNo : null
      return again({ serial: next.serial, channelNo: taken, pause: pauseMs(0) })
    }
    if (sent.error.kind === 'to-mend') {
      await applications.tell(key, name, { state: 'returned', mend: mendOf(form, sent.error.toMend) })
      return again({ serial: next.serial })
    }
    if (sent.error.kind === 'missing') {
      const mend = sent.error.papers.map(
        (kind) => ({ field: `papers/${kind}`, reason: 'incomplete', note: '' }) as const,
      )
      await applications.tell(key, name, { state: 'returned', mend })
      return again({ serial: next.serial })
    }
    if (sent.error.kind === 'papers-lost') {
      await database.of(key.bucket).query(dropUploads, [...keyValues(key), name])
      return kept({ serial: next.serial })
    }
    return unanswered(one, sent.error, (told) => kept({ serial: next.serial, ...told }))
  }

  /** Unclear is asked again; refused for good is for a person of the platform, and asked again too, but seldom. */
  function unanswered(one: ForChannel, error: ChannelError, kept: (told: Partial<Kept>) => Kept): Kept {
    const code = 'code' in error ? error.code : error.kind
    const isRefused = error.kind === 'refused'
    log(isRefused ? 'error' : 'warn', `application-${isRefused ? 'refused' : 'unclear'}`, {
      ...{ application: one.key.id, channel: one.channel, because: code },
    })
    return kept(isRefused ? { trouble: code, pause: pauseMs(Number.POSITIVE_INFINITY) } : {})
  }

  async function act({ key, channel, operatorId, lot }: ForChannel, next: Exclude<Next, { do: 'send' }>) {
    if (next.do === 'tell') await applications.tell(key, channel, next.news)
    if (next.do !== 'open') return null
    const { merchant } = next
    // A partner has no lot and receives shares: its number is for whoever writes the rules of them.
    if (lot !== null) await openAccount(database, { operatorId, channel, merchant })
    await applications.tell(key, channel, { state: 'live' })
    return merchant
  }

  type Unsent = ChannelError | NotAcceptable | { readonly kind: 'missing'; readonly papers: readonly PaperKind[] }
  async function send(
    one: ForChannel,
    serial: number,
    ability: Applications,
  ): Promise<Result<ApplicationState, Unsent>> {
    const missing = missingPapers(one.form, one.papers)
    if (missing.length > 0) return err({ kind: 'missing', papers: missing })
    const papers: Partial<Record<PaperKind, PaperId>> = {}
    for (const kind of papersAsked(one.form)) {
      const uploaded = await uploadOnce(one, kind, ability)
      if (!uploaded.ok) return uploaded
      papers[kind] = uploaded.value
    }
    return ability.send(applicationOf(one.form, numberAtChannel(one.key.id, serial), papers))
  }

  /** A paper that the channel refuses is to be mended where it was handed in. */
  async function uploadOnce(
    { key, channel, papers }: ForChannel,
    kind: PaperKind,
    ability: Applications,
  ): Promise<Result<PaperId, Unsent>> {
    const db = database.of(key.bucket)
    const own = [...keyValues(key), channel]
    const sha256 = papers.find((paper) => paper.kind === kind)?.sha256
    const uploads = await db.query<{ sha256: string; paper_id: string }>(selectUploads, own)
    const known = uploads.find((one) => one.sha256 === sha256)
    if (known) return ok(known.paper_id)
    const bytes = await applications.paper(key, kind)
    if (bytes === null || sha256 === undefined) return err({ kind: 'missing', papers: [kind] })
    const uploaded = await ability.upload({ type: 'image/jpeg', bytes })
    if (!uploaded.ok) return uploaded.error.kind === 'to-mend' ? err({ kind: 'missing', papers: [kind] }) : uploaded
    await db.query(insertUpload, [...own, sha256, uploaded.value, instantOut(clock.now())])
    return uploaded
  }

  const hasten = async (key: ApplicationKey) =>
    void (await database.of(key.bucket).query(hastenErrand, [...keyValues(key), instantOut(clock.now())]))

  return {
    round: async () => {
      for (const { db, buckets } of database.nodes) {
        const due = await db.query<DueErrand>(selectDueErrands, [buckets, instantOut(clock.now())])
        await fewAtOnce(due, (one) =>
          run(one).catch((error: Error) =>
            log('error', 'application-errand-failed', { application: one.application_id, because: error.message }),
          ),
        )
      }
    },
    hasten,
    heardOf: async (applicationNumber) => {
      const [, id] = /^([1-9]\d{0,17})\d\d$/.exec(applicationNumber) ?? []
      if (id !== undefined) await hasten(keyOf(id))
    },
  }
}

/** The channels by whose interface applications are sent here; at the others a person does it in the channel's portal. */
export const takesApplications = (channels: Channels): readonly ChannelName[] =>
  (Object.keys(channels) as ChannelName[]).filter((name) => channels[name]?.applications !== undefined)
