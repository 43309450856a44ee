import { closeSync, constants, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Id } from '@lanepay/domain/types.ts'

/** How far things got, said outside of the database: what a database that lost its end cannot know itself. */
export type Progress = {
  /** Turns that changed something, ever. */
  readonly turn: number
  /** Where the log had come to. */
  readonly seq: number
  readonly newestId: Id
}
export type Mark = Progress & {
  /** `ended`: closed in order, with nothing under way. */
  readonly state: 'running' | 'ended'
}

const length = 96

/**
 * The mark beside the database: one line, written after every turn. It is not synced then, so that a turn costs one sync and
 * not two: a mark that lags behind says nothing, one that is ahead of the database proves that something acknowledged is gone.
 */
export class MarkFile {
  readonly #file: number
  /** @throws Error of node:fs when the folder does not let it be written. */
  constructor(dir: string) {
    this.#file = openSync(join(dir, 'lot.mark'), constants.O_RDWR | constants.O_CREAT, 0o600)
  }
  /** Null when there is none yet, or none that can be read. */
  read(): Mark | null {
    const bytes = Buffer.alloc(length)
    readSync(this.#file, bytes, 0, length, 0)
    const [text = '', sum] = bytes.toString('latin1').trimEnd().split(' #')
    if (sum !== String(crc32(text))) return null
    const [state, turn, seq, newestId] = text.split(' ')
    return {
      state: state === 'ended' ? 'ended' : 'running',
      turn: Number(turn),
      seq: Number(seq),
      newestId: newestId as Id,
    }
  }
  write({ state, turn, seq, newestId }: Mark): void {
    const text = `${state} ${turn} ${seq} ${newestId}`
    writeSync(this.#file, `${`${text} #${crc32(text)}`.padEnd(length - 1)}\n`, 0)
  }
  /** Only the beginning and the end of a run are worth a sync. */
  sync(): void {
    fsyncSync(this.#file)
  }
  close(): void {
    closeSync(this.#file)
  }
}
