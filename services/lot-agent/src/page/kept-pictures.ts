import { readFile } from 'node:fs/promises'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { bestFirst } from '../pictures/names.ts'
import { findPictures } from '../pictures/shelf.ts'
import type { PagePictures } from './page-lot.ts'

/** A picture is written after the lane has its answer, and a posting camera's may follow later still. */
const lookAgainMs = [100, 400, 1_000, 3_000, 10_000]
/** Of so many reads it is remembered that they have one: more are never shown. */
const remembered = 500

const nameOf = (lane: number, at: Instant): string => `${lane}-${at}`

/** The pictures on the lot's disk, each by the lane and the instant of its read. `look` waits for one that is to come. */
export function keptPictures(dir: string, log: Log): PagePictures & { look(lane: number, at: Instant): void } {
  const there = new Set<string>()
  const find = async (lane: number, at: Instant): Promise<string | null> =>
    (await findPictures(dir, { lane, at })).length > 0 ? nameOf(lane, at) : null
  return {
    look(lane, at) {
      const look = async ([waitMs, ...more]: readonly number[]): Promise<void> => {
        if (waitMs === undefined) return
        await new Promise((resolve) => setTimeout(resolve, waitMs).unref())
        const name = await find(lane, at)
        if (name === null) return look(more)
        there.add(name)
        if (there.size > remembered) there.delete(there.keys().next().value!)
      }
      look(lookAgainMs).catch((error: Error) => log('warn', 'page-picture-not-found', { message: error.message }))
    },
    ofRead: (lane, at) => (there.has(nameOf(lane, at)) ? nameOf(lane, at) : null),
    find,
    async bytes(name) {
      const [, lane, at] = /^(\d{1,3})-(\d{1,15})$/.exec(name) ?? []
      if (lane === undefined || at === undefined) return null
      const [file] = bestFirst(await findPictures(dir, { lane: Number(lane), at: Number(at) as Instant }))
      if (file === undefined) return null
      try {
        return await readFile(file)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null // it was let go meanwhile
        throw error
      }
    },
  }
}
