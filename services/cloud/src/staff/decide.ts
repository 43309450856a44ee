import { type ActName, actOf, operatorRoles, type Role, reaches, type Scope } from './acts.ts'

/*
 * Whether a signed-in person may do an act here and now (domain.md 8). What belongs to others does not exist for it, so that is asked first:
 * nobody learns from an answer what others have.
 */

/** So long after the second factor was shown an act that needs one is done without asking again. */
export const secondFactorLastsMs = 10 * 60_000

/** The lots a person may see, and where it sits in a booth its lanes there. */
export type OwnLots = 'all' | ReadonlyMap<number, 'all' | readonly number[]>
export type Rights = {
  readonly role: Role
  /** Null for whoever is of the platform or a partner. */
  readonly operatorId: string | null
  readonly lots: OwnLots
  /** Whether an authenticator is set up, and when a code of it was shown last. */
  readonly hasFactor: boolean
  readonly factorAt: number | null
  /** Looks at this operator's view. */
  readonly look: { readonly operatorId: string } | null
}
/** Whose door it is: the first word of the route's path after `/api/`. */
export type Side = 'platform' | 'operator' | 'partner' | 'me'
export type Place = {
  readonly act: ActName
  readonly scope: Scope
  readonly side: Side
  /** What is asked for is taken away as a file. */
  readonly takes?: boolean
  /** Whose the operator or lot is that the path names; null: there is none such, or the path names none. */
  readonly operatorId: string | null
  readonly lotId: number | null
  readonly lane: number | null
}
export type Refusal =
  | 'not-found'
  | 'not-allowed'
  | 'look-needed'
  | 'look-only-reads'
  | 'second-factor-not-set-up'
  | 'second-factor-needed'

const isOperatorRole = (role: Role): boolean => (operatorRoles as readonly Role[]).includes(role)
const sideOf = ({ role }: Rights): Side =>
  role === 'partner' ? 'partner' : isOperatorRole(role) ? 'operator' : 'platform'

export function decideAccess(rights: Rights, place: Place, now: number): 'granted' | Refusal {
  const { act, scope, side } = place
  if (side !== 'me' && side !== sideOf(rights)) {
    if (side !== 'operator' || sideOf(rights) !== 'platform') return 'not-found'
    if (!reaches(rights.role, 'support.look', 'platform')) return 'not-allowed'
    return rights.look === null ? 'look-needed' : decideLook(rights.look.operatorId, place)
  }
  if (namesOne(scope) && !isOwn(rights, place)) return 'not-found'
  if (!reaches(rights.role, act, scope)) return 'not-allowed'
  if (actOf(act).secondFactor !== 'always') return 'granted'
  return decideSecondFactor(rights, now)
}

/** Whether the second factor was shown shortly before; also for an act that finds itself over its limit. */
export function decideSecondFactor(
  { hasFactor, factorAt }: Pick<Rights, 'hasFactor' | 'factorAt'>,
  now: number,
): 'granted' | 'second-factor-not-set-up' | 'second-factor-needed' {
  if (!hasFactor) return 'second-factor-not-set-up'
  return factorAt !== null && now - factorAt < secondFactorLastsMs ? 'granted' : 'second-factor-needed'
}

/** Whoever looks sees what the operator's own persons may read, and nothing else happens. */
function decideLook(operatorId: string, place: Place): 'granted' | Refusal {
  if (namesOne(place.scope) && place.operatorId !== operatorId) return 'not-found'
  if (actOf(place.act).reads !== true || place.takes) return 'look-only-reads'
  return operatorRoles.some((role) => reaches(role, place.act, place.scope)) ? 'granted' : 'not-allowed'
}

/** The path of such a route names an operator or a lot of its own, or may. */
const namesOne = (scope: Scope): boolean => scope === 'operator' || scope === 'lot' || scope === 'lane'

/** Sees it at all: the lot is there, of its operator, among its lots, and the lane among its lanes. */
function isOwn(rights: Rights, { operatorId, lotId, lane }: Place): boolean {
  if (operatorId === null) return false
  if (rights.operatorId !== null && rights.operatorId !== operatorId) return false
  if (lotId === null || rights.lots === 'all') return true
  const lanes = rights.lots.get(lotId)
  if (lanes === undefined) return false
  return lane === null || lanes === 'all' || lanes.includes(lane)
}
