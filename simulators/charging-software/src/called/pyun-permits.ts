import type { CalledLot } from './lot.ts'
import type { Permit } from './permits.ts'

type Fields = Readonly<Record<string, unknown>>
const day = 86_400_000
/** How it numbers what is sold by time. */
const types: Readonly<Record<number, number>> = { 1: 1, 3: 6, 6: 7, 12: 5 }
const instant = (text: unknown): number | null => {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(String(text))
  return parts === null ? null : Date.parse(`${parts.slice(1, 4).join('-')}T${parts.slice(4).join(':')}+08:00`)
}

/** 4pyun's services of permits, which say what each holder is called beside (lot-devices.md 5.1). `written`: an instant as it writes one. */
export function pyunPermits(lot: CalledLot, written: (ms: number) => string) {
  const vipOf = (permit: Permit): Fields => ({
    ...{ card_id: permit.id, card_no: `1${permit.id}`, plate: permit.plate, type: types[permit.months] },
    ...{ realname: '唐某', mobile: permit.phone ?? '', id_card: '510000199001010000' },
    ...{ charge_type: '22', charge_desc: '包月车_小型车' },
    ...(lot.faults().otherSpelling ? {} : { charge_price: permit.priceFen }),
    ...{ create_time: written(permit.from), expire_time: written(permit.until).slice(0, 8) },
    balance: Math.floor((permit.until - lot.now()) / day),
    ...(permit.most === null ? {} : { renewal_limit_time: written(permit.most).slice(0, 8) }),
  })
  /** A list, or the JSON text of one, as its two ways of being connected have it. */
  const listed = (items: readonly Fields[]) => (lot.faults().otherSpelling ? items : `${JSON.stringify(items)}\n`)
  // Counts are no time, and nobody renews one here.
  const counted = { card_id: '9', type: 3, balance: 4, charge_price: 100, expire_time: '20991231', plate: '' }
  return {
    'vip.query': async ({ plate }: Fields): Promise<Fields> => {
      const permit = lot.permitOf(String(plate))
      if (permit === null) return { result_code: '1002', message: '没有查到相关固定车记录' }
      return { result_code: '1001', message: 'O.K.', vips: listed([{ ...counted, plate }, vipOf(permit)]) }
    },
    'charge_type.list': async (): Promise<Fields> => ({
      ...{ result_code: '1001', message: '操作成功' },
      row: listed([
        { id: '37', name: '储值车头', vip_type: 2, price: 3 },
        { id: '22', name: '测试月租B', vip_type: 1, price: 20_000 },
      ]),
    }),
    'vip.renewal': async (said: Fields): Promise<Fields> => {
      const { plate, card_id, type, value, quantity, pay_serial, pay_value, pay_time, pay_origin } = said
      const [from, to] = [instant(said.renewal_start_time), instant(said.renewal_end_time)]
      if (from === null || to === null || instant(pay_time) === null || !/^\d+$/.test(String(pay_origin)))
        return { result_code: '1500', message: '时间格式错误' }
      const permit = lot.permitOf(String(plate))
      if (permit === null || permit.id !== card_id || lot.faults().refusesPayments)
        return { result_code: '1002', message: '没有查到相关固定车记录' }
      const isKnown = lot.renewals.some(({ payment }) => payment === pay_serial)
      // It is good until the end of the day that it says.
      const days = Math.round((to - instant(`${written(permit.until).slice(0, 8)}235959`)!) / day)
      const isRight = String(types[permit.months]) === type && /^\d+$/.test(String(quantity)) && Number(value) === days
      if (!isKnown && (!isRight || Number(pay_value) !== permit.priceFen * Number(quantity)))
        return { result_code: '1500', message: '续费参数错误' }
      const renewal = { payment: String(pay_serial), from, to, amountFen: Number(pay_value) }
      return lot.renewFor(String(plate), renewal) ? { result_code: '1001' } : { result_code: '1500', message: '已过期' }
    },
  }
}
