const wrongAtMost = 5
const withinMs = 60_000

/**
 * How often each client has tried a password that was wrong: after five within a minute it waits until the first of them is
 * a minute old. An attempt counts from its beginning, so that many at once are many.
 */
export function attempts() {
  const began = new Map<string, number[]>()
  return {
    /** Begins an attempt. The milliseconds to wait instead, or 0. */
    begin(client: string, nowMs: number): number {
      for (const [key, times] of began) {
        const recent = times.filter((time) => nowMs - time < withinMs)
        if (recent.length > 0) began.set(key, recent)
        else began.delete(key)
      }
      const mine = began.get(client) ?? []
      if (mine.length >= wrongAtMost) return mine[0]! + withinMs - nowMs
      began.set(client, [...mine, nowMs])
      return 0
    },
    /** It was right: what was wrong before is forgotten. */
    right: (client: string) => void began.delete(client),
  }
}
