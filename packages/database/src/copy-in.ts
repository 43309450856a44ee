import type pg from 'pg'

/** The messages of PostgreSQL's COPY, which pg's connection has and its queries do not use. */
type Wire = {
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(why: string): void
  readonly stream: NodeJS.EventEmitter & { readonly writableNeedDrain: boolean; readonly destroyed: boolean }
}

/** Rows on their way into a table; none of them is there before `end` has answered, and then all of them are. */
export type Copying = {
  /** Answers when the server has room for more. @throws what the server said, once it has refused. */
  write(text: string | Uint8Array): Promise<void>
  end(): Promise<void>
  /** Gives it up: nothing was written. */
  fail(why: string): Promise<void>
}

/**
 * COPY FROM STDIN on one connection, which is its own transaction (PostgreSQL, protocol 54.2.6). Nothing else may be asked on the
 * connection meanwhile.
 */
export async function copyInto(client: Pick<pg.ClientBase, 'query'>, statement: string): Promise<Copying> {
  let failure: Error | undefined
  let wake = () => {}
  const started = Promise.withResolvers<Wire>()
  const done = Promise.withResolvers<void>()
  started.promise.catch(() => {}) // `done` says the same
  done.promise.catch(() => {}) // heard by whoever writes or ends
  const ended = (error?: Error) => {
    failure ??= error
    wake()
    if (failure) {
      started.reject(failure)
      done.reject(failure)
    } else done.resolve()
  }
  client.query({
    submit: (connection: unknown) => (connection as Wire).query(statement),
    handleCopyInResponse: (connection: Wire) => started.resolve(connection),
    // By the server or by the loss of the connection: pg forgets the query now, nothing more is told.
    handleError: (error: Error) => ended(error),
    handleReadyForQuery: () => ended(),
    handleCommandComplete: () => {},
    handleEmptyQuery: () => {},
    handleRowDescription: () => {},
    handleDataRow: () => {},
    handlePortalSuspended: () => {},
  } as unknown as pg.Submittable)
  const wire = await started.promise
  return {
    write: async (text) => {
      if (failure) throw failure
      // It is known to be broken before pg says why; whoever writes on without a pause would never let it.
      if (wire.stream.destroyed) await done.promise
      wire.sendCopyFromChunk(typeof text === 'string' ? Buffer.from(text) : text)
      if (!wire.stream.writableNeedDrain) return
      await new Promise<void>((go) => {
        wake = go
        wire.stream.once('drain', go)
      })
      if (failure) throw failure
    },
    end: async () => {
      if (!failure) wire.endCopyFrom()
      await done.promise
    },
    fail: async (why) => {
      if (!failure) wire.sendCopyFail(why)
      await done.promise.catch(() => {})
    },
  }
}
