import type { Row } from '../report/column.ts'
import { listOf } from '../report/lists.ts'
import type { StayRow } from './api.ts'

/** Stays that were searched for, in the columns of the report of sessions. */
export const stayFileColumns = listOf('sessions').columns
export const stayFileRow = ({ pass: _, leaveBy: __, owedWhenLeftFen, ...stay }: StayRow): Row => ({
  ...stay,
  ...{ lot: String(stay.lot), owedFen: owedWhenLeftFen },
  ...{ entryLane: laneOf(stay.entryLane), exitLane: laneOf(stay.exitLane) },
})
const laneOf = (lane: number | null): string | null => (lane === null ? null : String(lane))
