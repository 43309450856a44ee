import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import type { Account } from './account.ts'
import { badField, type Refusal } from './answer.ts'
import { publicKeySerial } from './signing.ts'

/* Sensitive fields (wechat-pay.md 6): RSAES-OAEP with SHA-1, base64. */

const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }

/** The key that `Wechatpay-Serial` of the request names; an expired certificate is good for nothing new. */
function keyNamed({ publicKey, certificates }: Account, serial: string, now: number): string | undefined {
  if (serial.startsWith(publicKeySerial)) return publicKey.id === serial ? publicKey.privateKey : undefined
  return certificates.find((one) => one.serial === serial && now <= one.expiresAt)?.privateKey
}

/** Reads a field that the merchant encrypted for us. A refusal names the header or the field that is to blame. */
export function readSensitive(
  account: Account,
  given: { readonly serial: string | undefined; readonly field: string; readonly value: string; readonly now: number },
): { readonly text: string } | { readonly refusal: Refusal } {
  const { serial, field, value, now } = given
  if (serial === undefined)
    return { refusal: badField('header', '/Wechatpay-Serial', '', '请求包含敏感信息，Http头必须传Wechatpay-Serial') }
  const key = keyNamed(account, serial, now)
  if (key === undefined)
    return { refusal: badField('header', '/Wechatpay-Serial', serial, '平台证书序列号Wechatpay-Serial错误') }
  try {
    return { text: privateDecrypt({ key, ...padding }, Buffer.from(value, 'base64')).toString('utf8') }
  } catch {
    return {
      refusal: badField('body', field, value, '敏感信息解密失败，请检查加密所用的公钥与Wechatpay-Serial是否一致'),
    }
  }
}

/** Encrypts a field of an answer: only the merchant can read it. */
export const writeSensitive = ({ merchant }: Account, text: string): string =>
  publicEncrypt({ key: merchant.publicKey, ...padding }, Buffer.from(text)).toString('base64')
