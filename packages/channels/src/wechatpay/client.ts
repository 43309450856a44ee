import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { HttpAnswer } from '../http.ts'
import type { Failure } from './errors.ts'
import { asObject, type Json, readObject, textOf } from './json.ts'
import type { Keys } from './keys.ts'
import type { ApiRequest, Transport } from './transport.ts'

export type { ApiRequest } from './transport.ts'

/** `failure` is WeChat Pay's own answer with an error status; `unclear` is everything that is no answer to trust. */
export type Unanswered =
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'unclear'; readonly error: ChannelError }

export type Client = (request: ApiRequest) => Promise<Result<Json, Unanswered>>

/** One call of the v3 API. A value is a 2xx answer whose signature held; 204 is the empty object. */
export function makeClient(transport: Transport, keys: Keys): Client {
  return async (request) => {
    const answer = await transport(request)
    if (answer.kind !== 'answer') return unclear(answer.kind === 'not-sent' ? 'NOT_SENT' : 'NO_ANSWER', answer.reason)
    const requestId = textOf(answer.headers['request-id'])
    if (answer.status < 200 || answer.status > 299)
      return err({ kind: 'failure', failure: readFailure(answer, requestId) })
    const verified = await keys.verify(answer.headers, answer.body)
    if (!verified.ok) {
      const { kind, detail } = verified.error
      return unclear('UNVERIFIED_ANSWER', `${kind}: ${detail} (Request-ID ${requestId ?? 'none'})`)
    }
    if (answer.status === 204) return ok({})
    const body = readObject(answer.body)
    return body === null ? unclear('MALFORMED_ANSWER', `HTTP ${answer.status} without a JSON object`) : ok(body)
  }
}

const unclear = (code: string, message: string) =>
  err({ kind: 'unclear' as const, error: { kind: 'unclear' as const, code, message } })

function readFailure(answer: HttpAnswer & { kind: 'answer' }, requestId: string | null): Failure {
  const body = readObject(answer.body)
  const message = textOf(body?.message)?.slice(0, 200) ?? ''
  const detail = asObject(body?.detail)
  const field = textOf(detail?.field)
  return {
    status: answer.status,
    code: textOf(body?.code),
    message: `${message} (HTTP ${answer.status}, Request-ID ${requestId ?? 'none'})`.trim(),
    requestNumber: requestId === null ? null : (/-(\d+)$/.exec(requestId)?.[1] ?? null),
    ...(field === null ? {} : { detail: { field, issue: textOf(detail?.issue)?.slice(0, 200) ?? '' } }),
  }
}
