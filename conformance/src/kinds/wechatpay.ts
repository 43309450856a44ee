import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Channel } from '@lanepay/channels/channel.ts'
import { unseal } from '@lanepay/channels/wechatpay/aes-gcm.ts'
import { billHash, readBill } from '@lanepay/channels/wechatpay/bill.ts'
import { wechatPayChannel } from '@lanepay/channels/wechatpay/channel.ts'
import { jsapiParams, jsapiText, jssdkSignature } from '@lanepay/channels/wechatpay/jsapi.ts'
import { certificateRingKey, certificateSerial, publicRingKey } from '@lanepay/channels/wechatpay/key-ring.ts'
import { openNotification } from '@lanepay/channels/wechatpay/notification.ts'
import { decryptField } from '@lanepay/channels/wechatpay/oaep.ts'
import { wechatPayProduction } from '@lanepay/channels/wechatpay/settings.ts'
import { authorization, requestText, type Signable, signText } from '@lanepay/channels/wechatpay/sign.ts'
import { afterMicropay, afterReverse } from '@lanepay/channels/wechatpay/v2-answer.ts'
import { type V2Fields, type V2SignType, v2Sign, v2Text, v2Verifies } from '@lanepay/channels/wechatpay/v2-sign.ts'
import { readV2Xml } from '@lanepay/channels/wechatpay/v2-xml.ts'
import { checkSignature, readSignatureHeaders, verifies } from '@lanepay/channels/wechatpay/verify.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { type Check, type Checks, passed, type Verdict } from '../check.ts'

/*
 * Holds the WeChat Pay adapter against `vectors/wechat-pay.json`. Each check calls the function the product itself
 * calls; nothing is computed here but the comparison.
 */

type Vector = Parameters<Check>[0]
type Keys = { readonly privateKeyPem?: string; readonly publicKeyPem?: string; readonly certificatePem?: string }

const equal = (expected: unknown, actual: unknown): Verdict =>
  isDeepStrictEqual(expected, actual) ? passed : { passed: false, expected, actual }

const text = (vector: Vector, name: string): string => {
  const value = vector[name]
  if (typeof value !== 'string') throw new TypeError(`vector ${vector.id}: ${name} is not text`)
  return value
}

function keysOf(vector: Vector, file: Parameters<Check>[1]): Keys {
  const keys = (file.keys as Readonly<Record<string, Keys>> | undefined)?.[text(vector, 'keyRef')]
  if (!keys) throw new TypeError(`vector ${vector.id}: its keyRef is not in the file`)
  return keys
}

function pemOf(keys: Keys, name: keyof Keys): string {
  const pem = keys[name]
  if (!pem) throw new TypeError(`the key has no ${name}`)
  return pem
}

const privateKeyOf: (...args: Parameters<Check>) => KeyObject = (vector, file) =>
  createPrivateKey(pemOf(keysOf(vector, file), 'privateKeyPem'))

const signableOf = (vector: Vector): Signable => ({
  method: text(vector, 'method') === 'POST' ? 'POST' : 'GET',
  path: text(vector, 'url'),
  timestamp: text(vector, 'timestamp'),
  nonce: text(vector, 'nonce'),
  body: text(vector, 'body'),
})

const verifyCheck: Check = async (vector, file) => {
  const keys = keysOf(vector, file)
  const key =
    vector.use === 'certificate'
      ? certificateRingKey(pemOf(keys, 'certificatePem')).key
      : createPublicKey(pemOf(keys, 'publicKeyPem'))
  return equal(vector.expect, await verifies(key, Buffer.from(text(vector, 'message')), text(vector, 'signature')))
}

const authorizationCheck: Check = async (vector, file) => {
  const request = signableOf(vector)
  const privateKey = privateKeyOf(vector, file)
  const signer = { mchid: text(vector, 'mchid'), serial: text(vector, 'serial'), privateKey }
  return equal(
    { message: vector.message, signature: vector.signature, authorization: vector.authorization },
    {
      message: requestText(request),
      signature: await signText(privateKey, requestText(request)),
      authorization: await authorization(signer, request),
    },
  )
}

const jsapiCheck: Check = async (vector, file) => {
  const params = {
    appId: text(vector, 'appId'),
    timeStamp: text(vector, 'timeStamp'),
    nonceStr: text(vector, 'nonceStr'),
    package: text(vector, 'package'),
  }
  const signed = await jsapiParams(privateKeyOf(vector, file), params)
  return equal(
    { message: vector.message, signType: vector.signType, paySign: vector.paySign },
    { message: jsapiText(params), signType: signed.signType, paySign: signed.paySign },
  )
}

const gcmCheck: Check = (vector) => {
  const sealed = {
    nonce: text(vector, 'nonce'),
    associatedData: text(vector, 'aad'),
    ciphertext: text(vector, 'ciphertext'),
  }
  const plain = unseal(Buffer.from(text(vector, 'key')), sealed)
  return vector.expect === 'error'
    ? equal('error', plain.ok ? plain.value : 'error')
    : equal(vector.plaintext, plain.ok ? plain.value : plain.error)
}

const notificationCheck: Check = async (vector, file) => {
  const keys = keysOf(vector, file)
  const headers = vector.headers as Readonly<Record<string, string>>
  const raw = { headers, body: Buffer.from(text(vector, 'body')) }
  const now = (Number(vector.now) * 1000) as Instant
  const serial = headers['Wechatpay-Serial'] ?? ''
  const isPublicKey = serial.startsWith('PUB_KEY_ID_')
  const ring = [
    isPublicKey
      ? publicRingKey({ id: serial, pem: pemOf(keys, 'publicKeyPem') })
      : certificateRingKey(pemOf(keys, 'certificatePem')),
  ]
  const opened = await openNotification(
    async (given, body) => {
      const signed = readSignatureHeaders(given)
      return signed.ok ? checkSignature(ring, signed.value, body, now) : signed
    },
    Buffer.from(text(vector, 'apiV3Key')),
    raw,
  )
  const expect = vector.expect as Readonly<Record<string, unknown>>
  const layer =
    expect.accept === false
      ? equal('refused', opened.ok ? 'accepted' : 'refused')
      : equal(
          { eventType: expect.eventType, plaintext: expect.plaintext },
          opened.ok ? { eventType: opened.value.event, plaintext: opened.value.plaintext } : opened.error,
        )
  // The samples with a 16-byte key end here: the settings of an account insist on the 32 bytes of production.
  if (!('passed' in layer) || !layer.passed || vector.keyBytes !== 32 || !isPublicKey) return layer
  return wholeChannelCheck(channelOf(vector, file, serial, now), raw, expect.accept !== false)
}

/** The same bytes through the adapter's front door: accepted or refused, and with what HTTP status that is answered. */
async function wholeChannelCheck(
  channel: Channel,
  raw: Parameters<Channel['readNotification']>[0],
  accepted: boolean,
): Promise<Verdict> {
  const heard = await channel.readNotification(raw)
  const { status } = channel.replyTo(heard.ok ? 'accepted' : 'refused')
  return equal({ accepted, answeredAsError: !accepted }, { accepted: heard.ok, answeredAsError: status >= 400 })
}

function channelOf(vector: Vector, file: Parameters<Check>[1], publicKeyId: string, now: Instant): Channel {
  const keys = keysOf(vector, file)
  return wechatPayChannel(
    {
      ...wechatPayProduction,
      mode: 'partner',
      mchid: '1900000100',
      appid: 'wx8888888888888888',
      appSecret: 'not used here',
      merchantPrivateKey: pemOf(keys, 'privateKeyPem'),
      merchantSerial: certificateSerial(new X509Certificate(pemOf(keys, 'certificatePem'))),
      apiV3Key: text(vector, 'apiV3Key'),
      publicKey: { id: publicKeyId, pem: pemOf(keys, 'publicKeyPem') },
    },
    { clock: { now: () => now } },
  )
}

const oaepCheck: Check = (vector, file) => {
  const plain = decryptField(privateKeyOf(vector, file), text(vector, 'ciphertext'))
  return equal(vector.plaintext, plain.ok ? plain.value : plain.error)
}

const v2SignCheck: Check = (vector) => {
  const fields = vector.params as V2Fields
  const sign = v2Sign(fields, text(vector, 'key'), vector.signType as V2SignType)
  return equal({ stringA: vector.stringA, sign: vector.sign }, { stringA: v2Text(fields), sign })
}

/** The steps of wechat-pay.md 11.3 by the names the vectors give them. */
const stepNames: Readonly<Record<string, string>> = {
  'reverse-again': 'call reverse again with the same order number',
}

const v2XmlCheck: Check = (vector) => {
  const fields = readV2Xml(text(vector, 'xml'))
  if (!fields.ok) return equal(vector.fields, fields.error)
  const step = 'recall' in fields.value ? afterReverse(fields.value) : afterMicropay(fields.value)
  return equal(
    { fields: vector.fields, verifies: vector.expect, next: vector.then },
    {
      fields: fields.value,
      verifies: v2Verifies(fields.value, text(vector, 'key'), vector.signType as V2SignType),
      next: stepNames[step] ?? step,
    },
  )
}

const jssdkCheck: Check = (vector) =>
  equal(
    vector.signature,
    jssdkSignature({
      ticket: text(vector, 'jsapi_ticket'),
      nonce: text(vector, 'noncestr'),
      timestamp: text(vector, 'timestamp'),
      url: text(vector, 'url'),
    }),
  )

const billCheck: Check = (vector) => {
  const file = Buffer.from(text(vector, 'csvBase64'), 'base64')
  const bill = readBill(file)
  const { note: _, ...expected } = vector.expect as Readonly<Record<string, unknown>>
  if (!bill.ok) return equal(expected, bill.error)
  const { header, rows, summary } = bill.value
  return equal(
    { sha1: vector.sha1, ...expected },
    { sha1: billHash(file), header, rowCount: rows.length, firstRow: rows[0], lastRow: rows.at(-1), summary },
  )
}

/** One check per `kind` of `vectors/wechat-pay.json` (wechat-pay.md, appendix). */
export const wechatPayChecks: Checks = {
  'rsa-sha256-sign': async (vector, file) =>
    equal(vector.signature, await signText(privateKeyOf(vector, file), text(vector, 'message'))),
  'rsa-sha256-verify': verifyCheck,
  'certificate-serial': (vector, file) =>
    equal(vector.serial, certificateSerial(new X509Certificate(pemOf(keysOf(vector, file), 'certificatePem')))),
  'v3-request-message': (vector) => equal(vector.message, requestText(signableOf(vector))),
  'v3-authorization': authorizationCheck,
  'jsapi-pay-sign': jsapiCheck,
  'aes-gcm-decrypt': gcmCheck,
  'v3-notification': notificationCheck,
  'rsa-oaep-decrypt': oaepCheck,
  'v2-sign': v2SignCheck,
  'v2-xml-verify': v2XmlCheck,
  'jssdk-sign': jssdkCheck,
  'bill-trade': billCheck,
}
