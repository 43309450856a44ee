import type { Instant } from '@lanepay/domain/types.ts'
import { faultsOf } from '@lanepay/lot-link/lists.ts'
import type { Command, CommandResult, Lists } from '@lanepay/lot-link/messages.ts'
import type { Lot } from '../lot.ts'
import type { LotAgentPlan } from '../plan.ts'
import { type AreaTariff, pricesBy } from '../stay/prices.ts'
import { allotAll } from '../stay/spaces.ts'

type Answer = Omit<CommandResult, 'id' | 'at'>

/**
 * The lists of the lot, whole, from now on; an older version than the one in force changes nothing, and one that cannot be is told
 * and refused. Runs inside a turn.
 */
export function takeLists(lot: Lot, lists: Lists, now: Instant): Answer {
  const { store } = lot
  const [fault] = faultsOf(lists)
  if (fault) return refused(lot, 'lists', lists.version, `${fault.field}: ${fault.rule}`, now)
  if (lists.version < store.book().lists.version) return { state: 'done', because: 'a newer version is in force' }
  store.keepLists(lists)
  allotAll(lot, now)
  inForce(lot, 'lists', lists.version, now)
  return { state: 'done' }
}

/** Another price list; one that cannot work is told and refused with its faults, and the old one stays. Runs inside a turn. */
export function takeTariff(lot: Lot, command: Extract<Command, { kind: 'tariff' }>, now: Instant): Answer {
  const { store } = lot
  const { version, schedule, areas } = command
  if (version < (store.tariff()?.version ?? 0)) return { state: 'done', because: 'a newer version is in force' }
  const price = pricesBy(schedule, areasAsSent(lot.plan, areas))
  if (!price.ok)
    return refused(lot, 'tariff', version, price.error.map(({ path, rule }) => `${path}: ${rule}`).join('; '), now)
  store.keepTariff({ version, schedule, ...(areas ? { areas } : {}) })
  lot.price = price.value
  inForce(lot, 'tariff', version, now)
  return { state: 'done' }
}

type What = 'lists' | 'tariff'
const named = { lists: 'the lists', tariff: 'the price list' } as const

/** Whoever sent it is answered; whoever is at the lot, and whoever looks after many lots, sees it in the log. */
function refused({ store }: Lot, what: What, version: number, faults: string, now: Instant): Answer {
  const because = faults.slice(0, 500)
  const words = `${named[what]} of version ${version} cannot work, those before stay in force: ${because}`
  store.log({ kind: 'device', at: now, device: what, state: 'ill', because: words })
  store.setRefused(what, true)
  return { state: 'refused', because }
}

function inForce({ store }: Lot, what: What, version: number, now: Instant): void {
  store.log({ kind: 'in-force', at: now, what, version })
  if (!store.wasRefused(what)) return
  store.setRefused(what, false)
  store.log({
    kind: 'device',
    at: now,
    device: what,
    state: 'well',
    because: `${named[what]} of version ${version} work`,
  })
}

/** The areas of the plan, with the price lists that the cloud sent for them in place of their own. */
export const areasAsSent = (
  { areas = [] }: Pick<LotAgentPlan, 'areas'>,
  sent: Readonly<Record<string, unknown>> = {},
): readonly AreaTariff[] =>
  areas.map((area) => (Object.hasOwn(sent, area.name) ? { ...area, tariff: sent[area.name] } : area))
