import { createHash, randomBytes } from 'node:crypto'

/* What proves who asks: 256 random bits, of which we keep a hash. It is looked up by its hash, so nothing is compared in steps. */

export const makeToken = (): string => randomBytes(32).toString('base64url')
export const isToken = (unchecked: string | undefined): unchecked is string =>
  unchecked !== undefined && /^[A-Za-z0-9_-]{43}$/.test(unchecked)
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url')
