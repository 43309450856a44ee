import { PassThrough } from 'node:stream'
import type { Log } from '@lanepay/domain/log.ts'
import type { FastifyReply } from 'fastify'
import type { Sink } from './book.ts'
import { NobodyReads, sinkOf } from './sink.ts'

/** Each holds a snapshot and a connection, which drivers need more. */
const atOnce = 3
const patienceMs = 60_000
/** However patiently somebody reads, a snapshot is not held longer. */
const lastsMs = 30 * 60_000

export type Streams = ReturnType<typeof streaming>

/**
 * Files that are sent while they are made, a few at a time. What goes wrong before the first byte is answered like anything else; after
 * it the connection is cut, so that nobody takes a part for the whole.
 */
export function streaming(log: Log) {
  const open = new Set<PassThrough>()
  return {
    isBusy: (): boolean => open.size >= atOnce,
    /** When the process ends: whoever reads is cut off. */
    endAll: (): void => {
      for (const stream of open) stream.destroy()
    },
    send: async (
      reply: FastifyReply,
      { mediaType, fileName }: { readonly mediaType: string; readonly fileName: string },
      make: (sink: Sink) => Promise<void>,
    ): Promise<FastifyReply> => {
      const stream = new PassThrough()
      open.add(stream)
      const over = setTimeout(() => stream.destroy(), lastsMs)
      const sink = sinkOf(stream, patienceMs)
      const begun = Promise.withResolvers<void>()
      const made = make(async (bytes) => {
        begun.resolve()
        await sink(bytes)
      })
        .then(
          () => {
            stream.end()
          },
          (error: Error) => {
            begun.reject(error)
            if (!(error instanceof NobodyReads))
              log('error', 'export-failed', { file: fileName, message: error.message })
            stream.destroy()
          },
        )
        .finally(() => {
          clearTimeout(over)
          open.delete(stream)
        })
      // A file of nothing begins with its end.
      await Promise.race([begun.promise, made])
      return reply
        .type(mediaType)
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .header('cache-control', 'no-store')
        .send(stream)
    },
  }
}
