import type { Reply } from './api.ts'
import type { Knock } from './door.ts'

/* What of an API call may be shown to a person: everything but keys, codes and sealed texts. */

const hidden = new Set(['ciphertext', 'secret', 'code', 'access_token', 'refresh_token', 'paySign'])
const veil = (value: unknown, names: ReadonlySet<string>): unknown =>
  Array.isArray(value)
    ? value.map((one) => veil(one, names))
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, names.has(name) ? '…' : veil(one, names)]))
      : value

function read(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text.slice(0, 200)
  }
}

const sealedInAnswers = new Set(['ciphertext'])

const amountIn = (body: unknown): string => {
  const amount = (body as { amount?: { refund?: unknown; total?: unknown } } | null)?.amount
  const fen = amount?.refund ?? amount?.total
  return typeof fen === 'number' ? `  ¥${(fen / 100).toFixed(2)}` : ''
}

/** One line and the details of a request with its answer. */
export function shownCall(knock: Knock, reply: Reply): { readonly title: string; readonly detail: unknown } {
  const request = read(Buffer.from(knock.body).toString('utf8'))
  const answer = read(reply.body)
  const code = (answer as { code?: unknown } | null)?.code
  const state = (answer as { trade_state?: unknown; status?: unknown } | null) ?? {}
  const said = code ?? state.trade_state ?? state.status ?? reply.status
  const serial = [knock.headers['wechatpay-serial']].flat()[0]
  return {
    title: `${knock.method} ${knock.url}${amountIn(request)}  → ${said}${reply.cut ? ' (cut)' : ''}`,
    detail: {
      request: { ...(serial === undefined ? {} : { 'Wechatpay-Serial': serial }), body: veil(request, hidden) },
      answer: {
        status: reply.status,
        'Request-ID': reply.headers['Request-ID'],
        'Wechatpay-Serial': reply.headers['Wechatpay-Serial'],
        body: veil(answer, sealedInAnswers),
      },
    },
  }
}

/** The answer of the OAuth exchange without its tokens. */
export const shownOauth = (said: Readonly<Record<string, unknown>>): unknown => veil(said, hidden)
