import { createHash, createHmac, randomUUID } from 'node:crypto'

/**
 * The headers that sign one call (docs/connect.md, Signing). `time` is ms since 1970 by Lanepay's clock; `body` is the text as it is
 * sent, empty for GET. A call that is sent again is signed again, with the same idempotency key.
 */
export function signed(
  key: { readonly name: string; readonly secret: string },
  call: {
    readonly method: 'GET' | 'POST'
    /** With its query. */
    readonly path: string
    readonly body: string
    readonly idempotencyKey?: string
  },
  time: number,
  nonce: string = randomUUID(),
): Record<string, string> {
  const { method, path, body, idempotencyKey } = call
  const hash = createHash('sha256').update(body).digest('hex')
  const text = [method, path, time, nonce, idempotencyKey ?? '', hash].join('\n')
  return {
    'lanepay-key': key.name,
    'lanepay-time': String(time),
    'lanepay-nonce': nonce,
    'lanepay-signature': createHmac('sha256', key.secret).update(text).digest('hex'),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
  }
}
