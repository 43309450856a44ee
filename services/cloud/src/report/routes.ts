import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id } from '@lanepay/domain/types.ts'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../server/problem.ts'
import { type ActName, reaches } from '../staff/acts.ts'
import { refuseStaff } from '../staff/errors.ts'
import { type Acting, acting, may } from '../staff/route.ts'
import { noteLine, placeOf } from '../staff/trail.ts'
import { filtersOf, limitOf, monthOf, oneOf, orderOf, periodOf, positionIn, type Words, type Wrong } from './ask.ts'
import { booksForms, deliverBooks, deliverList, deliverSummaries, type Form, listForms, mediaTypes } from './deliver.ts'
import type { About, List } from './list.ts'
import { lists } from './lists.ts'
import { pageOfList } from './page.ts'
import { isKnownToPartner, isPartners, moneyOfPartner, ownFilters } from './partner.ts'
import { sortsOf } from './sorts.ts'
import { streaming } from './streams.ts'
import { tellings } from './summaries.ts'
import { summaryAfter, summaryView } from './summary-page.ts'
import { lotsOfParty, placesOf, type Whose } from './whose.ts'

/*
 * The reports of an operator, for its own persons and for those of the platform:
 *
 *   GET  .../reports                        which lists the person may read, with their columns and filters
 *   GET  .../reports/money|traffic|shares/:list   ?from&until [&lot&order&sort&limit&after&only=rows|totals] and filters -> PageView
 *   GET  .../summaries                      ?from&until [&by&of&order&lot&limit&after] -> SummaryView, of days or months
 *   GET  .../exports/summaries              ?from&until&as=xlsx|csv [&by&of&order&lang&lot] -> the file
 *   GET  .../exports/:list                  ?from&until&as=xlsx|csv [&lang&lot] and filters -> the file
 *   GET  .../books                          ?month&as=xlsx|zip [&lang&lot] -> the file
 *
 * and for a partner, over all lots, of its own shares, what was taken back of them, and the account that they are owed on: `/api/partner/reports`,
 * `/api/partner/reports/shares|money/:list` and `/api/partner/exports/:list`, the same without `party`; and `/api/partner/money` -> PartnerMoneyView.
 */

const actOf: Readonly<Record<About, ActName>> = {
  money: 'reports.read',
  shares: 'shares.read',
  traffic: 'traffic.read',
}
/** Asked for beside the filters. */
const own = ['from', 'until', 'order', 'sort', 'limit', 'after', 'only', 'lot', 'as', 'lang'] as const

type Deps = {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
  readonly houseKey: Uint8Array
}
type Person = Acting['operator']

export const reportRoutes =
  (deps: Deps): FastifyPluginAsync =>
  async (server) => {
    const streams = streaming(deps.log)
    server.addHook('preClose', async () => streams.endAll())
    for (const side of ['/api/operator', '/api/platform/operators/:operator']) hang(server, side, deps, streams)
    hangPartner(server, deps, streams)
  }

function hang(server: FastifyInstance, side: string, deps: Deps, streams: ReturnType<typeof streaming>): void {
  const { database, clock } = deps

  server.get(`${side}/reports`, may('reports.read', 'operator'), async (request) => {
    const { person } = acting(request, 'operator')
    const readable = lists.filter(({ about }) => reaches(person.role, actOf[about], 'operator'))
    return {
      lists: readable.map((list) => ({
        ...{ name: list.name, title: list.title, about: list.about },
        columns: list.columns
          .filter(({ kind }) => kind !== 'plate' || seesPlates(person.role))
          .map(({ sql: _, numberOf: __, ...column }) => column),
        filters: list.filters.filter(({ plate }) => !plate || seesPlates(person.role)).map(({ key }) => key),
        sorts: sortsOf(list, { plates: seesPlates(person.role) }),
      })),
    }
  })

  for (const about of ['money', 'traffic', 'shares'] as const)
    server.get(`${side}/reports/${about}/:list`, may(actOf[about], 'operator'), async (request, reply) => {
      const whom = acting(request, 'operator')
      const list = listNamed(request, about)
      const whose = whoseOf(whom, request)
      if (!list || !whose) return refuseStaff(reply, 'not-found')
      const plates = seesPlates(whom.person.role)
      const asked = askedOf(list, wordsOf(request), plates)
      if (!asked.ok) return wrong(reply, asked.error)
      const { after, limit, only, ...rest } = asked.value
      const page = await pageOfList(
        database,
        { ...rest, ...(await placesOf(database, list, whose)) },
        { after, limit, only, plates },
      )
      return { now: clock.now(), ...page }
    })

  server.get(`${side}/summaries`, may('reports.read', 'operator'), async (request, reply) => {
    const whose = whoseOf(acting(request, 'operator'), request)
    if (!whose) return refuseStaff(reply, 'not-found')
    const words = wordsOf(request)
    const asked = all({ ...ofSummary(words), limit: limitOf(words), after: next(words, summaryAfter) })
    if (!asked.ok) return wrong(reply, asked.error)
    const { period, after, limit, ...told } = asked.value
    return {
      now: clock.now(),
      ...(await summaryView(database, { ...period, lots: whose.lots, ...told }, after, limit)),
    }
  })

  server.get(`${side}/exports/summaries`, may('export', 'operator'), async (request, reply) => {
    const whom = acting(request, 'operator')
    const whose = whoseOf(whom, request)
    if (!whose) return refuseStaff(reply, 'not-found')
    const words = wordsOf(request)
    const asked = all({ ...ofSummary(words), ...ofFile(words, listForms) })
    if (!asked.ok) return wrong(reply, asked.error)
    if (!reaches(whom.person.role, actOf.money, 'operator')) return refuseStaff(reply, 'not-allowed')
    const { period, form, language, ...told } = asked.value
    return deliver(reply, whom, form, `summaries-${words.from}-${words.until}`, (sink) =>
      deliverSummaries(database, { ...period, ...told }, { whose, form, language, at: clock.now() }, sink),
    )
  })

  server.get(`${side}/exports/:list`, may('export', 'operator'), async (request, reply) => {
    const whom = acting(request, 'operator')
    const list = listNamed(request, null)
    const whose = whoseOf(whom, request)
    if (!list || !whose) return refuseStaff(reply, 'not-found')
    const plates = seesPlates(whom.person.role)
    const words = wordsOf(request)
    const asked = fileAskedOf(list, words, plates)
    if (!asked.ok) return wrong(reply, asked.error)
    const form = all(ofFile(words, listForms))
    if (!form.ok) return wrong(reply, form.error)
    if (!reaches(whom.person.role, actOf[list.about], 'operator')) return refuseStaff(reply, 'not-allowed')
    const { from, until, filters, order } = asked.value
    return deliver(reply, whom, form.value.form, `${list.name}-${words.from}-${words.until}`, (sink) =>
      deliverList(
        database,
        { list, from, until, filters, order },
        { ...form.value, whose, plates, at: clock.now() },
        sink,
      ),
    )
  })

  server.get(`${side}/books`, may('export', 'operator'), async (request, reply) => {
    const whom = acting(request, 'operator')
    const whose = whoseOf(whom, request)
    if (!whose) return refuseStaff(reply, 'not-found')
    const words = wordsOf(request)
    const asked = all({ period: monthOf(words.month ?? ''), ...ofFile(words, booksForms) })
    if (!asked.ok) return wrong(reply, asked.error)
    const { period, form, language } = asked.value
    // The books are of everything, shares too.
    const needed = [actOf.money, actOf.shares]
    if (!needed.every((act) => reaches(whom.person.role, act, 'operator'))) return refuseStaff(reply, 'not-allowed')
    const plates = seesPlates(whom.person.role)
    return deliver(reply, whom, form, `books-${words.month}`, (sink) =>
      deliverBooks(database, period, { whose, plates, form, language, at: clock.now() }, sink),
    )
  })

  const deliver = (
    reply: FastifyReply,
    { operatorId, who }: Person,
    form: Form,
    name: string,
    make: Parameters<typeof streams.send>[2],
  ): Promise<FastifyReply> => deliverNoted(reply, deps, streams, { operatorId, who, form, name, make })
}

/** A partner's own: lists of shares and its account's statement, narrowed to it, of whichever lots share with it. */
function hangPartner(server: FastifyInstance, deps: Deps, streams: ReturnType<typeof streaming>): void {
  const { database, clock } = deps
  const own = may('shares.read', 'partner')
  const whoseOfParty = async (party: string): Promise<Whose> => ({
    ...{ operatorId: '', lots: await lotsOfParty(database, party), whole: false },
  })
  const theirs = (request: FastifyRequest, list: List, party: string, ask: typeof askedOf = askedOf) =>
    ask(list, { ...wordsOf(request), ...ownFilters(list, party) }, false)
  const named = (request: FastifyRequest, about: About | null) => {
    const list = listNamed(request, about)
    return list && isPartners(list) ? list : undefined
  }

  server.get('/api/partner/reports', own, async () => ({
    lists: lists.filter(isPartners).map((list) => ({
      ...{ name: list.name, title: list.title, about: list.about },
      columns: list.columns
        .filter(({ key }) => !isKnownToPartner(list, key))
        .map(({ sql: _, numberOf: __, ...column }) => column),
      filters: list.filters.map(({ key }) => key).filter((key) => !isKnownToPartner(list, key)),
      sorts: sortsOf(list, { plates: false }),
    })),
  }))
  server.get('/api/partner/money', own, async (request) => {
    const { party } = acting(request, 'partner')
    return { now: clock.now(), ...(await moneyOfPartner(database, party, await lotsOfParty(database, party))) }
  })
  for (const about of ['shares', 'money'] as const)
    server.get(`/api/partner/reports/${about}/:list`, own, async (request, reply) => {
      const { party } = acting(request, 'partner')
      const list = named(request, about)
      if (!list) return refuseStaff(reply, 'not-found')
      const asked = theirs(request, list, party)
      if (!asked.ok) return wrong(reply, asked.error)
      const { after, limit, only, ...rest } = asked.value
      const places = await placesOf(database, list, await whoseOfParty(party))
      const page = await pageOfList(database, { ...rest, ...places }, { after, limit, only, plates: false })
      return { now: clock.now(), ...page }
    })
  server.get('/api/partner/exports/:list', own, async (request, reply) => {
    const { party, who } = acting(request, 'partner')
    const list = named(request, null)
    if (!list) return refuseStaff(reply, 'not-found')
    const words = wordsOf(request)
    const asked = theirs(request, list, party, fileAskedOf)
    if (!asked.ok) return wrong(reply, asked.error)
    const form = all(ofFile(words, listForms))
    if (!form.ok) return wrong(reply, form.error)
    const { from, until, filters, order } = asked.value
    const whose = await whoseOfParty(party)
    return deliverNoted(reply, deps, streams, {
      ...{ operatorId: null, who, form: form.value.form, name: `${list.name}-${words.from}-${words.until}` },
      make: (sink) =>
        deliverList(
          database,
          { list, from, until, filters, order },
          { ...form.value, whose, plates: false, at: clock.now() },
          sink,
        ),
    })
  })
}

/** Noted in the trail before the first byte: who took what away. */
async function deliverNoted(
  reply: FastifyReply,
  deps: Deps,
  streams: ReturnType<typeof streaming>,
  told: Pick<Person, 'who'> & {
    readonly operatorId: string | null
    readonly form: Form
    readonly name: string
    readonly make: Parameters<typeof streams.send>[2]
  },
): Promise<FastifyReply> {
  const { operatorId, who, form, name, make } = told
  if (streams.isBusy())
    return reply
      .header('retry-after', '10')
      .code(429)
      .send({ error: { code: 'busy', message: 'other files are being made: ask again in a few seconds' } })
  const place = placeOf(operatorId)
  await deps.database
    .of(place.bucket)
    .transaction((tx) =>
      noteLine(tx, { ...deps, now: deps.clock.now() }, place, who, { act: 'export', operatorId, about: name }),
    )
  return streams.send(reply, { mediaType: mediaTypes[form], fileName: `${name}.${form}` }, make)
}

const seesPlates = (role: Person['person']['role']): boolean => reaches(role, 'traffic.read', 'operator')

function listNamed(request: FastifyRequest, about: About | null): List | undefined {
  const { list: name } = request.params as { readonly list: string }
  return lists.find((list) => list.name === name && (about === null || list.about === about))
}

/** The lots that are asked for; null: one that the person may not see, or that there is not. */
export function whoseOf({ person, operatorId, lots }: Person, request: FastifyRequest): Whose | null {
  const { lot } = wordsOf(request)
  if (lot === undefined) return { operatorId, lots, whole: person.lots === 'all' || person.operatorId === null }
  const found = lots.filter(({ lotId }) => String(lotId) === lot)
  return found.length === 0 ? null : { operatorId, lots: found, whole: false }
}

/** Each word once: one that is said twice is none. */
const wordsOf = ({ query }: FastifyRequest): Words =>
  Object.fromEntries(
    Object.entries(query as Readonly<Record<string, unknown>>).map(([key, word]) => [
      key,
      typeof word === 'string' ? word : '',
    ]),
  )

function askedOf(list: List, words: Words, plates: boolean) {
  const filters = Object.fromEntries(Object.entries(words).filter(([key]) => !(own as readonly string[]).includes(key)))
  const order = orderOf(words, list, { plates })
  const asked = all({
    period: periodOf(words),
    filters: filtersOf(list, filters, { plates }),
    order,
    limit: limitOf(words),
    only: oneOf(words, 'only', ['rows', 'totals', 'both'], 'both'),
    after: next(words, (after) => positionIn(order.ok ? order.value.list : list, after)),
  })
  if (!asked.ok) return asked
  const { period, order: ordered, ...rest } = asked.value
  return ok({ ...ordered, ...period, ...rest })
}

/** A file goes through all rows page by page, and so in the order of time; whoever has it puts it in another. */
function fileAskedOf(list: List, words: Words, plates: boolean): ReturnType<typeof askedOf> {
  return words.sort === undefined
    ? askedOf(list, words, plates)
    : err({ field: 'sort', rule: 'not of a file: it is in the order of time' })
}

const ofSummary = (words: Words) => ({
  period: periodOf(words),
  by: oneOf(words, 'by', ['day', 'month'], 'day'),
  of: oneOf(words, 'of', tellings, 'lot'),
  order: oneOf(words, 'order', ['asc', 'desc'], 'asc'),
})
const ofFile = <const F extends readonly Form[]>(words: Words, forms: F) => ({
  form: oneOf(words, 'as', forms, 'xlsx'),
  language: oneOf(words, 'lang', ['zh', 'en'], 'zh'),
})

/** Where the page begins; null: at the front. */
const next = <T>({ after }: Words, read: (after: string) => Result<T, Wrong>): Result<T | null, Wrong> =>
  after === undefined ? ok(null) : read(after)

/** All of them, or what is wrong with the first that is. */
function all<T extends Readonly<Record<string, unknown>>>(
  results: { readonly [K in keyof T]: Result<T[K], Wrong> },
): Result<T, Wrong> {
  const values: Record<string, unknown> = {}
  for (const [key, result] of Object.entries(results) as [string, Result<unknown, Wrong>][]) {
    if (!result.ok) return err(result.error)
    values[key] = result.value
  }
  return ok(values as T)
}

const wrong = (reply: FastifyReply, { field, rule }: Wrong): FastifyReply =>
  problem(reply, 'bad-request', `${field}: ${rule}`, { field, rule })
