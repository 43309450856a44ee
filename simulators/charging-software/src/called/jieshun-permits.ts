import type { CalledLot } from './lot.ts'

type Fields = Readonly<Record<string, unknown>>
const day = 86_400_000
const dayOf = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10)
const wrong = { resultCode: 2, message: '参数不正确' }

/** JieShun's services of month cards (lot-devices.md 5.3). A renewal has no number: told twice, it is noted twice. */
export function jieshunPermits(lot: CalledLot, parkCode: string) {
  const done = (dataItems: readonly Fields[]) => ({ resultCode: 0, message: '成功', dataItems })
  return {
    '3c.base.querypersonsbycar': async ({ areaCode, carNo }: Fields): Promise<Fields> => {
      if (areaCode !== parkCode || !/^.-/.test(String(carNo))) return wrong
      const permit = lot.permitOf(String(carNo).replace('-', ''))
      if (permit === null) return done([])
      const yuan = (months: number) => (permit.priceFen * months) / 100
      const card = {
        ...{ cardId: permit.id, carNo, physicalNo: permit.plate, cardType: '纯车牌月卡A' },
        ...{ beginDate: dayOf(permit.from), endDate: dayOf(permit.until), endTime: dayOf(permit.until) },
        package: JSON.stringify({ 1: yuan(1), 3: yuan(3), 12: yuan(12) }),
      }
      const person = { personCode: 'SZ000032', personName: '唐某', telephone: permit.phone ?? '', identityCode: '' }
      const item = (objectId: string, attributes: Fields, subItems: readonly Fields[]) => ({
        ...{ objectId, operateType: 'READ', attributes, failItems: [], subItems },
      })
      return done([item('PERSON', person, [item('CARD', card, [])])])
    },
    '3c.card.carddelay': async ({ cardId, month, money, newBeginDate, newEndDate }: Fields): Promise<Fields> => {
      const permit = lot.permits().find(({ id }) => id === cardId)
      const isDay = [newBeginDate, newEndDate].every((one) => /^\d{4}-\d\d-\d\d$/.test(String(one)))
      const isMoney = permit !== undefined && Number(money) * 100 === permit.priceFen * Number(month)
      if (!isDay || !Number.isInteger(month) || !isMoney) return wrong
      if (lot.faults().refusesPayments) return { resultCode: 2233, message: '卡不存在' }
      const [from, to] = [newBeginDate, newEndDate].map((one) => Date.parse(`${String(one)}T00:00:00+08:00`))
      const renewal = { payment: String(lot.renewals.length), from: from!, amountFen: Number(money) * 100 }
      const isDone = lot.renewFor(permit.plate, { ...renewal, to: to! + day - 1_000 })
      return isDone ? done([{ attributes: { retCode: 0 } }]) : { resultCode: 2233, message: '月卡已过期' }
    },
  }
}
