import { randomBytes } from 'node:crypto'
import type { Account } from './account.ts'
import { allMethods } from './all-methods.ts'
import { certificateSn } from './certificates.ts'
import { type Caller, checkCall } from './check.ts'
import { open, seal } from './content.ts'
import type { Biz } from './fields.ts'
import { oauthToken } from './identity.ts'
import type { Keyring } from './keyring.ts'
import type { Said } from './methods.ts'
import { passTime, type Works } from './money.ts'
import { type Refusal, Refused, refusalOf, refuseCall } from './refusal.ts'
import type { Params } from './request.ts'
import { settleDaily } from './settlements.ts'
import { alipayJson, rsa2 } from './signing.ts'
import { checkSubMerchant, type UploadedFile, uploadImage } from './zft.ts'

/** What leaves the gateway, and how badly. */
export type Reply = {
  readonly status: number
  readonly body: string
  readonly traceId: string
  readonly waitMs: number
  readonly cut: boolean
  /** For the person watching: what the signed member says. */
  readonly said: Readonly<Record<string, unknown>>
}

export type Checked = { readonly caller: Caller; readonly biz: Biz }

/** Carries out one API call, faults included. Never throws for what a caller did. */
export async function answerCall(
  works: Works,
  account: Account,
  keys: Keyring,
  params: Params,
  file: UploadedFile | null = null,
): Promise<Reply> {
  const method = params.method ?? ''
  const take = (kind: Parameters<Works['faults']['take']>[0]) => works.faults.take(kind, method)
  const traceId = randomBytes(16).toString('hex')
  if (take('answer-5xx'))
    return {
      status: 502,
      body: '<html><body>502 Bad Gateway</body></html>',
      traceId,
      waitMs: 0,
      cut: false,
      said: { http: 502 },
    }
  passTime(works)
  settleDaily(works)
  const done = carryOut(works, account, keys, params, file)
  const { member, signed } = done
  // Whoever asks in an envelope is answered in one; a refusal comes open.
  const sealedWith = params.encrypt_type && done.said.code === '10000' ? (account.contentKey ?? null) : null
  // Without an application nobody is told anything else.
  const said = signed && take('answer-20000') ? { ...refusalOf('20000', 'isp.unknow-error', '系统繁忙') } : done.said
  const slow = take('answer-slow')
  const body = await write(keys, {
    member,
    said,
    signed,
    sealedWith,
    stranger: take('answer-wrong-signature') !== null,
  })
  return {
    status: 200,
    body: take('answer-second-root') ? withSecondRoot(body, member, said) : body,
    traceId,
    waitMs: slow ? (slow.ms ?? 5_000) : 0,
    cut: take('answer-cut') !== null,
    said,
  }
}

/** Checks a call up to its business parameters. Throws `Refused`. */
export function check(works: Works, account: Account, keys: Keyring, params: Params): Checked {
  const caller = checkCall(params, account, keys, works.clock.now())
  const content = params.biz_content || '{}'
  const isSealed = params.encrypt_type && account.contentKey && params.biz_content
  return { caller, biz: readBiz(isSealed ? open(content, account.contentKey!) : content) }
}

function readBiz(text: string): Biz {
  let biz: unknown
  try {
    biz = JSON.parse(text)
  } catch {
    return refuseCall('isv.invalid-parameter', '参数无效：biz_content 不是合法的 JSON')
  }
  if (typeof biz !== 'object' || biz === null || Array.isArray(biz))
    return refuseCall('isv.invalid-parameter', '参数无效：biz_content 必须是 JSON 对象')
  return biz as Biz
}

type Outcome = { readonly member: string; readonly said: Said; readonly signed: boolean }

function carryOut(works: Works, account: Account, keys: Keyring, params: Params, file: UploadedFile | null): Outcome {
  const method = params.method ?? ''
  const run = method === 'alipay.system.oauth.token' ? oauthToken : allMethods.get(method)
  const member = `${method.replaceAll('.', '_')}_response`
  try {
    const checked = check(works, account, keys, params)
    if (method === 'alipay.open.app.alipaycert.download')
      return {
        member,
        said: { code: '10000', msg: 'Success', ...downloadCertificate(account, checked.biz) },
        signed: true,
      }
    if (method === 'ant.merchant.expand.indirect.image.upload') {
      const uploaded = uploadImage(works, params.image_type ?? '', file)
      return { member, said: { code: '10000', msg: 'Success', ...uploaded }, signed: true }
    }
    if (!run) return refuseCall('isv.invalid-method', '不存在的方法名')
    checkSubMerchant(works, checked.biz)
    const said = run(works, { ...checked, params })
    return { member, said: run === oauthToken ? said : { code: '10000', msg: 'Success', ...said }, signed: true }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return {
      ...memberOfRefusal(member, run !== undefined || method.endsWith('.image.upload'), error.refusal),
      said: { ...error.refusal },
    }
  }
}

/**
 * A refusal comes under the method's own name, except where the gateway knows no such method or no such application,
 * and from the token method. Without an application there is no key to sign with either (alipay.md 2.3).
 */
function memberOfRefusal(member: string, known: boolean, refusal: Refusal): { member: string; signed: boolean } {
  const stranger = ['isv.missing-app-id', 'isv.invalid-app-id'].includes(refusal.sub_code)
  if (!known || stranger || member === 'alipay_system_oauth_token_response')
    return { member: 'error_response', signed: !stranger }
  return { member, signed: true }
}

/** `alipay.open.app.alipaycert.download`: any certificate Alipay ever signed with (alipay.md 2.7). */
function downloadCertificate(account: Account, biz: Biz): Said {
  const found = account.certificates?.alipay.find(
    ({ certificate }) => certificateSn(certificate) === biz.alipay_cert_sn,
  )
  if (!found) throw new Refused(refusalOf('40004', 'CERT_NOT_EXIST', '证书不存在'))
  return { alipay_cert_content: Buffer.from(found.certificate).toString('base64') }
}

async function write(
  keys: Keyring,
  answer: Outcome & { stranger: boolean; sealedWith: string | null },
): Promise<string> {
  const plain = alipayJson(answer.said)
  const text = answer.sealedWith === null ? plain : alipayJson(seal(plain, answer.sealedWith))
  if (!answer.signed) return `{"${answer.member}":${text}}`
  const sign = await rsa2(text, answer.stranger ? keys.stranger : keys.signing)
  const sn = keys.alipayCertSn === null ? '' : `"alipay_cert_sn":"${keys.alipayCertSn}",`
  return `{"${answer.member}":${text},${sn}"sign":"${sign}"}`
}

/** What a careless reader would take for the answer: the last member of the name, which nobody signed. */
function withSecondRoot(body: string, member: string, said: Said): string {
  const lie = { ...said, code: '10000', msg: 'Success', trade_status: 'TRADE_SUCCESS', fund_change: 'Y' }
  return `${body.slice(0, -1)},"${member}":${alipayJson(lie)}}`
}
