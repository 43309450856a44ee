import type { ErrorView, LotView } from '@lanepay/cloud/driver/api.ts'
import type { Answer, Ask, Failure, ProblemCode } from '../logic/stage.ts'
import { zhCn } from '../texts/zh-cn.ts'

declare global {
  interface Window {
    /** The first question, put by `index.html` while this script was still on its way. Taken once. */
    asked?: Promise<Response> | undefined
  }
}

/** How long an answer is waited for, in ms. The lot and the channel have their own, shorter patience behind the server. */
const patience = { code: 10_000, quote: 15_000, pay: 25_000, payment: 12_000, enter: 20_000 } as const

export type Asked = { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly failure: Failure }

/** Puts one question to the server. Never throws: no answer is `line`. */
export async function askServer(code: string, what: Ask): Promise<Asked> {
  const of = `/api/driver/codes/${encodeURIComponent(code)}`
  switch (what.ask) {
    case 'code': {
      const early = window.asked
      window.asked = undefined
      return answerOf(what.ask, (signal) => early ?? fetch(of, { signal, cache: 'no-store' }))
    }
    case 'quote':
      return answerOf(what.ask, post(`${of}/quote`, what.plate === null ? {} : { plate: what.plate }))
    case 'pay':
      return answerOf(what.ask, post(`${of}/pay`, { quote: what.quote }))
    case 'enter':
      return answerOf(what.ask, post(`${of}/enter`, {}))
    case 'payment':
      return answerOf(what.ask, (signal) =>
        fetch(`/api/driver/payments/${what.payment}${what.urgent ? '?ask=1' : ''}`, { signal, cache: 'no-store' }),
      )
  }
}

/** Calls the attendant for a paid stay before a shut gate; false when nobody heard it. */
export async function askForHelp(payment: string): Promise<boolean> {
  try {
    return (await withPatience(15_000, post(`/api/driver/payments/${payment}/help`, {}))).ok
  } catch {
    return false
  }
}

/** Whether the lot of this code is reached now; null when nobody said. */
export async function lookAtLot(code: string): Promise<boolean | null> {
  try {
    const path = `/api/driver/codes/${encodeURIComponent(code)}/lot`
    const view = await withPatience(
      8_000,
      async (signal) => (await (await fetch(path, { signal, cache: 'no-store' })).json()) as Partial<LotView>,
    )
    return view.lotOnline ?? null
  } catch {
    return null // a lost line is said by whatever the page asks next
  }
}

export const post = (path: string, body: object) => (signal: AbortSignal) =>
  fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal })

async function answerOf(ask: Ask['ask'], send: (signal: AbortSignal) => Promise<Response>): Promise<Asked> {
  const line: Asked = { ok: false, failure: { kind: 'line' } }
  try {
    const [ok, body] = await withPatience(patience[ask], async (signal) => {
      const response = await send(signal)
      return [response.ok, (await response.json()) as unknown] as const
    })
    if (ok) return { ok: true, answer: { ask, view: body } as Answer }
    const error = (body as Partial<ErrorView> | null)?.error
    if (typeof error?.code !== 'string') return line
    return { ok: false, failure: { ...error, kind: 'problem', code: known(error.code) } as Failure }
  } catch {
    return line // also when something between us and the server answered with a page of its own
  }
}

const known = (code: string): ProblemCode => (code in zhCn.problems ? (code as ProblemCode) : 'unknown')

/** `AbortSignal.timeout` is younger than many wallets' browsers. */
export async function withPatience<T>(ms: number, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      ending.abort()
      reject(new Error('no answer in time'))
    }, ms)
  })
  try {
    return await Promise.race([send(ending.signal), over])
  } finally {
    clearTimeout(timer)
  }
}
