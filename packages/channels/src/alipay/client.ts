import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import { readAnswer, responseMember } from './answer.ts'
import { openContent } from './content.ts'
import type { Failure } from './errors.ts'
import type { ApiRequest, Gateway } from './gateway.ts'
import { type Json, readObject, textOf } from './json.ts'
import type { Keys } from './keys.ts'

/** `failure` is Alipay's own signed "no"; `unclear` is everything that is no answer to trust. */
export type Unanswered =
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'unclear'; readonly error: ChannelError }

/** One call of the gateway. A value is the signed content of a successful answer. */
export type Client = (request: ApiRequest) => Promise<Result<Json, Unanswered>>

/**
 * Calls the gateway and believes nothing but the text whose signature held (alipay.md 2.6). With a content key a signed text in quotes is
 * opened after that; a refusal may come unsealed (2.8).
 */
export function makeClient(gateway: Gateway, keys: Keys, contentKey?: string): Client {
  return async (request) => {
    const http = await gateway.post(request)
    if (http.kind !== 'answer') return unclear(http.kind === 'not-sent' ? 'NOT_SENT' : 'NO_ANSWER', http.reason)
    const trace = `trace_id ${textOf(http.headers.trace_id) ?? 'none'}`
    if (http.status !== 200) return unclear(`HTTP_${http.status}`, trace)
    const answer = readAnswer(http.body, responseMember(request.method))
    if (!answer.ok) return unclear('MALFORMED_ANSWER', `${answer.error} (${trace})`)
    const { member, signed, sign, certSn } = answer.value
    const said = readObject(signed.startsWith('"') ? openedContent(signed, contentKey) : signed)
    // Without a signature the reason is worth reading in a log and nothing more.
    if (sign === null) return unclear('UNSIGNED_ANSWER', `${textOf(said?.sub_code) ?? 'no reason'} (${trace})`)
    const verified = await keys.verify({ texts: [signed], sign, certSn }, 'answer')
    if (!verified.ok) return unclear('UNVERIFIED_ANSWER', `${verified.error.kind}: ${verified.error.detail} (${trace})`)
    if (said === null) return unclear('MALFORMED_ANSWER', `the signed text is no JSON object (${trace})`)
    return member === 'response' && isSuccess(request, said)
      ? ok(said)
      : err({ kind: 'failure', failure: readFailure(said, trace) })
  }
}

const sealedText = /^"(?:[A-Za-z0-9+/=]|\\\/)*"$/
function openedContent(signed: string, contentKey: string | undefined): string {
  if (contentKey === undefined || !sealedText.test(signed)) return ''
  return openContent(contentKey, JSON.parse(signed) as string) ?? ''
}

/** Only the token method answers a success without a code (alipay.md 5). */
const isSuccess = (request: ApiRequest, said: Json): boolean =>
  said.code === '10000' || (said.code === undefined && request.biz === undefined)

const unclear = (code: string, message: string) =>
  err({ kind: 'unclear' as const, error: { kind: 'unclear' as const, code, message } })

function readFailure(said: Json, trace: string): Failure {
  const message = (textOf(said.sub_msg) ?? textOf(said.msg) ?? '').slice(0, 200)
  return {
    code: textOf(said.code) ?? 'CODE_MISSING',
    subCode: textOf(said.sub_code) ?? '',
    message: `${message} (${trace})`.trim(),
  }
}
