import { type Database, instantOut } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Id, Instant, LotKey } from '@lanepay/domain/types.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Scope } from './acts.ts'
import { idPattern } from './api.ts'
import { cookieName, cookieOf } from './cookie.ts'
import { decideAccess, type Place, type Side } from './decide.ts'
import { refuseStaff } from './errors.ts'
import { always, isOwnPage } from './own-page.ts'
import { type Acting, letIn, type Needs, routeMistake, sideOfPath, type Who } from './route.ts'
import { type Person, signedIn } from './signed-in.ts'
import { selectLotsOfOperator, selectOpenLook, selectOperator, selectWhoseLot } from './store.ts'
import { noteLine, placeOf } from './trail.ts'

/** Which look a request is made in: on each of them. */
export const lookHeader = 'x-lanepay-look'
const changesNothing = new Set(['GET', 'HEAD'])

/**
 * Stands before every route of persons with rights. Called on the bare server, before any route is hung: a route behind it that names no
 * act, or a scope that its path cannot have, stops the server from starting.
 */
export function hangStaffDoor(
  server: FastifyInstance,
  options: {
    readonly database: Database
    readonly clock: Clock
    readonly newId: () => Id
    readonly houseKey: Uint8Array
    readonly publicUrl: string
  },
): void {
  const { database, clock, publicUrl } = options
  const secure = publicUrl.startsWith('https:')
  server.addHook('onRoute', ({ url, config }) => {
    const mistake = routeMistake(url, config?.staff)
    if (mistake !== null) throw new Error(mistake)
  })
  server.addHook('onRequest', async (request, reply) => {
    const { url, config } = request.routeOptions
    const needs = config.staff
    if (url === undefined || !needs) return
    reply.headers(always)
    if (!changesNothing.has(request.method) && !isOwnPage(request.headers, publicUrl))
      return refuseStaff(reply, 'foreign-page')
    const now = clock.now()
    const person = await signedIn(database, cookieOf(request.headers.cookie, cookieName(secure)), now)
    if (person === null) return refuseStaff(reply, 'not-signed-in')
    return enter(request, reply, { person, needs, side: sideOfPath(url)!, now })
  })

  async function enter(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: { readonly person: Person; readonly needs: Needs; readonly side: Side; readonly now: Instant },
  ): Promise<FastifyReply | undefined> {
    const { person, needs, side, now } = asked
    const look = side === 'operator' && person.operatorId === null ? await lookOf(request, person, now) : null
    const ownOperator = look?.operatorId ?? person.operatorId
    const { lot, ...place } = await placeIn(request, { needs, side, ownOperator })
    const decision = decideAccess({ ...person, look }, place, now)
    if (decision !== 'granted') return refuseStaff(reply, decision)
    const who: Who = {
      ...{ staffId: person.staffId, account: person.account, role: person.role, address: request.ip },
      lookId: look?.id ?? null,
    }
    if (look) await noteRead(look.operatorId, who, request, needs)
    letIn(request, needs.scope, await actingOf(needs.scope, { person, who }, place, lot))
    return undefined
  }

  /** The operator, lot and lane that a path names, as they are; null what there is none of. */
  async function placeIn(
    request: FastifyRequest,
    { needs, side, ownOperator }: { readonly needs: Needs; readonly side: Side; readonly ownOperator: string | null },
  ): Promise<Place & { readonly lot: LotKey | null }> {
    const { operator, lot, lane } = request.params as Readonly<Record<string, string | undefined>>
    const base = {
      act: needs.act,
      scope: needs.scope,
      takes: needs.takes ?? false,
      side,
      lotId: null,
      lane: null,
      lot: null,
    }
    if (needs.scope === 'operator')
      return { ...base, operatorId: side === 'platform' ? await operatorNamed(database, operator) : ownOperator }
    if (needs.scope !== 'lot' && needs.scope !== 'lane') return { ...base, operatorId: null }
    const found = await lotNamed(database, lot)
    const laneId = needs.scope === 'lane' && /^[1-9]\d{0,2}$/.test(lane ?? '') ? Number(lane) : null
    if (found === null || (needs.scope === 'lane' && laneId === null)) return { ...base, operatorId: null }
    return { ...base, operatorId: found.operatorId, lotId: found.lot.lotId, lane: laneId, lot: found.lot }
  }

  async function actingOf<S extends Scope>(
    scope: S,
    anyone: Acting['me'],
    place: Place,
    lot: LotKey | null,
  ): Promise<Acting[Scope]> {
    const { person } = anyone
    const operatorId = place.operatorId ?? ''
    switch (scope) {
      case 'operator': {
        const all = await lotsOf(database, operatorId)
        const { lots } = person
        return {
          ...anyone,
          operatorId,
          lots: lots === 'all' || person.operatorId === null ? all : all.filter(({ lotId }) => lots.has(lotId)),
        }
      }
      case 'lot':
        return { ...anyone, operatorId, lot: lot! }
      case 'lane':
        return { ...anyone, operatorId, lot: lot!, lane: place.lane! }
      case 'partner':
        return { ...anyone, party: person.party! }
      default:
        return anyone
    }
  }

  async function lookOf(request: FastifyRequest, person: Person, now: Instant) {
    const id = request.headers[lookHeader]
    if (typeof id !== 'string' || !new RegExp(idPattern).test(id)) return null
    const [row] = await database.reference.query<{ operator_id: string }>(selectOpenLook, [
      ...[id, person.staffId, instantOut(now)],
    ])
    return row ? { id: id as Id, operatorId: row.operator_id } : null
  }

  /** The operator sees each thing that was looked at, not only that somebody looked. */
  async function noteRead(operatorId: string, who: Who, request: FastifyRequest, { act }: Needs): Promise<void> {
    const place = placeOf(operatorId)
    const about = request.url.split('?', 1)[0]!.slice(0, 200)
    await database
      .of(place.bucket)
      .transaction((tx) => noteLine(tx, { ...options, now: clock.now() }, place, who, { act, operatorId, about }))
  }
}

async function operatorNamed(database: Database, unchecked: string | undefined): Promise<string | null> {
  if (!/^[1-9]\d{0,17}$/.test(unchecked ?? '')) return null
  const [row] = await database.reference.query<{ operator_id: string }>(selectOperator, [unchecked])
  return row?.operator_id ?? null
}

/** The lot of a number and whose it is; null for what is no number of a lot here. */
export async function lotNamed(
  database: Database,
  unchecked: string | undefined,
): Promise<{ readonly lot: LotKey; readonly operatorId: string } | null> {
  if (!/^[1-9]\d{0,6}$/.test(unchecked ?? '')) return null
  const lotId = Number(unchecked)
  for (const { db } of database.nodes) {
    const [row] = await db.query<{ bucket: number; operator_id: string }>(selectWhoseLot, [lotId])
    if (row) return { lot: { bucket: row.bucket, lotId }, operatorId: row.operator_id }
  }
  return null
}

/** Every lot of an operator, by number. */
export async function lotsOf(database: Database, operatorId: string): Promise<readonly LotKey[]> {
  const found = await Promise.all(
    database.nodes.map(({ db }) => db.query<{ bucket: number; lot_id: number }>(selectLotsOfOperator, [operatorId])),
  )
  return found
    .flat()
    .map(({ bucket, lot_id }) => ({ bucket, lotId: lot_id }))
    .sort((a, b) => a.lotId - b.lotId)
}
