import type { Account } from './account.ts'
import { type Answer, answered, badField, refused } from './answer.ts'
import { writeTime } from './fields.ts'
import { seal } from './sealing.ts'

/**
 * `GET /v3/certificates` (wechat-pay.md 5.3): every certificate still valid, each sealed under the APIv3 key. Accounts
 * with only the public key have none.
 */
export function listCertificates(account: Account, query: Readonly<Record<string, unknown>>, now: number): Answer {
  const { algorithm_type: algorithm = 'RSA', ...surplus } = query
  const [extra] = Object.keys(surplus)
  if (extra !== undefined) return badField('query', `/${extra}`, query[extra], '存在多余字段')
  if (algorithm !== 'RSA' && algorithm !== 'ALL' && algorithm !== 'SM2')
    return badField('query', '/algorithm_type', algorithm, '算法类型只能是RSA、SM2、ALL')
  const valid = account.certificates.filter(({ expiresAt }) => now <= expiresAt)
  if (account.verification === 'public-key' || algorithm === 'SM2' || valid.length === 0)
    return refused('RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥')
  return answered({
    data: valid.map(({ serial, pem, effectiveAt, expiresAt }) => ({
      serial_no: serial,
      effective_time: writeTime(effectiveAt),
      expire_time: writeTime(expiresAt),
      encrypt_certificate: seal(pem, 'certificate', account.apiV3Key),
    })),
  })
}
