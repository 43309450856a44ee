import type { LaneRow } from '../lot/store.ts'
import type { CodeKind } from './token.ts'

/** Where a code of a lot hangs: inside it, or at a lane on its way in or out. */
export type CodePlace = { readonly kind: CodeKind; readonly laneId: number }

/** Every place of a lot where a code should hang: one to pay inside, one at each lane for each of its directions. */
export const codePlaces = (lanes: readonly Pick<LaneRow, 'lane_id' | 'direction'>[]): readonly CodePlace[] => [
  { kind: 'prepay', laneId: 0 },
  ...lanes.flatMap(({ lane_id, direction }) =>
    (direction === 'both' ? (['entry', 'exit'] as const) : [direction]).map((kind) => ({ kind, laneId: lane_id })),
  ),
]

/** How a place is called in paths: `exit-2`, `prepay-0`. */
export const placeName = ({ kind, laneId }: CodePlace): string => `${kind}-${laneId}`
export function parsePlaceName(unchecked: string): CodePlace | null {
  const [, kind, lane] = /^(entry|exit|prepay)-(0|[1-9]\d{0,2})$/.exec(unchecked) ?? []
  return kind === undefined ? null : { kind: kind as CodeKind, laneId: Number(lane) }
}
