/**
 * Lets `allowed` misses through in `perMs`, by key; what is over is told to slow down. In this process's memory: it hinders
 * guessing of plates, it is not a promise. The oldest keys are forgotten when there are many.
 */
export function missLimit(options: { readonly allowed: number; readonly perMs: number; readonly keys?: number }) {
  const { allowed, perMs, keys = 10_000 } = options
  const misses = new Map<string, number[]>()
  const recent = (key: string, now: number) => (misses.get(key) ?? []).filter((at) => now - at < perMs)
  return {
    isOver: (key: string, now: number): boolean => recent(key, now).length >= allowed,
    miss(key: string, now: number): void {
      const list = [...recent(key, now), now]
      misses.delete(key)
      misses.set(key, list)
      if (misses.size > keys) misses.delete(misses.keys().next().value!)
    },
  }
}
