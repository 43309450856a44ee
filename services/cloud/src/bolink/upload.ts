import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { readMessage } from '@lanepay/lot-systems/bolink/fields.ts'
import { isSigned } from '@lanepay/lot-systems/bolink/sign.ts'
import { spelling, up } from '@lanepay/lot-systems/bolink/up.ts'
import { parseObject, rawMember } from '@lanepay/lot-systems/raw.ts'
import type { Parks } from './park.ts'
import { type Computer, type Data, type Reply, type Service, type Services, texts } from './service.ts'
import { type Settled, usual } from './settings.ts'
import { deleteComputer, seeComputer, upsertComputer } from './store.ts'
import { hashOfToken, lotOfToken, makeToken } from './token.ts'
import { declinedIn } from './wishes.ts'

const noteSeenMs = 600_000
const dayMs = 24 * 3_600_000

/** What a lot uploads, answered as the protocol says. A body is believed when its signature fits the key of who it says it is. */
export function uploads(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly parks: Parks
  readonly services: Services
  /** What it answers to what it was asked and told: of one word for two things, the other one. */
  readonly answers: Services
  /** Keeps what the lot's plan has kept beside, by the member that names one. */
  readonly keepBeside: (from: Computer, service: string, data: Data, member: string) => Promise<Reply>
  /** All that is done with what the software of a lot says that another platform runs. */
  readonly beside: Services
}) {
  const { database, clock, log, parks, beside } = options

  const computerOf = async (token: unknown): Promise<Computer | null> => {
    const lot = lotOfToken(token)
    if (!lot.ok) return null
    const { bucket, lotId } = lot.value
    if (bucket > 255) return null
    const known = await parks.ofToken(lot.value, hashOfToken(String(token)))
    const now = clock.now()
    if (!known || known.seenAt <= now - known.park.settings.tokenDays * dayMs) return null
    const { park, localId, seenAt } = known
    // Often enough to tell one that was replaced from one that is there: a poll every half minute is not to be written down.
    if (seenAt < now - noteSeenMs)
      await database.of(bucket).query(seeComputer, [bucket, lotId, localId, instantOut(now)])
    return { bucket, lotId, localId, park }
  }

  const login = async (data: Data, raw: string, sign: string): Promise<Reply> => {
    const read = readMessage(up.login, data)
    if (!read.ok) return { state: 0, errmsg: read.error.field === 'park_id' ? texts.noPark : texts.badData }
    const { union_id, park_id, local_id = '' } = read.value
    const park = await parks.byVendor(union_id, park_id)
    if (!park) return { state: 0, errmsg: texts.unknownPark }
    if (!isSigned(raw, park.key, sign)) return { state: 0, errmsg: texts.wrongSign }
    const token = makeToken(park)
    await database
      .of(park.bucket)
      .query(upsertComputer, [
        park.bucket,
        park.lotId,
        local_id.slice(0, 196),
        hashOfToken(token),
        instantOut(clock.now()),
        declinedIn(data.set_params),
      ])
    log('info', 'charging-software-came', { lot: park.lotId, computer: local_id })
    return { state: 1, token }
  }

  return {
    computerOf,
    /** How the lot is dealt with that a token claims to be of; as usual, where there is none. */
    async settingsOf(token: unknown): Promise<Settled> {
      const lot = lotOfToken(token)
      const park = lot.ok && lot.value.bucket <= 255 ? await parks.ofLot(lot.value) : null
      return park?.settings ?? usual
    },
    /** One upload, from its body as received to the body of the answer, which may be nothing. */
    async upload(body: string): Promise<string> {
      const object = parseObject(body)
      if (!object.ok) return answer({ state: 0, errmsg: texts.notJson })
      const { service_name: named, sign, token } = object.value
      if (typeof named !== 'string' || named.trim() === '') return answer({ state: 0, errmsg: texts.noService })
      const name = named.trim()
      const raw = rawMember(body, 'data')
      const data = raw === null ? null : parseObject(raw)
      const said = async (): Promise<Reply | null> => {
        if (name === 'logout') {
          const from = await computerOf(token)
          if (!from) return { state: 0, errmsg: texts.wrongToken }
          await database.of(from.bucket).query(deleteComputer, [from.bucket, from.lotId, from.localId])
          return { state: 1 }
        }
        if (typeof sign !== 'string') return { state: 0, errmsg: texts.noSign }
        if (raw === null || !data?.ok) return { state: 0, errmsg: texts.notJson }
        if (name === 'login') return login(data.value, raw, sign)
        if (token === undefined) return { state: 0, errmsg: texts.noToken }
        const from = await computerOf(token)
        if (!from) return { state: 0, errmsg: texts.wrongToken }
        if (!isSigned(raw, from.park.key, sign)) return { state: 0, errmsg: texts.wrongSign }
        const carryOut = serviceOf(
          name,
          data.value,
          from.park.settings.beside ? { services: beside, answers: {} } : options,
        )
        if (carryOut) {
          const reply = await carryOut.act(from, data.value)
          return carryOut.isAnswer && reply.state === 1 && from.park.settings.answerReply === 'empty' ? null : reply
        }
        const kept = from.park.settings.alsoKept.find(({ service }) => service === name)
        if (kept) return options.keepBeside(from, name, data.value, kept.key)
        log('info', 'upload-not-built', { lot: from.lotId, service: name.slice(0, 40) })
        return { state: 0, errmsg: texts.notYet }
      }
      const reply = await said()
      return reply === null ? '' : answer({ ...reply, service_name: name })
    },
  }

  function serviceOf(
    name: string,
    data: Data,
    { services, answers }: Readonly<Record<'services' | 'answers', Services>>,
  ): { readonly act: Service; readonly isAnswer: boolean } | null {
    // One word for two things: the exit of a record, and the answer to a payment.
    if (name === 'outpark' && 'out_time' in data)
      return services.out_park ? { act: services.out_park, isAnswer: false } : null
    const canonical = name === 'inpark' ? spelling.inpark : name
    const isAnswer = Object.hasOwn(answers, canonical)
    const act = isAnswer || Object.hasOwn(services, canonical) ? (isAnswer ? answers : services)[canonical] : undefined
    return act ? { act, isAnswer } : null
  }
}

const answer = (reply: Reply): string => JSON.stringify(reply)
