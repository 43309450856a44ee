import { createHash, randomBytes } from 'node:crypto'

/** A shift and the way home: whoever stays signed in longer signs in again. */
const lastsMs = 14 * 3_600_000
const signedInAtMost = 200

/** Who is signed in, by what their cookie holds: only its hash is kept, until the process ends; by a clock that nobody sets. */
export function signIns() {
  const until = new Map<string, number>()
  const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url')
  return {
    begin(nowMs: number): string {
      for (const [key, end] of until) if (end <= nowMs) until.delete(key)
      if (until.size >= signedInAtMost) until.delete(until.keys().next().value!)
      const token = randomBytes(32).toString('base64url')
      until.set(keyOf(token), nowMs + lastsMs)
      return token
    },
    holds: (token: string | null, nowMs: number): boolean => token !== null && (until.get(keyOf(token)) ?? 0) > nowMs,
    end: (token: string | null): void => void (token !== null && until.delete(keyOf(token))),
  }
}
