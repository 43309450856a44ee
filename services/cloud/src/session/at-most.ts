/** Lets so many work at a time; the others wait, and go in the order they came. */
export function atMost(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = places
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((go) => waiting.push(go))
    try {
      return await work()
    } finally {
      // The place goes to who waits longest, before anybody new can take it.
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
