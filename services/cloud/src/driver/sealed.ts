import { createHmac, timingSafeEqual } from 'node:crypto'

/** Text that only this house can have made: `base64url(json).hmac`. Not secret, but not to be changed. */
export function seal(purpose: string, value: unknown, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${body}.${mac(purpose, body, key)}`
}

/** Null for anything that was not sealed for this very purpose. */
export function unseal(purpose: string, sealed: string | undefined, key: Buffer): unknown {
  const [body, given, more] = (sealed ?? '').split('.')
  if (!body || !given || more !== undefined) return null
  const [a, b] = [Buffer.from(given), Buffer.from(mac(purpose, body, key))]
  if (a.length !== b.length || !timingSafeEqual(a, b)) return null
  return JSON.parse(Buffer.from(body, 'base64url').toString())
}

const mac = (purpose: string, body: string, key: Buffer): string =>
  createHmac('sha256', key).update(`${purpose}:${body}`).digest('base64url')
