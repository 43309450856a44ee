import type { KeyObject } from 'node:crypto'
import { rsa2 } from './rsa2.ts'

/** Parameters of a request or a notification, decoded. */
export type Params = Readonly<Record<string, string>>

/**
 * The text a signature is over: `name=value` with raw values, sorted by name, without what is empty (alipay.md 2.4, 8.2).
 * A request leaves out `sign`; which names a notification leaves out depends on its family.
 */
export const signedText = (params: Params, without: readonly string[] = ['sign']): string =>
  Object.entries(params)
    .filter(([name, value]) => value !== '' && !without.includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

/** The parameters that are sent: without the empty ones, with the signature last. Costs one RSA signature. */
export async function signParams(privateKey: KeyObject, params: Params): Promise<Params> {
  const { sign: _, ...sent } = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== ''))
  return { ...sent, sign: await rsa2(privateKey, signedText(sent)) }
}

/** What the official clients put in the body; `charset` has to stay in the query to be read before it (alipay.md 2.3). */
const inBody = ['encrypt_type', 'biz_content', 'grant_type', 'code', 'refresh_token']

/** Signed parameters as an HTTP message. */
export function httpParts(params: Params): { readonly query: string; readonly body: string } {
  const form = (wanted: boolean) =>
    new URLSearchParams(Object.entries(params).filter(([name]) => inBody.includes(name) === wanted)).toString()
  return { query: form(false), body: form(true) }
}
