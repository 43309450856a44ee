/**
 * While one call is in flight arrivals queue, then go as one call: no timer, so a lone caller waits for nobody, and a
 * crowd shares one commit. Items with the same key never travel in one batch: the second sees what the first did.
 *
 * `run` answers one result per item, in order; a result that is an Error rejects that item alone. When the whole call
 * fails and it held more than one item, each is tried alone, so that a bad one never fails its neighbours.
 *
 * `lanes` calls may be in flight at once, the second and further ones only for a crowd of `crowd`: fewer wait less for the call
 * under way than calls of their own would make everybody wait, on a machine that has little to spare.
 */
export function microBatch<Item, Result>(options: {
  readonly run: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>
  readonly keyOf: (item: Item) => string
  readonly largest?: number
  readonly lanes?: number
  readonly crowd?: number
}): (item: Item) => Promise<Result> {
  type Waiting = { item: Item; key: string; resolve(result: Result): void; reject(error: unknown): void }
  const { run, keyOf, largest = 200, lanes = 1, crowd = 1 } = options
  let queue: Waiting[] = []
  let busy = 0
  const inFlight = new Set<string>()

  const settle = (waiting: Waiting, result: Result | Error) =>
    result instanceof Error ? waiting.reject(result) : waiting.resolve(result)

  const carryOut = async (batch: Waiting[]): Promise<void> => {
    try {
      const results = await run(batch.map((waiting) => waiting.item))
      if (results.length !== batch.length) throw new Error(`${batch.length} items got ${results.length} results`)
      for (const [index, waiting] of batch.entries()) settle(waiting, results[index] as Result | Error)
    } catch (error) {
      if (batch.length === 1) return batch[0]!.reject(error)
      for (const waiting of batch) await carryOut([waiting])
    }
  }

  const pump = (): void => {
    while (busy < lanes && queue.length >= (busy === 0 ? 1 : crowd)) {
      const batch: Waiting[] = []
      const later: Waiting[] = []
      for (const waiting of queue) {
        if (batch.length < largest && !inFlight.has(waiting.key)) {
          inFlight.add(waiting.key)
          batch.push(waiting)
        } else later.push(waiting)
      }
      if (batch.length === 0) return
      queue = later
      busy += 1
      void carryOut(batch).finally(() => {
        for (const { key } of batch) inFlight.delete(key)
        busy -= 1
        pump()
      })
    }
  }
  return (item) =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ item, key: keyOf(item), resolve, reject })
      pump()
    })
}
