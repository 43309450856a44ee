import type { Said } from './lists.ts'

/* Month cards that the software of a lot sells itself: it says what so many months cost, and makes a card longer once it is paid. */

/** `until` in seconds, its last one. */
export type OwnCard = {
  readonly cardId: string
  readonly plates: readonly string[]
  readonly monthFen: number
  readonly until: number
  readonly phone?: string
  /** What its price says of who makes it longer; left out: nothing. */
  readonly cloudNotice?: number
}
export type CardAnswer = { readonly state: 0 | 1; readonly errmsg: string } & {
  readonly [name: string]: string | number
}

/** Strict: it prices no card that it has not, and takes no payment that is not of a price that it gave, to the fen. */
export function ownCards() {
  const cards = new Map<string, OwnCard>()
  /** By the number of the question: what it was for. */
  const prices = new Map<string, { readonly cardId: string; readonly months: number; readonly fen: number }>()
  const paid = new Set<string>()
  return {
    put: (card: OwnCard): void => void cards.set(card.cardId, card),
    one: (cardId: string): OwnCard | null => cards.get(cardId) ?? null,
    price(said: Said): CardAnswer {
      const tradeNo = String(said.trade_no ?? '')
      const card = cards.get(String(said.card_id))
      const isWell = tradeNo !== '' && /^[1-9]\d?$/.test(String(said.months)) && typeof said.months === 'string'
      if (!isWell || !/^\d{10}$/.test(String(said.start_time)))
        return { state: 0, trade_no: tradeNo, errmsg: '参数错误' }
      if (!card || String(said.car_number) !== card.plates.join(','))
        return { state: 0, trade_no: tradeNo, errmsg: '月卡不存在' }
      const months = Number(said.months)
      prices.set(tradeNo, { cardId: card.cardId, months, fen: months * card.monthFen })
      const price = ((months * card.monthFen) / 100).toFixed(2)
      const notice = card.cloudNotice === undefined ? {} : { cloud_notice: card.cloudNotice }
      return { state: 1, trade_no: tradeNo, price, errmsg: '', ...notice }
    },
    /** The same payment again is the same. */
    pay(said: Said, refuses: boolean): CardAnswer {
      const tradeNo = String(said.trade_no ?? '')
      const price = prices.get(String(said.out_trade_no))
      const card = cards.get(String(said.card_id))
      const answer = (state: 0 | 1, errmsg: string): CardAnswer => ({ state, trade_no: tradeNo, errmsg })
      if (paid.has(tradeNo)) return answer(1, '')
      const isIts = card && price?.cardId === card.cardId && price.months === said.months
      if (refuses || !isIts || Math.round(Number(said.pay_money) * 100) !== price.fen) return answer(0, '月卡已停用')
      paid.add(tradeNo)
      const from = new Date(Math.max(card.until, Number(said.start_time)) * 1000)
      const until = Math.floor(from.setUTCMonth(from.getUTCMonth() + price.months) / 1000)
      cards.set(card.cardId, { ...card, until })
      return answer(1, '')
    },
  }
}
