import type { Writable } from 'node:stream'
import type { Sink } from './book.ts'

/** Whoever reads is gone, or has taken nothing for too long: nobody needs the rest. */
export class NobodyReads extends Error {
  constructor(why: string) {
    super(`the export was given up: ${why}`)
    this.name = 'NobodyReads'
  }
}

/**
 * Writes into a stream at the pace of its reader. What is read from the database waits meanwhile, and holds a snapshot of it: so a
 * reader that takes nothing for `patienceMs` is let go.
 */
export function sinkOf(stream: Writable, patienceMs: number): Sink {
  let gone: Error | undefined
  stream.once('error', () => {
    gone ??= new NobodyReads('the reader is gone')
  })
  stream.once('close', () => {
    gone ??= new NobodyReads('the reader is gone')
  })
  return async (bytes) => {
    if (gone) throw gone
    if (stream.write(bytes)) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((go) => {
      timer = setTimeout(() => {
        gone ??= new NobodyReads(`nothing was taken for ${patienceMs / 1000} seconds`)
        go()
      }, patienceMs)
      stream.once('drain', go)
      stream.once('close', go)
    })
    clearTimeout(timer)
    if (gone) throw gone
  }
}
