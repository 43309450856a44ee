import { globSync, mkdirSync, rmdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { LaneRead } from '@lanepay/devices/lane-device.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { dayOf, instantIn, isOfRead, pathOf } from './names.ts'

/** The pictures of a lot's reads, on its own disk. */
export type Shelf = {
  /** Takes the pictures out of a read and writes them; resolves when that is done, or has been given up. Never rejects. */
  keep(lane: number, read: Pick<LaneRead, 'recordId' | 'pictures'>, at: Instant): Promise<void>
  /** Lets go what is too old, and what is over the limit, oldest first. Never rejects. */
  tidy(): Promise<void>
  /**
   * Gives room back before it returns, for what matters more: the oldest go, so many that it stays a short piece of work. Never
   * throws.
   */
  giveWay(): void
  bytes(): number
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

type Held = { readonly path: string; readonly at: Instant; readonly bytes: number }

const dayMs = 24 * 3_600_000
/** Writes that wait for the disk; pictures that come faster than it takes them are let go, for lanes never wait for it. */
const mostWaiting = 50
/** What a lot needs to go on for long is little; one that asks again gets as much again, while a lane waits for it. */
const givesAtOnce = { bytes: 32 * 1024 * 1024, pictures: 256 }

/** What the disk that holds this folder has left, for this user. */
function roomOn(dir: string): number {
  const { bavail, bsize } = statfsSync(dir)
  return bavail * bsize
}

/**
 * Keeps pictures under a folder, as LANE/DAY/INSTANT-RECORD-ROLE.jpg. What would take more room than the limit, or is older than
 * its days, goes, oldest first. Where the disk has less left than others need, a new one takes the place of old ones. A disk that
 * is full, or broken, costs pictures and nothing else.
 */
export function pictureShelf(options: {
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  readonly limit: { readonly days: number; readonly bytes: number }
  /** So many bytes of the disk are for others. */
  readonly leaveBytes?: number
  readonly roomOn?: (dir: string) => number
}): Shelf {
  const { dir, clock, log, limit, leaveBytes = 0 } = options
  let held = onDisk(dir)
  let bytes = held.reduce((sum, one) => sum + one.bytes, 0)
  let waiting = 0
  let isFailing = false
  let last: Promise<void> = Promise.resolve()

  const failed = (what: string, error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    if (!isFailing) log('warn', 'pictures-not-kept', { what, because: code ?? message })
    isFailing = true
  }
  const drop = async (one: Held) => {
    held = held.filter((other) => other !== one)
    bytes -= one.bytes
    await rm(one.path, { force: true })
    removeEmpty(dirname(one.path))
  }
  const makeRoom = async (more: number) => {
    while (held[0] && bytes + more > limit.bytes) await drop(held[0])
  }
  /** On a disk that is short the pictures take no more of it than they have; false where they have not even that. */
  const changePlaces = async (more: number): Promise<boolean> => {
    const short = Math.min(more, leaveBytes + more - (options.roomOn ?? roomOn)(dir))
    if (short > bytes) return false
    const most = bytes - short
    while (held[0] && bytes > most) await drop(held[0])
    return true
  }
  const write = async (path: string, at: Instant, jpeg: Uint8Array) => {
    await makeRoom(jpeg.length)
    if (jpeg.length > limit.bytes) return
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    if (!(await changePlaces(jpeg.length))) throw new Error('what the disk has left is for stays and events')
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Whole or not there: who looks for it may look now.
    await writeFile(`${path}.new`, jpeg, { mode: 0o600 })
    await rename(`${path}.new`, path)
    const again = held.find((one) => one.path === path)
    if (again) {
      held = held.filter((one) => one !== again)
      bytes -= again.bytes
    }
    held = [...held, { path, at, bytes: jpeg.length }]
    bytes += jpeg.length
    isFailing = false
  }
  const writeOrGiveUp = async (path: string, at: Instant, jpeg: Uint8Array) => {
    try {
      await write(path, at, jpeg)
    } catch (error) {
      failed('write', error)
      await rm(`${path}.new`, { force: true }).catch((left: unknown) => failed('clean up', left))
    }
  }
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    last = last.then(act)
    return last
  }
  return {
    keep(lane, { recordId, pictures }, at) {
      if (!pictures || limit.bytes === 0 || limit.days === 0) return Promise.resolve()
      if (waiting >= mostWaiting) {
        failed('write', new Error('the disk is too slow'))
        return Promise.resolve()
      }
      waiting += 1
      return inTurn(async () => {
        for (const { role, jpeg } of pictures())
          await writeOrGiveUp(join(dir, ...pathOf({ lane, at, recordId, role })), at, jpeg)
        waiting -= 1
      })
    },
    tidy: () =>
      inTurn(async () => {
        try {
          const oldest = clock.now() - limit.days * dayMs
          while (held[0] && held[0].at < oldest) await drop(held[0])
          await makeRoom(0)
        } catch (error) {
          failed('tidy', error)
        }
      }),
    giveWay() {
      let [given, at] = [0, 0]
      try {
        while (at < held.length && at < givesAtOnce.pictures && given < givesAtOnce.bytes) {
          const one = held[at]!
          rmSync(one.path, { force: true })
          at += 1
          given += one.bytes
        }
        for (const folder of new Set(held.slice(0, at).map(({ path }) => dirname(path)))) removeEmpty(folder)
      } catch (error) {
        failed('give way', error)
      }
      held = held.slice(at)
      bytes -= given
      if (at > 0) log('warn', 'pictures-gave-way', { pictures: at, bytes: given })
    },
    bytes: () => bytes,
    close: () => last,
  }
}

/**
 * The pictures of a lane's read, by the instant at which the lot's log has it; with its record number, of that read alone. Empty
 * where none were kept, or they have gone since.
 */
export async function findPictures(
  dir: string,
  read: { readonly lane: number; readonly at: Instant; readonly recordId?: string },
): Promise<readonly string[]> {
  const folder = join(dir, String(read.lane), dayOf(read.at))
  try {
    const files = await readdir(folder)
    return files
      .filter((file) => instantIn(file) !== null && isOfRead(file, read.at, read.recordId))
      .sort()
      .map((file) => join(folder, file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** What is there from before, oldest first. */
function onDisk(dir: string): readonly Held[] {
  return globSync('*/*/*.jpg', { cwd: dir })
    .flatMap((file): Held[] => {
      const path = join(dir, file)
      const at = instantIn(file.replaceAll('\\', '/').split('/').at(-1) ?? '')
      return at === null ? [] : [{ path, at, bytes: statSync(path).size }]
    })
    .sort((a, b) => a.at - b.at)
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT' && code !== 'EEXIST') throw error
  }
}
