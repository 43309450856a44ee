import type { KeyObject } from 'node:crypto'
import { leafOf, readBundle, rootCertificatesSn } from './certificates.ts'
import { isContentKey } from './content.ts'
import { readPrivateKey, readPublicKey, rsa } from './rsa-keys.ts'
import type { AlipaySettings } from './settings.ts'

function read<T>(reading: () => T): T | null {
  try {
    return reading()
  } catch {
    return null // the message of the crypto library may quote the text, and this text is a key
  }
}
const isAddress = (url: string) =>
  URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && !url.includes('?') && !url.includes('#')
const isPid = (text: string) => /^2088\d{12}$/.test(text)
const isAppId = (text: string) => /^\d{16}$/.test(text)

type Rules = readonly (readonly [good: boolean, fault: string])[]

/** Everything wrong with a configuration, field and rule, and never a value: an empty list means it can be used. */
export function alipaySettingsFaults(settings: AlipaySettings): readonly string[] {
  const { verify, opAppId, serviceProviderId, contentKey } = settings
  const privateKey = read(() => readPrivateKey(settings.appPrivateKey))
  const rules: Rules = [
    [isAppId(settings.appId), 'appId: 16 digits'],
    [isPid(settings.sellerId), 'sellerId: 16 digits beginning 2088'],
    [privateKey !== null, 'appPrivateKey: an RSA private key, PKCS#1 or PKCS#8, as PEM or as one line of base64'],
    ...(verify.mode === 'public-key' ? publicKeyRules(verify, privateKey) : certificateRules(verify, privateKey)),
    [isAddress(settings.gateway), 'gateway: an http(s) address without query'],
    [isAddress(settings.authorizeUrl), 'authorizeUrl: an http(s) address without query'],
    [['user_id', 'open_id'].includes(settings.identity), 'identity: user_id or open_id'],
    [opAppId === undefined || isAppId(opAppId), 'opAppId: 16 digits'],
    [serviceProviderId === undefined || isPid(serviceProviderId), 'serviceProviderId: 16 digits beginning 2088'],
    [contentKey === undefined || isContentKey(contentKey), 'contentKey: 16 bytes as base64'],
    [settings.connectTimeoutMs > 0, 'connectTimeoutMs: more than 0'],
    [settings.answerTimeoutMs > 0, 'answerTimeoutMs: more than 0'],
  ]
  return rules.filter(([good]) => !good).map(([, fault]) => fault)
}

type Verify<Mode> = AlipaySettings['verify'] & { readonly mode: Mode }

function publicKeyRules(verify: Verify<'public-key'>, privateKey: KeyObject | null): Rules {
  const key = read(() => readPublicKey(verify.alipayPublicKey))
  return [
    [key !== null, 'verify.alipayPublicKey: an RSA public key, as PEM or as one line of base64'],
    // The application's own public key lies beside it in the console and is the one that gets pasted by mistake (2.5).
    [
      !key || !privateKey || !belongTogether(privateKey, key),
      "verify.alipayPublicKey: Alipay's, not the application's",
    ],
  ]
}

const modulusOf = (key: KeyObject) => key.export({ format: 'jwk' }).n
const belongTogether = (privateKey: KeyObject, publicKey: KeyObject) => modulusOf(privateKey) === modulusOf(publicKey)

function certificateRules(verify: Verify<'certificate'>, privateKey: KeyObject | null): Rules {
  const app = read(() => leafOf(verify.appCertificate))
  const alipayKey = read(() => rsa(leafOf(verify.alipayCertificate).publicKey))
  const rootSn = read(() => rootCertificatesSn(readBundle(verify.rootCertificates)))
  return [
    [app !== null, 'verify.appCertificate: a certificate as PEM'],
    [!app || !privateKey || app.checkPrivateKey(privateKey), 'verify.appCertificate: goes with appPrivateKey'],
    [alipayKey !== null, 'verify.alipayCertificate: an RSA certificate as PEM'],
    [
      !alipayKey || !privateKey || !belongTogether(privateKey, alipayKey),
      "verify.alipayCertificate: Alipay's, not the application's",
    ],
    [!!rootSn, 'verify.rootCertificates: certificates as PEM, at least one of them signed with RSA'],
  ]
}
