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
  /** The serial of the key that fields of the body are encrypted with, where there are any (wechat-pay.md 6). */
  readonly encryptedWith?: string
  /** A file goes along: this is sent in place of `body`, which alone is signed (wechat-pay.md 18.3). */
  readonly upload?: { readonly contentType: string; readonly bytes: Uint8Array }
}

export type Transport = (request: ApiRequest) => Promise<HttpAnswer>

export const userAgent = 'Lanepay/1 (Node.js)' // wechat-pay.md 3.1: must be present

/** The headers of one request with its signature. Costs one signature. */
export type SignedHeaders = (request: ApiRequest) => Promise<Readonly<Record<string, string>>>

type SigningDeps = { readonly signer: Signer; readonly clock: Clock; readonly nonce: () => string }

export const makeSignedHeaders =
  (settings: WechatPaySettings, deps: SigningDeps): SignedHeaders =>
  async ({ method, path, body, encryptedWith, upload }) => {
    const timestamp = secondsOf(deps.clock.now())
    const serial = encryptedWith ?? settings.publicKey?.id
    return {
      accept: 'application/json',
      'user-agent': userAgent,
      authorization: await authorization(deps.signer, { method, path, timestamp, nonce: deps.nonce(), body }),
      ...(method === 'POST' ? { 'content-type': upload?.contentType ?? 'application/json' } : {}),
      ...(serial ? { 'wechatpay-serial': serial } : {}),
    }
  }

/** Signs a request once and sends it. The answer is not verified yet. */
export function makeTransport(deps: { readonly signedHeaders: SignedHeaders; readonly send: Send }): Transport {
  return async (request) => {
    const { method, path, body, upload } = request
    const headers = await deps.signedHeaders(request)
    return deps.send({ method, path, headers, ...(method === 'POST' ? { body: upload?.bytes ?? body } : {}) })
  }
}

type Sent = Pick<HttpCall, 'method' | 'headers' | 'body' | 'certificate'> & { readonly path: string }
export type Send = (request: Sent) => Promise<HttpAnswer>

/**
 * Sends to the first host that can be reached. A host that certainly was not reached is followed by the next with the
 * very same bytes; once a request may have arrived it is never sent again from here.
 */
export function makeSend(settings: WechatPaySettings, clock: Clock): Send {
  let standing = atFirstHost
  return async ({ path, ...request }) => {
    let answer: HttpAnswer = { kind: 'not-sent', reason: 'no host configured' }
    for (const host of hostsToTry(settings.hosts, standing, clock.now())) {
      answer = await httpCall({
        ...request,
        url: `${settings.hosts[host]}${path}`,
        connectTimeoutMs: settings.connectTimeoutMs,
        answerTimeoutMs: settings.answerTimeoutMs,
      })
      if (answer.kind !== 'not-sent') {
        standing = standingAfter(standing, host, clock.now())
        return answer
      }
    }
    return answer
  }
}
