import type { Instant } from '@lanepay/domain/types.ts'
import { faultsOf } from '@lanepay/lot-link/lists.ts'
import type { Command, CommandResult, Lists } from '@lanepay/lot-link/messages.ts'
import type { Lot } from '../lot.ts'
import type { LotAgentPlan } from '../plan.ts'
import { type AreaTariff, pricesBy } from '../stay/prices.ts'
import { allotAll } from '../stay/spaces.ts'

type Answer = Omit<CommandResult, 'id' | 'at'>

/** The lists of the lot, whole, from now on; an older version than the one in force changes nothing. Runs inside a turn. */
export function takeLists(lot: Lot, lists: Lists, now: Instant): Answer {
  const { store } = lot
  const [fault] = faultsOf(lists)
  if (fault) return { state: 'refused', because: `${fault.field}: ${fault.rule}` }
  if (lists.version < store.book().lists.version) return { state: 'done', because: 'a newer version is in force' }
  store.keepLists(lists)
  allotAll(lot, now)
  store.log({ kind: 'in-force', at: now, what: 'lists', version: lists.version })
  return { state: 'done' }
}

/** Another price list; one that cannot work is refused with its first fault and the old one stays. Runs inside a turn. */
export function takeTariff(lot: Lot, command: Extract<Command, { kind: 'tariff' }>, now: Instant): Answer {
  const { store } = lot
  const { version, schedule, areas } = command
  if (version < (store.tariff()?.version ?? 0)) return { state: 'done', because: 'a newer version is in force' }
  const price = pricesBy(schedule, areasAsSent(lot.plan, areas))
  if (!price.ok)
    return {
      state: 'refused',
      because: price.error
        .map(({ path, rule }) => `${path}: ${rule}`)
        .join('; ')
        .slice(0, 500),
    }
  store.keepTariff({ version, schedule, ...(areas ? { areas } : {}) })
  lot.price = price.value
  store.log({ kind: 'in-force', at: now, what: 'tariff', version })
  return { state: 'done' }
}

/** The areas of the plan, with the price lists that the cloud sent for them in place of their own. */
export const areasAsSent = (
  { areas = [] }: Pick<LotAgentPlan, 'areas'>,
  sent: Readonly<Record<string, unknown>> = {},
): readonly AreaTariff[] =>
  areas.map((area) => (Object.hasOwn(sent, area.name) ? { ...area, tariff: sent[area.name] } : area))
