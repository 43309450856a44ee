import type { Instant } from '@lanepay/domain/types.ts'
import type { Account } from './account.ts'
import { readBeijing } from './beijing.ts'
import type { Keyring } from './keyring.ts'
import { Refused, refusalOf, refuseCall } from './refusal.ts'
import type { Params } from './request.ts'
import { rsa2Holds, signedText } from './signing.ts'

/** For whom a call is made: the application's own merchant, or the operator whose token it carries. */
export type Caller = { readonly pid: string; readonly authAppId: string }

/** The real tolerance is not published; a quarter of an hour catches a wrong zone and forgives a lazy clock. */
export const timestampWindowMs = 15 * 60_000

/**
 * Everything the gateway checks before it looks at the business (alipay.md 2.2, 2.4, 2.7, 2.11), in this order: names,
 * formats, time, certificates, signature, token. Throws `Refused` at the first that is wrong.
 */
export function checkCall(params: Params, account: Account, keys: Keyring, now: Instant): Caller {
  const given = (name: string, missing: string): string => params[name] || refuseCall(missing, `缺少${name}参数`)
  given('method', 'isv.missing-method')
  if (given('app_id', 'isv.missing-app-id') !== account.appId) refuseCall('isv.invalid-app-id', '无效的AppID参数')
  if (given('version', 'isv.missing-version') !== '1.0') refuseCall('isv.invalid-version', '无效的版本参数')
  if (given('sign_type', 'isv.missing-signature-type') !== 'RSA2')
    refuseCall('isv.invalid-signature-type', '无效签名类型')
  if ((params.format || 'JSON').toUpperCase() !== 'JSON') refuseCall('isv.invalid-format', '无效的数据格式')
  if (given('charset', 'isv.missing-charset').toLowerCase() !== 'utf-8') refuseCall('isv.invalid-charset', '字符集错误')
  if (params.encrypt_type && params.encrypt_type !== 'AES') refuseCall('isv.invalid-encrypt', '无效的加密方式')
  if (params.encrypt_type && !account.contentKey) refuseCall('isv.missing-encrypt-key', '缺少加密配置')
  const sign = given('sign', 'isv.missing-signature')
  const at = readBeijing(given('timestamp', 'isv.missing-timestamp'))
  if (at === null || Math.abs(at - now) > timestampWindowMs) refuseCall('isv.invalid-timestamp', '非法的时间戳参数')
  checkCertificates(params, keys, now)
  const text = signedText(params, ['sign'])
  if (!rsa2Holds(text, sign, keys.appPublic)) {
    const shown = text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    refuseCall(
      'isv.invalid-signature',
      `验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：${shown}`,
    )
  }
  for (const name of ['notify_url', 'return_url'])
    if (params[name] && !isWebUrl(params[name])) refuseCall('isv.invalid-parameter', `参数无效：${name}`)
  return callerOf(params, account)
}

function checkCertificates(params: Params, keys: Keyring, now: Instant): void {
  const expected = keys.certificates
  if (!expected) {
    if (params.app_cert_sn) refuseCall('isv.app-cert-not-exist', '应用公钥证书不存在')
    return
  }
  if (!params.app_cert_sn) refuseCall('isv.missing-app-cert-sn', '缺少应用公钥证书序列号')
  if (params.app_cert_sn !== expected.app) refuseCall('isv.app-cert-not-exist', '应用公钥证书不存在')
  if (params.alipay_root_cert_sn !== expected.root)
    refuseCall('isv.invalid-alipay-root-cert-sn', '支付宝根证书序列号不合法')
  if (now > expected.appValidTo) refuseCall('isv.app-cert-expired', '应用公钥证书已过期')
}

function callerOf(params: Params, account: Account): Caller {
  if (!params.app_auth_token) return { pid: account.sellerId, authAppId: account.appId }
  if (params.app_auth_token !== account.operator.appAuthToken)
    throw new Refused(refusalOf('20001', 'aop.invalid-app-auth-token', '无效的应用授权令牌'))
  return { pid: account.operator.sellerId, authAppId: account.operator.appId }
}

/** An absolute http(s) address of at most 256 characters. */
export const isWebUrl = (text: string): boolean =>
  text.length <= 256 && /^https?:$/.test(URL.parse(text)?.protocol ?? '')
