import { type KeyObject, randomFillSync, sign } from 'node:crypto'
import { promisify } from 'node:util'

const signOnThreadPool = promisify<string, Buffer, KeyObject, Buffer>(sign)

/**
 * RSASSA-PKCS1-v1_5 with SHA-256, as base64. Asynchronous on purpose: one signature costs about 0.3 ms of a core, and
 * order creation is bound by exactly two of them, so they run on the thread pool and not on the event loop.
 */
export async function signText(privateKey: KeyObject, text: string): Promise<string> {
  return (await signOnThreadPool('sha256', Buffer.from(text), privateKey)).toString('base64')
}

/** Each line ended by LF, the last one too: the shape of every text WeChat Pay v3 signs. */
export const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('')

/** One request as it is signed. `path` carries the raw query and no host, so a stand-by host gets the same signature. */
export type Signable = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Seconds since 1970, as text. */
  readonly timestamp: string
  readonly nonce: string
  /** Exactly as sent; empty for GET. For an upload, the JSON text of the `meta` part. */
  readonly body: string
}

/** The five lines of wechat-pay.md 4. */
export const requestText = ({ method, path, timestamp, nonce, body }: Signable): string =>
  lines(method, path, timestamp, nonce, body)

export type Signer = { readonly mchid: string; readonly serial: string; readonly privateKey: KeyObject }

/** The `Authorization` header of one request (wechat-pay.md 4). Costs one signature. */
export async function authorization(signer: Signer, request: Signable): Promise<string> {
  const signature = await signText(signer.privateKey, requestText(request))
  const items = {
    mchid: signer.mchid,
    nonce_str: request.nonce,
    signature,
    timestamp: request.timestamp,
    serial_no: signer.serial,
  }
  const list = Object.entries(items).map(([name, value]) => `${name}="${value}"`)
  return `WECHATPAY2-SHA256-RSA2048 ${list.join(',')}`
}

const nonceBytes = 16
const drawn = Buffer.alloc(256 * nonceBytes)
let used = drawn.length

/** 32 random characters, 128 bits. Randomness is drawn for many at once: an order takes two, and each draw has its price. */
export function randomNonce(): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += nonceBytes
  return drawn.toString('hex', used - nonceBytes, used).toUpperCase()
}
