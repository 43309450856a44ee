import assert from 'node:assert/strict'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { FastifyRequest } from 'fastify'
import { type ActName, acts, actsInLook, reaches, type Scope } from './acts.ts'
import type { Side } from './decide.ts'
import type { Person } from './signed-in.ts'

/*
 * How a feature hangs a route on the server for persons with rights. It names an act of the one table (acts.ts) and a scope:
 *
 *   server.get('/api/operator/payments', { ...may('reports.read', 'operator'), schema }, async (request) => {
 *     const { lots } = acting(request, 'operator')   // only ever the lots that this person may see
 *
 * The door (door.ts) answers everybody else before the route sees the request: 401 not signed in, 404 what belongs to others, 403 what the
 * role may not. Under `/api/operator/`, `/api/platform/`, `/api/partner/` and `/api/me` no server starts with a route that names no act.
 *
 * | scope      | the path must have    | the route gets                          |
 * |------------|-----------------------|-----------------------------------------|
 * | `platform` |                       | the person                              |
 * | `operator` | `:operator`, on the platform's side | the operator and the lots of it the person may see |
 * | `lot`      | `:lot`                | the lot                                 |
 * | `lane`     | `:lot` and `:lane`    | the lot and the lane                    |
 * | `partner`  |                       | the partner                             |
 * | `me`       |                       | the person                              |
 */

/** Who did it, for the trail (trail.ts). */
export type Who = {
  /** Null: by a command on the server itself. */
  readonly staffId: Id | null
  readonly account: string
  readonly role: string
  readonly address: string
  readonly lookId: Id | null
}
type Anyone = { readonly person: Person; readonly who: Who }
type OfOperator = Anyone & { readonly operatorId: string }
export type Acting = {
  readonly platform: Anyone
  readonly me: Anyone
  readonly partner: Anyone & { readonly party: string }
  /** The lots of one operator, or those of them that the person may see; by number, and never anybody else's. */
  readonly operator: OfOperator & { readonly lots: readonly LotKey[] }
  readonly lot: OfOperator & { readonly lot: LotKey }
  readonly lane: OfOperator & { readonly lot: LotKey; readonly lane: number }
}
export type Needs = {
  readonly act: ActName
  readonly scope: Scope
  /** Answers a file: reads too much at once for whoever only looks. */
  readonly takes?: true
}

declare module 'fastify' {
  interface FastifyContextConfig {
    staff?: Needs
  }
}

/** Says which act of the table a route is, and at which scope; spread into the route's options. */
export const may = (
  act: ActName,
  scope: Scope,
  more: Pick<Needs, 'takes'> = {},
): { readonly config: { readonly staff: Needs } } => ({
  config: { staff: { act, scope, ...more } },
})

const known = new WeakMap<FastifyRequest, { readonly scope: Scope; readonly acting: Acting[Scope] }>()
/** Only the door says so. */
export const letIn = <S extends Scope>(request: FastifyRequest, scope: S, acting: Acting[S]): void =>
  void known.set(request, { scope, acting })

/**
 * The signed-in person of a request that the door let in, and what it may see. The scope is the one that the route has named.
 * @throws AssertionError on a route that has named another, or none.
 */
export function acting<S extends Scope>(request: FastifyRequest, scope: S): Acting[S] {
  const found = known.get(request)
  assert(found?.scope === scope, `${request.routeOptions.url} asks for ${scope} and has named ${found?.scope}`)
  return found.acting as Acting[S]
}

/** Whether whoever acts may read this of the operator as well: a part of what a route answers is for fewer than the rest. */
export const mayRead = ({ person, who }: Anyone, act: ActName): boolean =>
  who.lookId === null ? reaches(person.role, act, 'operator') : actsInLook(person.role).includes(act)

const doors: readonly { readonly path: RegExp; readonly side: Side; readonly scopes: readonly Scope[] }[] = [
  { path: /^\/api\/platform(?:\/|$)/, side: 'platform', scopes: ['platform', 'operator', 'lot'] },
  { path: /^\/api\/operator(?:\/|$)/, side: 'operator', scopes: ['operator', 'lot', 'lane'] },
  { path: /^\/api\/partner(?:\/|$)/, side: 'partner', scopes: ['partner'] },
  { path: /^\/api\/(?:me(?:\/|$)|openapi\.json$)/, side: 'me', scopes: ['me'] },
]
/** Whose door a path is behind; null: nobody's with rights. */
export const sideOfPath = (url: string): Side | null => doors.find(({ path }) => path.test(url))?.side ?? null

/** What is wrong with what a route has named; null where it may be hung. */
export function routeMistake(url: string, needs: Needs | undefined): string | null {
  const door = doors.find(({ path }) => path.test(url))
  if (!door) return needs ? `${url} names an act and is behind no door for persons` : null
  if (!needs) return `${url} names no act: who may call it?`
  if (!Object.hasOwn(acts, needs.act)) return `${url} names ${needs.act}, which is no act`
  if (!door.scopes.includes(needs.scope)) return `${url} cannot have the scope ${needs.scope}`
  const missing = parametersOf(door.side, needs.scope).find((name) => !new RegExp(`/:${name}(?:/|$)`).test(url))
  return missing === undefined ? null : `${url} has the scope ${needs.scope} and no :${missing}`
}

function parametersOf(side: Side, scope: Scope): readonly string[] {
  switch (scope) {
    case 'lot':
      return ['lot']
    case 'lane':
      return ['lot', 'lane']
    case 'operator':
      return side === 'platform' ? ['operator'] : []
    default:
      return []
  }
}
