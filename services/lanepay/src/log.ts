import type { Log } from '@lanepay/domain/log.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const

/** One JSON line an event, to wherever `write` leads. */
export function jsonLog(least: string, write: (line: string) => void): Log {
  const from = Math.max(0, levels.indexOf(least as (typeof levels)[number]))
  return (level, event, facts = {}) => {
    if (levels.indexOf(level) < from) return
    write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...facts })}\n`)
  }
}
