import type { Log } from '@lanepay/domain/log.ts'
import { DiskFull } from './open-errors.ts'

/** Turns that nobody repeats who is told that the disk was full. */
export type UntilKept = {
  /** Does it now, after whatever waits already; on a full disk again and again until there is room. Never throws for a full disk. */
  keep(act: () => void): void
  /** What waits yet is let go. */
  close(): void
}

/**
 * Does what must not be lost with a full disk, in order. It is held in memory only, so it must be such that a power cut may take
 * it: what the cloud would say again, what a device is by now.
 */
export function untilKept({ log, againMs = 1_000 }: { readonly log: Log; readonly againMs?: number }): UntilKept {
  const waiting: (() => void)[] = []
  let again: NodeJS.Timeout | undefined
  let isRunning = false

  const round = () => {
    again = undefined
    isRunning = true
    try {
      for (let act = waiting.shift(); act; act = waiting.shift()) {
        if (isDone(act)) continue
        waiting.unshift(act)
        again = setTimeout(round, againMs)
        return
      }
    } finally {
      isRunning = false
    }
  }
  let isTold = false
  const isDone = (act: () => void): boolean => {
    try {
      act()
      isTold = false
      return true
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error
      if (!isTold) log('error', 'disk-full', { message: error.message })
      isTold = true
      return false
    }
  }
  return {
    keep(act) {
      waiting.push(act)
      if (!again && !isRunning) round()
    },
    close: () => {
      clearTimeout(again)
      waiting.length = 0
    },
  }
}
