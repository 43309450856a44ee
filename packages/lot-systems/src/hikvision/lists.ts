import { ok } from '@lanepay/domain/result.ts'
import type { CalledSystem } from '../called.ts'
import type { PageName } from '../lists.ts'
import { chinaTime, instantOf, textOf, wholeOf } from '../values.ts'
import { stayOf } from './events.ts'
import { type HikvisionSettings, hikvisionAnswer, hikvisionAsk, hikvisionRows } from './wire.ts'

const pageSize = 200
const numbered = (page: PageName) => ({ pageNo: Number(page ?? 1), pageSize })
const after = (page: PageName, total: number | null): PageName => {
  const { pageNo } = numbered(page)
  return total !== null && pageNo * pageSize < total ? String(pageNo + 1) : null
}
const written = (ms: number): string => `${chinaTime(ms).replace(' ', 'T')}+08:00`
/** `roadwayType` */
const ways: Readonly<Record<number, 'entry' | 'exit'>> = { 0: 'entry', 1: 'exit' }
/** `releaseResult`: it was not let through. */
const keptOut = 0

/** What the platform is asked for as a list (lot-devices.md 5.6), and how many are inside and free. It says nothing of devices there. */
export const hikvisionLists: Pick<CalledSystem<HikvisionSettings>, 'status' | 'lanes' | 'inside' | 'passages'> = {
  status: [
    {
      ask: (_, around) =>
        hikvisionAsk(around, 'v1/tempCarInRecords/page', {
          ...{ parkSyscode: around.settings.parkSyscode, pageNo: 1, pageSize: 1 },
        }),
      read: (said) => {
        const answer = hikvisionAnswer(said)
        return answer.ok ? ok({ inside: wholeOf(answer.value?.total) ?? 0 }) : answer
      },
    },
    {
      ask: (_, around) => hikvisionAsk(around, 'v1/park/remainSpaceNum', { parkSyscode: around.settings.parkSyscode }),
      read: (said) => {
        const answer = hikvisionRows(said)
        if (!answer.ok) return answer
        const [lot] = answer.value.rows
        const left = wholeOf(lot?.leftPlace)
        return ok(
          left === null ? {} : { spaces: { totalSpaces: wholeOf(lot?.totalPlace), freeSpaces: Math.max(0, left) } },
        )
      },
    },
  ],
  // A lane is of an entrance, and only they are of the lot: the page after the first names them.
  lanes: {
    ask: (entrances, around) =>
      entrances === null
        ? hikvisionAsk(around, 'v1/entrance/entranceList', { parkIndexCodes: around.settings.parkSyscode }, 'resource')
        : hikvisionAsk(around, 'v1/roadway/roadwayList', { entranceIndexCodes: entrances }, 'resource'),
    read: (said, entrances) => {
      const answer = hikvisionRows(said)
      if (!answer.ok) return answer
      const { rows } = answer.value
      if (entrances === null)
        return ok({ rows: [], next: rows.flatMap((one) => textOf(one.entranceIndexCode) ?? []).join(',') || null })
      const lanes = rows.flatMap(({ roadwayIndexCode, roadwayName, roadwayType }) => {
        const channel = textOf(roadwayIndexCode)
        const direction = ways[wholeOf(roadwayType) ?? -1] ?? null
        return channel === null ? [] : [{ channel, name: textOf(roadwayName) ?? '', direction }]
      })
      return ok({ rows: lanes, next: null })
    },
  },
  // Who came in by a card has no plate, and nobody here asks about him.
  inside: {
    ask: (page, around) =>
      hikvisionAsk(around, 'v1/tempCarInRecords/page', {
        ...{ parkSyscode: around.settings.parkSyscode, ...numbered(page) },
      }),
    read: (said, page) => {
      const answer = hikvisionRows(said)
      if (!answer.ok) return answer
      const rows = answer.value.rows.flatMap(({ plateNo, inTime }) => {
        const [plate, enteredAt] = [textOf(plateNo), instantOf(inTime)]
        return plate === null || enteredAt === null
          ? []
          : [{ stay: stayOf(plate, enteredAt), plate, enteredAt, lane: null }]
      })
      return ok({ rows, next: after(page, answer.value.total) })
    },
  },
  passages: {
    ask: ({ from, to, page }, around) =>
      hikvisionAsk(around, 'v1/crossRecords/page', {
        ...{ parkSyscode: around.settings.parkSyscode, startTime: written(from), endTime: written(to) },
        ...numbered(page),
      }),
    read: (said, { page }) => {
      const answer = hikvisionRows(said)
      if (!answer.ok) return answer
      const rows = answer.value.rows.flatMap(({ plateNo, crossTime, vehicleOut, roadwaySyscode, releaseResult }) => {
        const [plate, at, out] = [textOf(plateNo), instantOf(crossTime), wholeOf(vehicleOut)]
        if (plate === null || at === null || (out !== 0 && out !== 1) || wholeOf(releaseResult) === keptOut) return []
        return [
          { plate, way: out === 0 ? ('in' as const) : ('out' as const), at, lane: textOf(roadwaySyscode), stay: null },
        ]
      })
      return ok({ rows, next: after(page, answer.value.total) })
    },
  },
}
