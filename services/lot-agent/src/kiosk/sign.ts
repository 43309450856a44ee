import { createHmac, timingSafeEqual } from 'node:crypto'

/*
 * A kiosk and its agent know each other by the secret of the plan, which never goes over the wire: each signs what it says with
 * HMAC-SHA-256. An answer is signed together with what it answers, so that nobody else can tell a kiosk to pay out, now or later.
 */

const hmac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex')

export const askSignature = (secret: string, kiosk: number, body: string): string =>
  hmac(secret, `kiosk ${kiosk}\n${body}`)
export const answerSignature = (secret: string, ofAsk: string, body: string): string =>
  hmac(secret, `agent ${ofAsk}\n${body}`)

export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
