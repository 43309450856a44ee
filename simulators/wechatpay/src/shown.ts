import type { Reply } from './api.ts'
import { type Knock, serialIn } from './door.ts'
import { mediaPath } from './media.ts'

/* What of an API call may be shown to a person: everything but tokens and sealed texts. */

const hidden = new Set([
  'ciphertext',
  'access_token',
  'refresh_token',
  'bank_account',
  'real_name',
  'auth_code',
  'name',
  'download_url',
  'encrypt_key',
  'package_info',
  'user_name',
  'contact_name',
  'contact_id_number',
  'mobile_phone',
  'contact_email',
  'id_card_name',
  'id_card_number',
  'id_card_address',
  'account_name',
  'account_number',
])
const veil = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(veil)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hidden.has(name) ? '…' : veil(one)]))
      : value

function read(text: string): unknown {
  if (text === '') return null
  if (text.startsWith('<xml>'))
    return Object.fromEntries(
      [...text.replace(/^<xml>/, '').matchAll(/<(\w+)>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?<\/\1>/g)].map(
        ([, name = '', value = '']) => [name, hidden.has(name) || name === 'sign' ? '…' : value],
      ),
    )
  try {
    return JSON.parse(text)
  } catch {
    return text.slice(0, 200)
  }
}

const amountIn = (body: unknown): string => {
  const { amount, transfer_amount: transferred } = (body ?? {}) as {
    amount?: { refund?: unknown; total?: unknown }
    transfer_amount?: unknown
  }
  const fen = amount?.refund ?? amount?.total ?? transferred
  return typeof fen === 'number' ? `  ¥${(fen / 100).toFixed(2)}` : ''
}

/** One line and the details of a request with its answer. */
export function shownCall(knock: Knock, reply: Reply): { readonly title: string; readonly detail: unknown } {
  const request =
    knock.url === mediaPath ? `${knock.body.length} bytes` : read(Buffer.from(knock.body).toString('utf8'))
  const answer = typeof reply.body === 'string' ? read(reply.body) : `${reply.body.length} bytes`
  const code = (answer as { code?: unknown } | null)?.code
  const told = (answer as { trade_state?: unknown; status?: unknown; state?: unknown } | null) ?? {}
  const said = code ?? told.trade_state ?? told.status ?? told.state ?? reply.status
  const serial = serialIn(knock.headers)
  return {
    title: `${knock.method} ${knock.url.replace(/(\?token=)\w+/, '$1…')}${amountIn(request)}  → ${said}${reply.cut ? ' (cut)' : ''}`,
    detail: {
      request: { ...(serial === undefined ? {} : { 'Wechatpay-Serial': serial }), body: veil(request) },
      answer: {
        status: reply.status,
        'Request-ID': reply.headers['Request-ID'],
        'Wechatpay-Serial': reply.headers['Wechatpay-Serial'],
        body: veil(answer),
      },
    },
  }
}

/** The answer of the OAuth exchange without its tokens. */
export const shownOauth = (said: Readonly<Record<string, unknown>>): unknown => veil(said)
