import type { Clock } from '@lanepay/domain/clock.ts'
import { type HttpAnswer, type HttpCall, httpCall } from '../http.ts'
import { atFirstHost, hostsToTry, standingAfter } from './hosts.ts'
import type { WechatPaySettings } from './settings.ts'
import { authorization, type Signer } from './sign.ts'
import { secondsOf } from './time.ts'

export type ApiRequest = {
  readonly method: 'GET' | 'POST'
  /** Path and raw query, no host. */
  readonly path: string
  readonly body: string
}

export type Transport = (request: ApiRequest) => Promise<HttpAnswer>

const userAgent = 'Lanepay/1 (Node.js)' // wechat-pay.md 3.1: must be present

/**
 * Signs a request once and sends it. A host that certainly was not reached is followed by the next with the very same
 * bytes; once a request may have arrived it is never sent again from here. The answer is not verified yet.
 */
export function makeTransport(
  settings: WechatPaySettings,
  deps: { readonly signer: Signer; readonly clock: Clock; readonly nonce: () => string },
): Transport {
  let standing = atFirstHost
  return async ({ method, path, body }) => {
    const timestamp = secondsOf(deps.clock.now())
    const headers = {
      accept: 'application/json',
      'user-agent': userAgent,
      authorization: await authorization(deps.signer, { method, path, timestamp, nonce: deps.nonce(), body }),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(settings.publicKey ? { 'wechatpay-serial': settings.publicKey.id } : {}),
    }
    let answer: HttpAnswer = { kind: 'not-sent', reason: 'no host configured' }
    for (const host of hostsToTry(settings.hosts, standing, deps.clock.now())) {
      const call: HttpCall = {
        method,
        url: `${settings.hosts[host]}${path}`,
        headers,
        connectTimeoutMs: settings.connectTimeoutMs,
        answerTimeoutMs: settings.answerTimeoutMs,
        ...(method === 'POST' ? { body } : {}),
      }
      answer = await httpCall(call)
      if (answer.kind !== 'not-sent') {
        standing = standingAfter(standing, host, deps.clock.now())
        return answer
      }
    }
    return answer
  }
}
