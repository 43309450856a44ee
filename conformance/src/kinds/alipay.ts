import { isDeepStrictEqual } from 'node:util'
import { readAnswer } from '@lanepay/channels/alipay/answer.ts'
import { readBill } from '@lanepay/channels/alipay/bill-file.ts'
import { type TradeRow, tradeLayout } from '@lanepay/channels/alipay/bill-trade.ts'
import {
  certificateSn,
  isTrusted,
  leafOf,
  readBundle,
  rootCertificatesSn,
} from '@lanepay/channels/alipay/certificates.ts'
import { alipayChannel } from '@lanepay/channels/alipay/channel.ts'
import { ownsCode } from '@lanepay/channels/alipay/code-pay.ts'
import { openContent, sealContent } from '@lanepay/channels/alipay/content.ts'
import { readPrivateKey, readPublicKey } from '@lanepay/channels/alipay/rsa-keys.ts'
import { rsa2Holds } from '@lanepay/channels/alipay/rsa2.ts'
import { alipayProduction } from '@lanepay/channels/alipay/settings.ts'
import { httpParts, type Params, signedText, signParams } from '@lanepay/channels/alipay/sign.ts'
import { isPayCode } from '@lanepay/channels/wechatpay/code-pay.ts'
import { toYuan } from '@lanepay/domain/money.ts'
import type { Fen, Instant } from '@lanepay/domain/types.ts'
import { walletOf } from '@lanepay/domain/wallet.ts'
import { type Check, type Checks, notBuilt, passed, type Verdict } from '../check.ts'

/*
 * Holds the Alipay adapter against `vectors/alipay.json`. Each check calls the function the product itself calls; nothing
 * is computed here but the comparison.
 */

type Vector = Parameters<Check>[0]
type File = Parameters<Check>[1]
type Fields = Readonly<Record<string, unknown>>

const equal = (expected: unknown, actual: unknown): Verdict =>
  isDeepStrictEqual(expected, actual) ? passed : { passed: false, expected, actual }

const input = (vector: Vector): Fields => vector.input as Fields
const expected = (vector: Vector): Fields => vector.expected as Fields

function text(vector: Vector, name: string): string {
  const value = input(vector)[name]
  if (typeof value !== 'string') throw new TypeError(`vector ${vector.id}: input.${name} is not text`)
  return value
}

type Materials = {
  readonly certs: Readonly<Record<string, { readonly pem: string }>>
  readonly keys: Readonly<Record<string, { readonly value: string }>>
}
const materials = (file: File) => file.materials as Materials

function pemNamed(file: File, name: string): string {
  const pem = materials(file).certs[name]?.pem
  if (pem === undefined) throw new TypeError(`materials.certs has no ${name}`)
  return pem
}
function keyNamed(file: File, name: string): string {
  const value = materials(file).keys[name]?.value
  if (value === undefined) throw new TypeError(`materials.keys has no ${name}`)
  return value
}

const spkiOf = (key: ReturnType<typeof readPublicKey>): string =>
  key.export({ type: 'spki', format: 'der' }).toString('base64')

const keyFormsCheck: Check = (vector, file) => {
  const { private: privateNames, public: publicNames } = input(vector) as Readonly<Record<string, readonly string[]>>
  const { spkiBase64 } = expected(vector)
  const publicForms = (publicNames ?? []).map((name) => spkiOf(readPublicKey(keyNamed(file, name))))
  const modulusOf = (key: ReturnType<typeof readPublicKey>) => key.export({ format: 'jwk' }).n
  const modulus = modulusOf(readPublicKey(spkiBase64 as string))
  const privateForms = (privateNames ?? []).map((name) => modulusOf(readPrivateKey(keyNamed(file, name))))
  return equal(
    { public: publicForms.map(() => spkiBase64), private: privateForms.map(() => modulus) },
    { public: publicForms, private: privateForms },
  )
}

const requestCheck: Check = async (vector, file) => {
  const params = input(vector).params as Params
  const signed = await signParams(readPrivateKey(keyNamed(file, text(vector, 'privateKey'))), params)
  const { http, ...wanted } = { http: undefined, ...expected(vector) } as Fields & { http?: Fields | undefined }
  const own = { signString: signedText(params), sign: signed.sign }
  if (!http) return equal(wanted, own)
  const sent = http.method === 'GET' ? { query: new URLSearchParams(signed).toString() } : { ...httpParts(signed) }
  const { query, body } = http
  return equal({ ...wanted, sent: body === undefined ? { query } : { query, body } }, { ...own, sent })
}

const extractCheck: Check = (vector) => {
  const answer = readAnswer(text(vector, 'body'), text(vector, 'rootNode'))
  return equal(expected(vector).signSource, answer.ok ? answer.value.signed : answer.error)
}

const answerCheck: Check = (vector, file) => {
  const answer = readAnswer(text(vector, 'body'), text(vector, 'rootNode'))
  if (!answer.ok) return equal(expected(vector), answer.error)
  const { key, cert } = input(vector)
  const verifyKey =
    typeof cert === 'string' ? leafOf(pemNamed(file, cert)).publicKey : readPublicKey(keyNamed(file, String(key)))
  const { signed, sign } = answer.value
  return equal(expected(vector), {
    valid: rsa2Holds(verifyKey, signed, sign ?? ''),
    signSource: signed,
  })
}

const notificationCheck: Check = async (vector, file) => {
  const params = input(vector).params as Params
  const { dropSignType } = input(vector)
  const alipayPublicKey = keyNamed(file, text(vector, 'key'))
  const signed = signedText(params, dropSignType ? ['sign', 'sign_type'] : ['sign'])
  const valid = rsa2Holds(readPublicKey(alipayPublicKey), signed, params.sign ?? '')
  const rule = equal(expected(vector), { valid })
  // The front door tries both rules, so a message refused here under the wrong one would be believed there.
  if (!('passed' in rule) || !rule.passed || (!valid && !dropSignType)) return rule
  const channel = alipayChannel(
    {
      ...alipayProduction,
      appId: params.app_id ?? '',
      sellerId: params.seller_id ?? '2088000000000001',
      appPrivateKey: keyNamed(file, 'node-app-private'),
      verify: { mode: 'public-key', alipayPublicKey },
      identity: 'user_id',
    },
    { clock: { now: () => Date.parse('2026-01-01T00:00:00Z') as Instant } },
  )
  const heard = await channel.readNotification({ headers: {}, body: Buffer.from(`${new URLSearchParams(params)}`) })
  const { body } = channel.replyTo(heard.ok ? 'accepted' : 'refused')
  return equal({ believed: valid, answer: valid ? 'success' : 'fail' }, { believed: heard.ok, answer: body })
}

const billCheck: Check = async (vector) => {
  const { account, ...wanted } = expected(vector)
  const bytes = Buffer.from(text(vector, 'gbkBase64'), 'base64')
  // In pieces of seven bytes, so that characters and lines are cut as a stream cuts them.
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
    return null
  }
  const rows: TradeRow[] = []
  const reading = readBill(tradeLayout, { account: String(account), day: '2026-01-01' }, pieces())
  for (;;) {
    const next = await reading.next()
    if (next.done && next.value !== null) return equal(expected(vector), next.value)
    if (next.done) break
    rows.push(next.value)
  }
  const sum = (fens: readonly Fen[]) => fens.reduce((total, one) => total + one, 0)
  return equal(wanted, {
    rows: rows.map((row) => ({
      tradeNo: row.channelTradeNo,
      outTradeNo: row.tradeNumber,
      type: row.kind === 'payment' ? '交易' : '退款',
      amount: toYuan(row.amountFen),
      received: toYuan(row.receivedFen),
      fee: toYuan(row.feeFen),
      refundRequestNo: row.refundNumber,
    })),
    netFen: sum(rows.map(({ receivedFen }) => receivedFen)),
    feeFen: sum(rows.map(({ feeFen }) => feeFen)),
  })
}

const names: Readonly<Record<string, string>> = { wechatpay: 'wechat' }

const walletCheck: Check = (vector) => {
  const wallet = walletOf(text(vector, 'ua'))
  const told = equal(expected(vector).wallet, names[wallet] ?? wallet)
  if (!('passed' in told) || !told.passed || expected(vector).appUpIdentifier === undefined) return told
  return { notBuilt: 'UnionPay appUpIdentifier' }
}

/** What each channel says of a scanned code: one of them, or none, says it is its own. */
const payCodeCheck: Check = (vector) => {
  const code = text(vector, 'authCode')
  const owners = [...(isPayCode(code) ? ['wechat'] : []), ...(ownsCode(code) ? ['alipay'] : [])]
  const channel = owners.length > 1 ? owners.join(' and ') : (owners[0] ?? 'unknown')
  // Of the channels that are built a UnionPay code is nobody's.
  if (expected(vector).channel === 'unionpay' && channel === 'unknown') return { notBuilt: 'UnionPay' }
  return equal(expected(vector).channel, channel)
}

const contentCheck: Check = (vector) => {
  const key = text(vector, 'keyBase64')
  const { plaintext, ciphertextBase64 } = expected(vector)
  return equal(expected(vector), {
    plaintext: openContent(key, String(ciphertextBase64)),
    ciphertextBase64: sealContent(key, String(plaintext)),
  })
}

/** One check per `kind` of `vectors/alipay.json`. */
export const alipayChecks: Checks = {
  'cert-sn': (vector, file) => equal(expected(vector).sn, certificateSn(leafOf(pemNamed(file, text(vector, 'cert'))))),
  'root-cert-sn': (vector, file) =>
    equal(expected(vector).sn, rootCertificatesSn(readBundle(pemNamed(file, text(vector, 'cert'))))),
  'cert-public-key': (vector, file) =>
    equal(expected(vector).spkiBase64, spkiOf(leafOf(pemNamed(file, text(vector, 'cert'))).publicKey)),
  'cert-chain': (vector, file) =>
    equal(
      expected(vector).trusted,
      isTrusted(
        readBundle(pemNamed(file, text(vector, 'chain'))),
        readBundle(pemNamed(file, text(vector, 'roots'))),
        Date.parse(text(vector, 'at')) as Instant,
      ),
    ),
  'key-forms': keyFormsCheck,
  'v2-request-sign': requestCheck,
  'v2-response-extract': extractCheck,
  'v2-response-verify': answerCheck,
  'notify-verify': notificationCheck,
  'ua-wallet': walletCheck,
  aes: contentCheck,
  'v3-request-sign': notBuilt('Alipay REST v3'),
  'v3-response-verify': notBuilt('Alipay REST v3'),
  'bill-business-csv': billCheck,
  'paycode-channel': payCodeCheck,
  'unionpay-sign': notBuilt('UnionPay'),
  'unionpay-verify': notBuilt('UnionPay'),
  'unionpay-cert-id': notBuilt('UnionPay'),
  'unionpay-qra-md5': notBuilt('UnionPay QRA'),
}
