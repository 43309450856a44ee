/** A vehicle that drove through a lane of a played lot. */
export type Passed = { readonly plate: string; readonly way: 'in' | 'out'; readonly lane: string; readonly at: number }

/** What every played lot is made of: the lanes, by the names that its software calls them, and its spaces. */
export const lanesOfLot = [
  { channel: 'A1', name: '入口', direction: 'entry' },
  { channel: 'B1', name: '出口', direction: 'exit' },
] as const
export const spacesOfLot = 100

/** One page of a list, from 1 on. */
export const pageOf = <T>(all: readonly T[], pageNo: number, pageSize: number): readonly T[] =>
  all.slice((pageNo - 1) * pageSize, pageNo * pageSize)

/** What the camera of a lane sees: bytes that begin and end as a JPEG does, and are another picture in each lane. */
export const seenIn = (lane: string): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(lane), Buffer.from([0xff, 0xd9])])
