import type { CodeView, PaymentView, PayView } from '@lanepay/cloud/driver/api.ts'
import type { CardQuoteView, CardsView } from '@lanepay/cloud/renewal/api.ts'
import { post } from '../edge/ask.ts'
import { get, told } from '../edge/told.ts'

/** The questions of the page of month cards. None of them throws. */
export function askingOf(code: string) {
  const of = `/api/driver/codes/${encodeURIComponent(code)}`
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
