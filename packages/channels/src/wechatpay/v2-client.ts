import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { ChannelError } from '../channel.ts'
import type { ClientCertificate } from '../http.ts'
import type { Account } from './account.ts'
import type { CodePaySettings, WechatPaySettings } from './settings.ts'
import { type Send, userAgent } from './transport.ts'
import { type V2Fields, v2Sign, v2Verifies } from './v2-sign.ts'
import { readV2Xml, writeV2Xml } from './v2-xml.ts'

export type V2Settings = CodePaySettings & { readonly version: 'v2' }

/** `fields` are the call's own; who asks, the nonce and the signature are added. Empty ones are left out. */
export type V2Call = {
  readonly path: '/pay/micropay' | '/pay/orderquery' | '/secapi/pay/reverse' | '/secapi/pay/refund'
  readonly account: Account
  readonly fields: V2Fields
}
/** A value is an answer whose signature held and that is about this very account; what it says is still to be read. */
export type V2Client = (call: V2Call) => Promise<Result<V2Fields, ChannelError>>

/** The body of one call as it is sent (wechat-pay.md 11.2). */
export function v2Body(v2: V2Settings, { account, fields }: V2Call, nonce: string): string {
  const filled = Object.fromEntries(
    Object.entries({ ...whose(account), nonce_str: nonce, sign_type: v2.signType, ...fields }).filter(
      ([, value]) => value !== '',
    ),
  )
  return writeV2Xml({ ...filled, sign: v2Sign(filled, v2.apiV2Key, v2.signType) })
}

const whose = (account: Account): V2Fields =>
  account.mode === 'direct'
    ? { appid: account.appid, mch_id: account.mchid }
    : {
        appid: account.spAppid,
        mch_id: account.spMchid,
        sub_appid: account.subAppid ?? '',
        sub_mch_id: account.subMchid,
      }

/** One call of the older XML interfaces, signed and verified with the APIv2 key (wechat-pay.md 11.2). */
export function makeV2Client(
  settings: WechatPaySettings,
  v2: V2Settings,
  deps: { readonly send: Send; readonly nonce: () => string },
): V2Client {
  const certificate: ClientCertificate | undefined = v2.certificate
    ? { cert: v2.certificate, key: settings.merchantPrivateKey }
    : undefined
  return async (call) => {
    const answer = await deps.send({
      method: 'POST',
      path: call.path,
      headers: { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml', 'user-agent': userAgent },
      body: v2Body(v2, call, deps.nonce()),
      ...(certificate && call.path.startsWith('/secapi/') ? { certificate } : {}),
    })
    if (answer.kind !== 'answer') return unclear(answer.kind === 'not-sent' ? 'NOT_SENT' : 'NO_ANSWER', answer.reason)
    if (answer.status !== 200) return unclear(`HTTP_${answer.status}`, 'no answer of WeChat Pay')
    const fields = readV2Xml(answer.body.toString('utf8'))
    return fields.ok ? believed(v2, call.account, fields.value) : unclear('MALFORMED_ANSWER', 'no XML of this kind')
  }
}

/** A refusal to read the request at all comes unsigned, so it decides nothing about the money. */
function believed(v2: V2Settings, account: Account, fields: V2Fields): Result<V2Fields, ChannelError> {
  if (fields.return_code !== 'SUCCESS') return unclear('RETURN_FAIL', fields.return_msg?.slice(0, 200) ?? '')
  if (!v2Verifies(fields, v2.apiV2Key, v2.signType)) return unclear('UNVERIFIED_ANSWER', 'sign does not fit')
  const { mch_id, sub_mch_id = '' } = whose(account)
  if (fields.mch_id !== mch_id || (fields.sub_mch_id ?? '') !== sub_mch_id)
    return unclear('MALFORMED_ANSWER', 'the answer is about another merchant')
  return ok(fields)
}

const unclear = (code: string, message: string) => err({ kind: 'unclear' as const, code, message })
