import type { Mistake } from '../equipment/schema-words.ts'
import type { AreaPlan, LanePlan, LotAgentPlan } from '../plan.ts'

/*
 * Where a lane leads. Most lead to the street: there stays begin and end. Some lead into or out of an area inside the lot, which
 * has a price list of its own (tariffs.md 6.6): there a part of a stay begins and ends.
 */

type Leads = Pick<LanePlan, 'direction' | 'area'>

/** Whoever goes out here is outside: the stay ends. */
export const endsStay = ({ direction, area }: Leads): boolean => direction === 'exit' && area === undefined

export const areaOf = ({ areas = [] }: Pick<LotAgentPlan, 'areas'>, { area }: Leads): AreaPlan | null =>
  areas.find(({ name }) => name === area) ?? null

/** What a stay owes is asked for here: at the way out, and at that of an area that collects. */
export const collects = (plan: Pick<LotAgentPlan, 'areas'>, lane: Leads): boolean =>
  endsStay(lane) || (lane.direction === 'exit' && areaOf(plan, lane)?.collects === true)

/** Areas nobody can get into or out of, and lanes to nowhere; each with its place and what to do about it. */
export function areasMistakes({ areas = [], lanes }: Pick<LotAgentPlan, 'areas' | 'lanes'>): readonly Mistake[] {
  const ofAreas = areas.flatMap(({ name }, index) => {
    const field = `/areas/${index}/name`
    const leads = (direction: LanePlan['direction']) =>
      lanes.some((lane) => lane.area === name && lane.direction === direction)
    if (areas.findIndex((area) => area.name === name) < index)
      return [{ field, rule: `${name} is there twice: each area has a name of its own` }]
    if (!leads('entry')) return [{ field, rule: `no lane leads into ${name}: give its entry "area": "${name}"` }]
    return leads('exit') ? [] : [{ field, rule: `no lane leads out of ${name}: give its exit "area": "${name}"` }]
  })
  const ofLanes = lanes.flatMap(({ area }, index) =>
    area === undefined || areas.some(({ name }) => name === area)
      ? []
      : [{ field: `/lanes/${index}/area`, rule: `is an area of this plan: "areas" has no ${area}` }],
  )
  const toTheStreet = (direction: LanePlan['direction']) =>
    lanes.some((lane) => lane.area === undefined && lane.direction === direction)
  const ofLot =
    areas.length > 0 && !(toTheStreet('entry') && toTheStreet('exit'))
      ? [{ field: '/lanes', rule: 'has an entry and an exit without "area": those that lead to the street' }]
      : []
  return [...ofAreas, ...ofLanes, ...ofLot]
}
