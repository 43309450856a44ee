/*
 * Whether a request comes from a page of ours, and what a browser must not do with the answers.
 */

/** A page elsewhere cannot send it without asking first, and nobody here allows it. */
export const ownPageHeader = 'x-lanepay-staff'

/** Nothing but our own files: no script, style or handler that stands in a page, no frame, no form that goes elsewhere. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** On every answer of these doors, whatever it is. */
export const always = {
  'content-security-policy': pagePolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Whether what changes something was sent by a page of ours: with our header, and from our origin where the browser names one. The
 * host that was asked is believed beside the public address: a page elsewhere chooses neither.
 */
export function isOwnPage(headers: Headers, publicUrl: string): boolean {
  if (headers[ownPageHeader] === undefined) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return false
  const { origin, host } = headers
  if (origin === undefined) return true
  const from = typeof origin === 'string' ? URL.parse(origin)?.host : undefined
  return from !== undefined && from !== '' && (from === host || from === URL.parse(publicUrl)?.host)
}
