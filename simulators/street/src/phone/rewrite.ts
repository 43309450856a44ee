import type { WalletName } from './phone.ts'

/*
 * The phone's origin stands for several sites: the cloud at its root, each wallet under `/~<wallet>`. Everything an answer
 * says of those sites is put into the phone's own terms here.
 */

export type Sites = {
  /** Where the cloud is, and every other address it goes by (what codes say, what it calls itself). */
  readonly cloud: string
  readonly cloudAlso: readonly string[]
  readonly wallets: Readonly<Partial<Record<WalletName, string>>>
}
export type Target = {
  readonly site: 'cloud' | WalletName
  /** Path and query on that site. */
  readonly path: string
  readonly url: string
}

const trimmed = (url: string): string => url.replace(/\/+$/, '')

/** Where a request to the phone's origin goes. */
export function targetOf(path: string, { cloud, wallets }: Sites): Target {
  const [, name, rest = ''] = /^\/~([a-z]+)(\/.*)?$/.exec(path) ?? []
  const wallet = name as WalletName | undefined
  const url = wallet === undefined ? undefined : wallets[wallet]
  if (wallet !== undefined && url !== undefined) {
    const on = rest === '' ? '/' : rest
    return { site: wallet, path: on, url: trimmed(url) + on }
  }
  return { site: 'cloud', path, url: trimmed(cloud) + path }
}

/** An address as this phone reaches it: a path where it is one of the sites, else null. */
export function pathOnPhone(address: string, from: string, sites: Sites): string | null {
  const url = URL.parse(address, from)
  if (!url) return null
  const tail = (base: string): string | null => {
    const at = URL.parse(base)
    if (!at || at.origin !== url.origin) return null
    const folder = trimmed(at.pathname)
    return url.pathname.startsWith(`${folder}/`) ? url.pathname.slice(folder.length) + url.search + url.hash : null
  }
  for (const base of [sites.cloud, ...sites.cloudAlso]) {
    const path = tail(base)
    if (path !== null) return path
  }
  for (const [wallet, base] of Object.entries(sites.wallets)) {
    const path = tail(base)
    if (path !== null) return `/~${wallet}${path}`
  }
  return null
}

const notPassedOn = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'location',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'x-frame-options',
])

/** The answer's headers for the frame: nothing that forbids it to be one, nothing that only holds for one connection. */
export function headersForFrame(headers: Iterable<readonly [string, string]>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (notPassedOn.has(key)) continue
    const said = key.startsWith('content-security-policy') ? policyForFrame(value) : value
    if (said !== '') kept[key] = said
  }
  return kept
}

/**
 * A content security policy with room for the wallet: a real wallet's bridge is not subject to the page's policy, ours is
 * one script and one address of the page's own origin. Everything else the policy forbids stays forbidden.
 */
export function policyForFrame(policies: string): string {
  return policies
    .split(',')
    .map((policy) => {
      const directives = policy
        .split(';')
        .map((directive) => directive.trim())
        .filter((directive) => directive !== '' && !/^(?:frame-ancestors|upgrade-insecure-requests)\b/i.test(directive))
      const find = (name: string) => directives.findIndex((one) => one.toLowerCase().split(/\s+/)[0] === name)
      const fallback = directives[find('default-src')]
      const allow = (name: string) => {
        const at = find(name)
        const said = at >= 0 ? directives[at]! : fallback?.replace(/^\S+/, name)
        if (said === undefined || /\s(?:'self'|\*)(?:\s|$)/i.test(said)) return
        const widened = `${said.replace(/\s+'none'/i, '')} 'self'`
        if (at >= 0) directives[at] = widened
        else directives.push(widened)
      }
      allow('script-src')
      if (find('script-src-elem') >= 0) allow('script-src-elem')
      allow('connect-src')
      return directives.join('; ')
    })
    .filter((policy) => policy !== '')
    .join(', ')
}

/** The page with one more script, before its own. */
export function withScript(html: string, src: string): string {
  const tag = `<script src="${src}"></script>`
  const head = /<head(?:\s[^>]*)?>/i.exec(html) ?? /<html(?:\s[^>]*)?>/i.exec(html) ?? /<!doctype[^>]*>/i.exec(html)
  if (!head) return tag + html
  const at = head.index + head[0].length
  return html.slice(0, at) + tag + html.slice(at)
}
