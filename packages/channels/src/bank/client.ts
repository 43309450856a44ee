import { createPrivateKey, createPublicKey, randomUUID, sign, verify } from 'node:crypto'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import { httpCall } from '../http.ts'
import type { BankSettings } from './settings.ts'

export type Json = Readonly<Record<string, unknown>>
type Unclear = Extract<ChannelError, { readonly kind: 'unclear' }>
/** One call of the bank. A value is what the bank has signed, refusals included. */
export type Client = (name: 'pay' | 'query' | 'balance', fields: Json) => Promise<Result<Json, Unclear>>

const limits = { connectTimeoutMs: 5_000, answerTimeoutMs: 15_000 }

/** Signs what it asks and believes nothing but what is signed over this very question (simulators/bank/README.md). */
export function bankClient(settings: BankSettings, { clock }: { readonly clock: Clock }): Client {
  const [ours, theirs] = [createPrivateKey(settings.privateKey), createPublicKey(settings.bankPublicKey)]
  return async (name, fields) => {
    const path = `/v1/${name}`
    const body = JSON.stringify(fields)
    const [time, nonce] = [String(clock.now()), randomUUID()]
    const signature = sign(null, Buffer.from(['POST', path, time, nonce, body].join('\n')), ours).toString('base64')
    const http = await httpCall({
      ...{ method: 'POST', url: settings.baseUrl + path, body, ...limits },
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...{ 'bank-client': settings.client, 'bank-time': time, 'bank-nonce': nonce, 'bank-signature': signature },
      },
    })
    if (http.kind !== 'answer') return unclear(http.kind === 'not-sent' ? 'NOT_SENT' : 'NO_ANSWER', http.reason)
    const text = http.body.toString('utf8')
    if (http.status !== 200) return unclear(`HTTP_${http.status}`, text.slice(0, 200))
    const shown = Buffer.from(String(http.headers['bank-signature'] ?? ''), 'base64')
    if (!verify(null, Buffer.from([http.status, nonce, text].join('\n')), theirs, shown))
      return unclear('UNVERIFIED_ANSWER', 'the signature is not the bank’s over this answer')
    return readObject(text)
  }
}

function readObject(text: string): Result<Json, Unclear> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return ok(value as Json)
  } catch {
    // said below: signed, and still nothing that can be read
  }
  return unclear('MALFORMED_ANSWER', 'the signed text is no JSON object')
}

export const unclear = (code: string, message: string): Result<never, Unclear> =>
  err({ kind: 'unclear', code, message })
