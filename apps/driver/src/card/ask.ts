import type { CodeView, ErrorView, PaymentView, PayView } from '@lanepay/cloud/driver/api.ts'
import type { CardQuoteView, CardsView } from '@lanepay/cloud/renewal/api.ts'
import { post, withPatience } from '../edge/ask.ts'

/** An answer, or why not: a code of the API's, or `line` where nobody answered. */
export type Told<View> = { readonly ok: true; readonly view: View } | { readonly ok: false; readonly code: string }

async function told<View>(ms: number, send: (signal: AbortSignal) => Promise<Response>): Promise<Told<View>> {
  try {
    return await withPatience(ms, async (signal) => {
      const response = await send(signal)
      const body = (await response.json()) as View & Partial<ErrorView>
      return response.ok ? { ok: true, view: body } : { ok: false, code: body.error?.code ?? 'line' }
    })
  } catch {
    return { ok: false, code: 'line' }
  }
}

/** The questions of the page of month cards. None of them throws. */
export function askingOf(code: string) {
  const of = `/api/driver/codes/${encodeURIComponent(code)}`
  const get = (path: string) => (signal: AbortSignal) => fetch(path, { signal, cache: 'no-store' })
  return {
    code: () => told<CodeView>(10_000, get(of)),
    cards: (plate: string, phoneEnd: string) =>
      told<CardsView>(10_000, post(`${of}/cards`, { plate, ...(phoneEnd === '' ? {} : { phoneEnd }) })),
    quote: (asked: { plate: string; phoneEnd: string; card: string; months: number }) => {
      const { phoneEnd, ...rest } = asked
      return told<CardQuoteView>(
        15_000,
        post(`${of}/card-quote`, { ...rest, ...(phoneEnd === '' ? {} : { phoneEnd }) }),
      )
    },
    pay: (quote: string) => told<PayView>(25_000, post(`${of}/pay`, { quote })),
    payment: (number: string, urgent: boolean) =>
      told<PaymentView>(12_000, get(`/api/driver/payments/${number}${urgent ? '?ask=1' : ''}`)),
  }
}
export type Asking = ReturnType<typeof askingOf>
