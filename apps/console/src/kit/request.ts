import { hear } from './clock.ts'
import { Problem, problemOf } from './problem.ts'

/** Filters and the like, beside a path; what is undefined or empty is not asked for. */
export type Words = Readonly<Record<string, string | number | undefined>>

/** A path with its words, in the order in which they are given. */
export function withWords(path: string, words: Words = {}): string {
  const said = Object.entries(words).flatMap(([key, word]) =>
    word === undefined || word === '' ? [] : [[key, String(word)]],
  )
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said)}`
}

/** A page elsewhere cannot send it without asking first, and nobody allows it (services/cloud/src/staff/own-page.ts). */
const ownPage = { 'x-lanepay-staff': '1' } as const
const aMinute = 60_000

/**
 * Asks the cloud, and answers what it says.
 * @throws Problem for every other answer, and `offline` when none came.
 */
export async function request<Answer>(
  path: string,
  told: {
    readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    /** JSON, or bytes as they are. */
    readonly body?: object | Blob
    readonly headers?: Readonly<Record<string, string>>
    readonly signal?: AbortSignal
  } = {},
): Promise<Answer> {
  const { method = 'GET', body, headers = {}, signal } = told
  const isBytes = body instanceof Blob
  const timeout = AbortSignal.timeout(aMinute)
  const response = await fetch(path, {
    method,
    headers: {
      ...ownPage,
      ...(body === undefined ? {} : { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body) }),
    cache: 'no-store',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((error: Error) => {
    if (signal?.aborted) throw error
    throw new Problem({ code: 'offline', status: 0 })
  })
  if (!response.ok) throw await problemOf(response)
  const answer = (await response.json().catch(() => {
    throw new Problem({ code: 'unclear', status: response.status })
  })) as Answer & { readonly now?: unknown }
  if (typeof answer?.now === 'number') hear(answer.now)
  return answer
}
