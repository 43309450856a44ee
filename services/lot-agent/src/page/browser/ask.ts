import type { ErrorCode, ErrorView } from '../api.ts'

/** `no-line`: the agent did not answer. */
export type Refused = { readonly code: ErrorCode | 'no-line'; readonly rule: string }
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Refused }

/** Asks the agent; with a body, to do something. */
export async function ask<T>(path: string, body?: object): Promise<Answer<T>> {
  try {
    const response = await fetch(`/api/${path}`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const said = (await response.json()) as T | ErrorView
    if (response.ok) return { ok: true, value: said as T }
    const { code, rule } = said as ErrorView
    return { ok: false, error: { code, rule } }
  } catch {
    return { ok: false, error: { code: 'no-line', rule: '' } }
  }
}
