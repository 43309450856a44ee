import { createPrivateKey, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WechatPaySettings } from '@lanepay/channels/wechatpay/settings.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import type { WechatPaySimulator } from './simulator.ts'

/* What the live tests share. */

/** A clock that only moves when it is pushed. */
export class StillClock implements Clock {
  #now = Date.parse('2026-11-24T04:00:00Z')
  now(): Instant {
    return this.#now as Instant
  }
  advance(ms: number): void {
    this.#now += ms
  }
}

export type Json = Record<string, unknown>
export type Heard = { readonly headers: Readonly<Record<string, string>>; readonly body: string }

/** A merchant's notification address: keeps what arrives, byte for byte, and answers with `say`. */
export async function merchant() {
  const heard: Heard[] = []
  const say = { status: 200, body: '' }
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    heard.push({ headers: request.headers as Heard['headers'], body: Buffer.concat(chunks).toString('utf8') })
    response.writeHead(say.status).end(say.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    heard,
    say,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify/wechatpay`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
export type Merchant = Awaited<ReturnType<typeof merchant>>

/** Waits until `holds`, and fails loudly when it never does. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let left = 800; !holds(); left--) {
    if (left === 0) throw new Error(`never happened: ${what}`)
    await sleep(25)
  }
}

/** A folder that is gone after the test. */
export function folder(t: { after(work: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'wechatpay-simulator-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

let counter = 0
/** A number nobody used yet. */
export const newNumber = (): string => `${Date.now()}${String(++counter).padStart(6, '0')}`

/** The body of a right order for `driver-1`; a test changes what it is about. */
export function orderBody({ settings, subMchid, control }: WechatPaySimulator, changes: Json = {}): Json {
  const openid = control.openidOf('driver-1')
  return {
    ...(subMchid === undefined
      ? { appid: settings.appid, mchid: settings.mchid, payer: { openid } }
      : { sp_appid: settings.appid, sp_mchid: settings.mchid, sub_mchid: subMchid, payer: { sp_openid: openid } }),
    description: '停车费 阳光花园 粤B·1**45',
    out_trade_no: newNumber(),
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { total: 1000, currency: 'CNY' },
    ...changes,
  }
}

/** Where orders live, and who asks, as the query of a query. */
export function placeOf({ settings, subMchid }: WechatPaySimulator): { root: string; who: string; whoBody: Json } {
  if (subMchid === undefined) {
    const who = `mchid=${settings.mchid}`
    return { root: '/v3/pay/transactions', who, whoBody: { mchid: settings.mchid } }
  }
  return {
    root: '/v3/pay/partner/transactions',
    who: `sp_mchid=${settings.mchid}&sub_mchid=${subMchid}`,
    whoBody: { sp_mchid: settings.mchid, sub_mchid: subMchid },
  }
}

export type Request = {
  readonly method: 'GET' | 'POST'
  /** Path and raw query. */
  readonly path: string
  readonly body?: Json | string
  readonly now: Instant
  /** What the signature claims, where it is not the truth. */
  readonly claim?: {
    readonly mchid?: string
    readonly serial?: string
    readonly nonce?: string
    readonly text?: string
  }
  /** Replaces headers, or takes them away. */
  readonly headers?: Readonly<Record<string, string | null>>
}
export type Said = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly body: Json
  /** The number at the end of `Request-ID`. */
  readonly number: number
}

/** Signs by hand and sends with nothing but node:http: the third opinion beside the simulator's own code and the SDK's. */
export function call({ settings, url }: WechatPaySimulator, asked: Request): Promise<Said> {
  const { method, path, now, claim = {}, headers: changed = {} } = asked
  const body = asked.body === undefined ? '' : typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body)
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': 'test',
    ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    authorization: authorizationFor(settings, { method, path, body, now, ...claim }),
  }
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) delete headers[name]
    else headers[name] = value
  }
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}${path}`, { method, headers, agent: false }, async (response) => {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        const text = Buffer.concat(chunks).toString('utf8')
        const number = Number(/-(\d+)$/.exec(String(response.headers['request-id']))?.[1])
        const json = String(response.headers['content-type']).startsWith('application/json') && text !== ''
        const said = json ? (JSON.parse(text) as Json) : {}
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: said, number })
      } catch (error) {
        reject(error)
      }
    })
    request.on('error', reject)
    request.end(body)
  })
}

type Authorised = NonNullable<Request['claim']> & {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly now: Instant
}

/** The header of wechat-pay.md 4, over what is sent unless `text` says otherwise. */
export function authorizationFor(
  settings: WechatPaySettings,
  { method, path, body, now, ...claim }: Authorised,
): string {
  const timestamp = String(Math.floor(now / 1000))
  const nonce = claim.nonce ?? 'c5ac7061fccab6bf3e254dcf98995b8c'
  const text = claim.text ?? `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`
  const signature = signByHand(settings, text)
  const { mchid = settings.mchid, serial = settings.merchantSerial } = claim
  return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`
}

/** RSA-SHA256 with the merchant's key, base64. */
export const signByHand = (settings: WechatPaySettings, text: string): string =>
  sign('sha256', Buffer.from(text), createPrivateKey(settings.merchantPrivateKey)).toString('base64')

/** The argument of `getBrandWCPayRequest` for this handle, as a merchant's server makes it (wechat-pay.md 7.1). */
export function pageParams(settings: WechatPaySettings, prepayId: string, now: Instant): Record<string, string> {
  const params = {
    appId: settings.appid,
    timeStamp: String(Math.floor(now / 1000)),
    nonceStr: 'd1e5d9a7b6c34f0e9f5e',
    package: `prepay_id=${prepayId}`,
  }
  const paySign = signByHand(settings, `${Object.values(params).join('\n')}\n`)
  return { ...params, signType: 'RSA', paySign }
}

/** Merchant's own calls, signed by hand, at the clock's time. */
export function callsOf(simulator: WechatPaySimulator, clock: Clock) {
  const { root, who, whoBody } = placeOf(simulator)
  const get = (path: string) => call(simulator, { method: 'GET', path, now: clock.now() })
  const post = (path: string, body: Json | string, headers: Record<string, string> = {}) =>
    call(simulator, { method: 'POST', path, body, headers, now: clock.now() })
  const sub = simulator.subMchid === undefined ? {} : { sub_mchid: simulator.subMchid }
  return {
    get,
    post,
    create: (changes: Json = {}) => post(`${root}/jsapi`, orderBody(simulator, changes)),
    query: (number: string) => get(`${root}/out-trade-no/${number}?${who}`),
    queryTransaction: (id: string) => get(`${root}/id/${id}?${who}`),
    close: (number: string) => post(`${root}/out-trade-no/${number}/close`, whoBody),
    refund: (body: Json) => post('/v3/refund/domestic/refunds', { ...sub, ...body }),
    queryRefund: (number: string) =>
      get(`/v3/refund/domestic/refunds/${number}${simulator.subMchid ? `?sub_mchid=${simulator.subMchid}` : ''}`),
  }
}
export type Calls = ReturnType<typeof callsOf>

/** WeChat Pay's keys by the serial that messages name. */
export type PlatformKeys = Readonly<Record<string, string>>

/** The independent client, configured the way its documentation says. */
export function sdkOf(settings: WechatPaySettings, certs: PlatformKeys): Wechatpay {
  const { mchid, merchantSerial: serial, merchantPrivateKey: privateKey, hosts } = settings
  const config = { mchid, serial, privateKey, certs: { ...certs }, baseURL: `${hosts[0]}/`, timeout: 20_000 }
  // Whatever proxy the machine has, the simulator is not behind it.
  return new Wechatpay({ ...config, proxy: false })
}

/** The certificates of a download, opened by the SDK (wechat-pay.md 5.3). */
export function openCertificates({ apiV3Key }: WechatPaySettings, answer: Json): PlatformKeys {
  type Entry = {
    serial_no: string
    encrypt_certificate: { ciphertext: string; nonce: string; associated_data: string }
  }
  const entries = answer.data as Entry[]
  return Object.fromEntries(
    entries.map(({ serial_no, encrypt_certificate: { ciphertext, nonce, associated_data } }) => [
      serial_no,
      Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data),
    ]),
  )
}

/** Whether the signature of a message holds under the key it names: the SDK's opinion. */
export function verifies(certs: PlatformKeys, { headers, body }: Heard): boolean {
  const { 'wechatpay-timestamp': timestamp = '', 'wechatpay-nonce': nonce = '' } = headers
  const { 'wechatpay-serial': serial = '', 'wechatpay-signature': signature = '' } = headers
  const key = certs[serial]
  if (key === undefined) return false
  return Rsa.verify(Formatter.response(timestamp, nonce, body), signature, Rsa.from(key, 'public'))
}

export type Envelope = {
  readonly id: string
  readonly create_time: string
  readonly event_type: string
  readonly resource_type: string
  readonly summary: string
  readonly resource: Readonly<
    Record<'original_type' | 'algorithm' | 'ciphertext' | 'nonce' | 'associated_data', string>
  >
}
export const envelopeIn = ({ body }: Heard): Envelope => JSON.parse(body) as Envelope

/** What a notification says, opened by the SDK. Throws when it was tampered with. */
export function plaintextOf({ apiV3Key }: WechatPaySettings, heard: Heard): Json {
  const { ciphertext, nonce, associated_data } = envelopeIn(heard).resource
  return JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data)) as Json
}
