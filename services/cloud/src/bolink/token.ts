import { createHash, randomBytes } from 'node:crypto'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'

/**
 * A charging computer's token: 32 lower-case hex digits as the protocol has it (bolink-protocol.md 2.3), of which eight say where
 * the lot's data lives and 96 bits are chance.
 */
export const makeToken = ({ bucket, lotId }: LotKey): string =>
  bucket.toString(16).padStart(2, '0') + lotId.toString(16).padStart(6, '0') + randomBytes(12).toString('hex')

/** Whose token it claims to be; a claim until its hash is found there. */
export function lotOfToken(unchecked: unknown): Result<LotKey, 'not-a-token'> {
  if (typeof unchecked !== 'string' || !/^[0-9a-f]{32}$/.test(unchecked)) return err('not-a-token')
  return ok({ bucket: Number.parseInt(unchecked.slice(0, 2), 16), lotId: Number.parseInt(unchecked.slice(2, 8), 16) })
}

/** What is kept of a token. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Whether a computer's own name says that it serves this lane: `<any>_channels_<lane>_<lane>`. */
export function servesLane(localId: string, channel: string): boolean {
  const at = localId.indexOf('_channels_')
  return at >= 0 && `_${localId.slice(at + '_channels_'.length)}_`.includes(`_${channel}_`)
}
