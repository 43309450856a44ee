import type { LaneDifference } from './api.ts'

/** A lane of the lot's plan. `channel`: what the software calls it; null: by its name. */
export type OurLane = {
  readonly lane: number
  readonly name: string
  readonly direction: 'entry' | 'exit' | 'both'
  readonly channel: string | null
}
/** A lane as the software has said it (bolink-protocol.md 7.2, upload_gate). */
export type TheirLane = { readonly channel: string; readonly name: string; readonly direction: string }

/**
 * Where the lanes of a plan and those of the lot's software differ, lanes of the software first; none where it has said none. Pure. `planLine`
 * brings the plan to what the software says: printed codes go by our numbers of lanes, so a new lane has the next one.
 */
export function laneDifferences(ours: readonly OurLane[], theirs: readonly TheirLane[]): LaneDifference[] {
  if (theirs.length === 0) return []
  const own = new Map(ours.map((lane) => [lane.channel ?? lane.name, lane]))
  const said = new Set(theirs.map(({ channel }) => channel))
  let next = Math.max(0, ...ours.map(({ lane }) => lane))
  const found = theirs.flatMap((their): LaneDifference[] => {
    const { channel, name, direction } = their
    const our = own.get(channel)
    const isWay = direction === 'entry' || direction === 'exit' || direction === 'both'
    const planLine = (lane: number, way: string) =>
      JSON.stringify({ id: lane, name: name.trim() || channel, direction: way, channel })
    const view = { channel, theirs: { name, direction } }
    if (!our)
      return [{ ...view, what: 'only-theirs', ours: null, planLine: planLine(++next, isWay ? direction : 'exit') }]
    const { lane } = our
    const differs = {
      ...{ ...view, ours: { lane, name: our.name, direction: our.direction } },
      planLine: planLine(lane, isWay ? direction : our.direction),
    }
    if (isWay && direction !== our.direction) return [{ ...differs, what: 'direction' }]
    if (name.trim() === '' || name.trim() === our.name) return []
    // A lane that goes by its name is not found any more when it is called otherwise: only the plan can give it both.
    return [{ ...differs, what: our.channel === null ? 'name-by-plan' : 'name' }]
  })
  const alone = ours.filter(({ channel, name }) => !said.has(channel ?? name))
  return [
    ...found,
    ...alone.map(
      ({ lane, name, direction, channel }): LaneDifference => ({
        ...{
          what: 'only-ours',
          channel: channel ?? name,
          ours: { lane, name, direction },
          theirs: null,
          planLine: null,
        },
      }),
    ),
  ]
}
