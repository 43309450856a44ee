import type { LaneFault } from '../lane-device.ts'

/** Bytes that a camera of this family would not send; caught where they are read and handed on as a `LaneFault`. */
export class Malformed extends Error {
  readonly fault: LaneFault
  constructor(field: string, rule: string) {
    super(`${field} ${rule}`)
    this.fault = { code: 'malformed', field, rule }
  }
}

/** @throws Malformed when the bytes are no UTF-8. */
export function utf8(bytes: Uint8Array, field: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Malformed(field, 'is UTF-8')
  }
}
