import type http from 'node:http'
import { type ErrorView, statusOf } from './api.ts'

/** Nothing but our own files, no frame, no form that goes elsewhere. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** On every answer, whatever it is: what a browser must not do with it. */
const always = {
  'content-security-policy': pagePolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const

export type Headers = Readonly<Record<string, string | number>>

export function begin(response: http.ServerResponse, status: number, headers: Headers): void {
  response.writeHead(status, { ...always, 'cache-control': 'no-store', ...headers })
}

export function send(
  response: http.ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: Headers = {},
): void {
  begin(response, status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

export const sendJson = (response: http.ServerResponse, value: unknown, headers: Headers = {}): void =>
  send(response, 200, 'application/json; charset=utf-8', JSON.stringify(value), headers)

/** A refusal with code, field and rule. What is still on its way is not read: the connection ends with the answer. */
export function refuse(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  error: ErrorView,
  headers: Headers = {},
): void {
  send(response, statusOf[error.code], 'application/problem+json; charset=utf-8', JSON.stringify(error), {
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  })
}
