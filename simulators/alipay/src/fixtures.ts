import { createPrivateKey, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AlipaySettings } from '@lanepay/channels/alipay/settings.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { AlipaySdk } from 'alipay-sdk'
import { certificateSn, rootSn } from './certificates.ts'

/* What the live tests share. The SDK stamps requests in the host's zone, so the tests run in Beijing's. */
process.env.TZ = 'Asia/Shanghai'

/** A clock that only moves when it is pushed: noon in Beijing, so that no test runs into midnight. */
export class StillClock implements Clock {
  #now = Date.parse('2026-11-24T04:00:00Z')
  now(): Instant {
    return this.#now as Instant
  }
  advance(ms: number): void {
    this.#now += ms
  }
}

export type Form = Record<string, string>

/** A merchant's notification address: keeps what arrives and answers with `answer`. */
export async function merchant() {
  const heard: Form[] = []
  const raw: string[] = []
  const say = { status: 200, body: 'success', waitMs: 0 }
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    heard.push(Object.fromEntries(new URLSearchParams(body)))
    raw.push(body)
    response.writeHead(say.status).end(say.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    heard,
    raw,
    say,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify/alipay`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Waits until `holds`, and fails loudly when it never does. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let left = 800; !holds(); left--) {
    if (left === 0) throw new Error(`never happened: ${what}`)
    await sleep(25)
  }
}

/** A folder that is gone after the test. */
export function folder(t: { after(work: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'alipay-simulator-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** The independent client, configured the way its documentation says. */
export function sdkOf(settings: AlipaySettings): AlipaySdk {
  const { verify } = settings
  return new AlipaySdk({
    appId: settings.appId,
    privateKey: settings.appPrivateKey,
    gateway: settings.gateway,
    timeout: 20_000,
    ...(settings.contentKey ? { encryptKey: settings.contentKey } : {}),
    ...(verify.mode === 'public-key'
      ? { alipayPublicKey: verify.alipayPublicKey }
      : {
          appCertContent: verify.appCertificate,
          alipayPublicCertContent: verify.alipayCertificate,
          alipayRootCertContent: verify.rootCertificates,
        }),
  })
}

let counter = 0
/** A number nobody used yet. */
export const newNumber = (): string => `${Date.now()}${String(++counter).padStart(6, '0')}`

const beijing = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

/** Parameters of a right call; a test changes what it is about before signing. */
export const callParams = (settings: AlipaySettings, method: string, biz: object, now: Instant): Form => ({
  app_id: settings.appId,
  method,
  format: 'JSON',
  charset: 'utf-8',
  sign_type: 'RSA2',
  timestamp: beijing(now),
  version: '1.0',
  biz_content: JSON.stringify(biz),
})

/** Signs by hand: the third opinion beside the simulator's own code and the SDK's. */
export function signByHand(settings: AlipaySettings, params: Form): string {
  const text = Object.entries(params)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const key = createPrivateKey({ key: Buffer.from(settings.appPrivateKey, 'base64'), format: 'der', type: 'pkcs1' })
  return sign('sha256', Buffer.from(text), key).toString('base64')
}

/** Sends parameters as the SDK does: all but `biz_content` in the query. */
export async function post(settings: AlipaySettings, params: Form): Promise<{ status: number; text: string }> {
  const { biz_content: biz, ...rest } = params
  const answer = await fetch(`${settings.gateway}?${new URLSearchParams(rest)}`, {
    method: 'POST',
    body: new URLSearchParams(biz === undefined ? {} : { biz_content: biz }),
  })
  return { status: answer.status, text: await answer.text() }
}

export type Said = Record<string, string> & { member: string }

/** The content of the answer's first member, with the member's name. */
export function saidIn(text: string): Said {
  const [member, said] = Object.entries(JSON.parse(text) as object)[0] as [string, Record<string, string>]
  return { ...said, member } as Said
}

/** One call signed by hand, as `method` and content; what the gateway said. */
export async function callByHand(
  settings: AlipaySettings,
  call: { readonly method: string; readonly biz: object; readonly now: Instant; readonly top?: Form },
): Promise<Said> {
  const params = { ...callParams(settings, call.method, call.biz, call.now), ...call.top }
  return saidIn((await post(settings, { ...params, sign: signByHand(settings, params) })).text)
}

/** Certificate mode: what a request has to name beside the rest. */
export function requestSnsOf({ verify }: AlipaySettings): Form {
  if (verify.mode !== 'certificate') return {}
  return { app_cert_sn: certificateSn(verify.appCertificate), alipay_root_cert_sn: rootSn(verify.rootCertificates) }
}
