import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotError } from '../lot-system.ts'
import { saidNo, unreadable } from '../lot-system.ts'
import type { Permit, Permits, PermitTariff } from '../permits.ts'
import { fenOf, instantOf, listOf, type Members, textOf, wholeOf } from '../values.ts'
import { originOf } from './origin.ts'
import { type PyunNo, type PyunSettings, pyunAnswer, pyunAsk, pyunError, pyunTime } from './wire.ts'

/** Months of one period of what is sold by time (`type`); stored money, counts and days, and what is free, are none. */
const monthsOf: Readonly<Record<string, number>> = { 1: 1, 5: 12, 6: 3, 7: 6 }
const repeated = 1403
const nobody = 1002

/** A day counts to its last second. */
const lastSecondOf = (value: unknown): number | null => {
  const text = textOf(value)
  return instantOf(text !== null && /^\d{8}$/.test(text) ? `${text}235959` : text)
}
const errorOf = (no: PyunNo): LotError =>
  no.code === nobody ? saidNo('card-unknown', no.code, no.text) : pyunError(no)

function permitOf(vip: Members, plate: string): Permit | null {
  const { card_id, card_no, type, charge_type, charge_desc, charge_price, mobile } = vip
  const months = monthsOf[String(type)]
  const [id, number] = [textOf(card_id), textOf(card_no)]
  const permit = id ?? number ?? plate
  // The name of one is a part of a page's address.
  if (months === undefined || permit.length > 60) return null
  return {
    ...{ permit, plates: [textOf(vip.plate) ?? plate], product: textOf(charge_desc) ?? '', months },
    ...{ until: lastSecondOf(vip.expire_time), most: lastSecondOf(vip.renewal_limit_time) },
    ...{ price: fenOf(charge_price), kind: textOf(charge_type), phone: textOf(mobile) },
    names: {
      ...{ type: String(type) },
      ...(id === null ? {} : { card_id: id }),
      ...(number === null ? {} : { card_no: number }),
    },
  }
}

/** The members of a list in an answer, which may come as the JSON text of one; left out it is empty. */
function itemsIn(value: unknown, name: string): Result<readonly Members[], LotError> {
  if (value === undefined || value === null || value === '') return ok([])
  const items = listOf(value)
  return items === null ? err(unreadable(`${name} is no list`)) : ok(items)
}

/** Permits of 4pyun's protocol (lot-devices.md 5.1): a renewal says itself from when until when it is, so that told twice it is the same. */
export const pyunPermits: Permits<PyunSettings> = {
  find: {
    ask: ({ plate }, around) => pyunAsk(around, 'vip.query', { plate }),
    read: (said, { plate }) => {
      const answer = pyunAnswer(said)
      if (!answer.ok) return answer.error.code === nobody ? ok([]) : err(pyunError(answer.error))
      const vips = itemsIn(answer.value.vips, 'vips')
      return vips.ok ? ok(vips.value.map((vip) => permitOf(vip, plate)).filter((one) => one !== null)) : vips
    },
  },
  tariffs: {
    ask: (_, around) => pyunAsk(around, 'charge_type.list', {}),
    read: (said) => {
      const answer = pyunAnswer(said)
      if (!answer.ok) return err(pyunError(answer.error))
      const row = itemsIn(answer.value.row, 'row')
      if (!row.ok) return row
      return ok(
        row.value.flatMap(({ id, name, vip_type, price }): readonly PermitTariff[] => {
          const [kind, fen] = [textOf(id), fenOf(price)]
          const isTime = monthsOf[String(wholeOf(vip_type))] !== undefined
          return kind === null || fen === null || !isTime ? [] : [{ kind, name: textOf(name) ?? '', price: fen }]
        }),
      )
    },
  },
  renew: {
    ask: ({ plate, names, periods, until, from, to, payment, channel, amountFen, paidAt }, around) => {
      const [origin, name] = originOf(channel)
      // By how many days it ends later than before.
      const days = Math.round((to - (until ?? from - 1_000)) / 86_400_000)
      return pyunAsk(around, 'vip.renewal', {
        ...{ plate, ...names, pay_serial: payment, pay_time: pyunTime(paidAt), pay_value: String(amountFen) },
        ...{ value: String(days), quantity: String(periods), operator: 'Lanepay' },
        ...{ renewal_start_time: pyunTime(from), renewal_end_time: pyunTime(to) },
        ...{ pay_origin: origin, pay_origin_desc: name, pay_source: name },
      })
    },
    read: (said) => {
      const answer = pyunAnswer(said)
      // The same one, a moment ago.
      return answer.ok || answer.error.code === repeated ? ok(null) : err(errorOf(answer.error))
    },
  },
}
