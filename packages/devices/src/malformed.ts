import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LaneFault } from './lane-device.ts'

/**
 * Bytes that a device would not send, or a field of theirs that is missing or wrong; caught where they are read and handed on as a
 * `LaneFault`. Neither says what was in the bytes: that may be secret.
 */
export class Malformed extends Error {
  readonly fault: LaneFault
  constructor(field: string, rule: string) {
    super(`${field} ${rule}`)
    this.fault = { code: 'malformed', field, rule }
  }
}

/** What was read, or what was wrong with it. Whatever else is thrown is a mistake of ours, and thrown on. */
export function understood<T>(read: () => T): Result<T, LaneFault> {
  try {
    return ok(read())
  } catch (error) {
    if (error instanceof Malformed) return err(error.fault)
    throw error
  }
}
