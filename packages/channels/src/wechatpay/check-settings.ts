import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import type { WechatPaySettings } from './settings.ts'

const reads = (read: () => unknown): boolean => {
  try {
    read()
    return true
  } catch {
    return false // the message of the crypto library may quote the text, and this text is a key
  }
}
const isHost = (url: string) => URL.canParse(url) && new URL(url).origin === url

const isLimit = (limit: number | undefined) =>
  limit === undefined || (Number.isInteger(limit) && limit > 0 && limit <= 10_000)

const isText = (text: string, most: number) => text !== '' && [...text].length <= most
const isReport = ({ type, content }: { readonly type: string; readonly content: string }) =>
  isText(type, 15) && isText(content, 32)

/** Everything wrong with a configuration, field and rule, and never a value: an empty list means it can be used. */
export function wechatPaySettingsFaults(settings: WechatPaySettings): readonly string[] {
  const { publicKey, certificates, codePay, cashChange } = settings
  const v2 = codePay?.version === 'v2' ? codePay : null
  const rules: readonly (readonly [good: boolean, fault: string])[] = [
    [/^\d{6,32}$/.test(settings.mchid), 'mchid: 6 to 32 digits'],
    [/^[A-Za-z0-9]{1,32}$/.test(settings.appid), 'appid: 1 to 32 letters and digits'],
    [settings.appSecret !== '', 'appSecret: not empty'],
    [reads(() => rsa(createPrivateKey(settings.merchantPrivateKey))), 'merchantPrivateKey: an RSA private key as PEM'],
    [/^[0-9A-Fa-f]{8,40}$/.test(settings.merchantSerial), 'merchantSerial: up to 40 hexadecimal digits'],
    [
      !settings.merchantCertificate || reads(() => new X509Certificate(settings.merchantCertificate ?? '')),
      'merchantCertificate: the merchant API certificate as PEM',
    ],
    [Buffer.byteLength(settings.apiV3Key) === 32, 'apiV3Key: exactly 32 bytes'],
    [!!publicKey || !!certificates, 'publicKey or certificates: at least one way to verify answers'],
    [!publicKey || /^PUB_KEY_ID_\d+$/.test(publicKey.id), 'publicKey.id: PUB_KEY_ID_ and digits'],
    [!publicKey || reads(() => rsa(createPublicKey(publicKey.pem))), 'publicKey.pem: an RSA public key as PEM'],
    [
      (certificates?.known ?? []).every((pem) => reads(() => rsa(new X509Certificate(pem).publicKey))),
      'certificates.known: RSA certificates as PEM',
    ],
    [!v2 || v2.apiV2Key.length === 32, 'codePay.apiV2Key: exactly 32 characters'],
    [!v2 || ['MD5', 'HMAC-SHA256'].includes(v2.signType), 'codePay.signType: MD5 or HMAC-SHA256'],
    [
      !v2?.certificate || reads(() => rsa(new X509Certificate(v2.certificate ?? '').publicKey)),
      'codePay.certificate: the merchant API certificate as PEM',
    ],
    [
      !v2 || !!v2.certificate || settings.hosts.every((host) => host.startsWith('http:')),
      'codePay.certificate: reversing over https needs one',
    ],
    [!settings.applications || settings.mode === 'partner', 'applications: for service providers (partner mode) only'],
    [!cashChange || settings.mode === 'direct', 'cashChange: for a merchant number of its own (direct mode) only'],
    [!cashChange || /^[0-9A-Za-z]{1,36}$/.test(cashChange.sceneId), 'cashChange.sceneId: 1 to 36 letters and digits'],
    [cashChange?.perception !== '', 'cashChange.perception: not empty, or left out'],
    [
      !cashChange || (cashChange.reports.length > 0 && cashChange.reports.every(isReport)),
      'cashChange.reports: at least one, each a type of 1 to 15 and a content of 1 to 32 characters',
    ],
    [isLimit(settings.shares?.largestBasisPoints), 'shares.largestBasisPoints: 1 to 10000'],
    [
      settings.hosts.length > 0 && settings.hosts.every(isHost),
      'hosts: at least one origin without path or final slash',
    ],
    [isHost(settings.accountHost), 'accountHost: an origin without path or final slash'],
    [isHost(settings.oauthHost), 'oauthHost: an origin without path or final slash'],
    [settings.connectTimeoutMs > 0, 'connectTimeoutMs: more than 0'],
    [settings.answerTimeoutMs > 0, 'answerTimeoutMs: more than 0'],
  ]
  return rules.filter(([good]) => !good).map(([, fault]) => fault)
}

function rsa(key: { readonly asymmetricKeyType?: string | undefined }): void {
  if (key.asymmetricKeyType !== 'rsa') throw new TypeError('not RSA')
}
