import { toYuan } from '@lanepay/domain/money.ts'
import { err, ok } from '@lanepay/domain/result.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import type { Permit, Permits } from '../permits.ts'
import { chinaTime, fenOfYuan, instantOf, listOf, type Members, objectOf, textOf } from '../values.ts'
import {
  firstOf,
  type JieshunSettings,
  jieshunAnswer,
  jieshunAsk,
  outcomeOf,
  plateForJieshun,
  plateOfJieshun,
} from './wire.ts'

const dayOf = (at: number): string => chinaTime(at).slice(0, 10)
/** A day counts to its last second. */
const lastSecondOf = (value: unknown): number | null => {
  const [day = ''] = (textOf(value) ?? '').split(' ')
  return instantOf(`${day} 23:59:59`)
}
/** In yuan, by the numbers of months that are sold. */
function pricesIn(value: unknown): Readonly<Record<string, Fen>> {
  const prices = Object.entries(objectOf(value) ?? {}).map(([months, yuan]) => [months, fenOfYuan(yuan)] as const)
  return Object.fromEntries(prices.filter((one): one is readonly [string, Fen] => one[1] !== null))
}

function permitOf(card: Members, phone: string | null, plate: string): Permit | null {
  const [permit, carNo] = [textOf(card.cardId), textOf(card.carNo)]
  if (permit === null || permit.length > 60 || carNo === null || plateOfJieshun(carNo) !== plate) return null
  return {
    ...{ permit, plates: [plate], product: textOf(card.cardType) ?? '', months: 1, most: null },
    ...{ until: lastSecondOf(card.endDate ?? card.endTime), price: pricesIn(card.package) },
    ...{ kind: null, phone, names: {} },
  }
}

/**
 * Month cards of JieShun's cloud: persons, each with the cards of the plate. A renewal names the day on which it ends and no payment, so the
 * card is looked at before it is told, and what does not say that it was done is known by the card.
 */
export const jieshunPermits: Permits<JieshunSettings> = {
  find: {
    ask: ({ plate }, around) => {
      const { parkCode, areaCode = parkCode } = around.settings
      return jieshunAsk(around, '3c.base.querypersonsbycar', {
        ...{ areaCode, carNo: plateForJieshun(plate, around.settings) },
      })
    },
    read: (said, { plate }) => {
      const answer = jieshunAnswer(said)
      if (!answer.ok) return answer
      const persons = listOf(answer.value.dataItems) ?? []
      return ok(
        persons.flatMap((person) => {
          const phone = textOf(objectOf(person.attributes)?.telephone)
          const cards = (listOf(person.subItems) ?? []).filter(({ objectId }) => objectId === 'CARD')
          return cards
            .map((card) => permitOf(objectOf(card.attributes) ?? {}, phone, plate))
            .filter((one) => one !== null)
        }),
      )
    },
  },
  unnumbered: true,
  renew: {
    ask: ({ permit, months, amountFen, from, to }, around) =>
      jieshunAsk(around, '3c.card.carddelay', {
        ...{ cardId: permit, month: months, money: toYuan(amountFen) },
        ...{ newBeginDate: dayOf(from), newEndDate: dayOf(to) },
      }),
    read: (said) => {
      const answer = jieshunAnswer(said)
      if (!answer.ok) return answer
      const outcome = outcomeOf(firstOf(answer.value))
      if (!outcome.ok) return outcome
      return outcome.value === 0
        ? ok(null)
        : err({ kind: 'refused', because: 'card-refused', detail: String(outcome.value) })
    },
  },
}
