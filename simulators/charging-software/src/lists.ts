import type { Table } from '@lanepay/simulator-wire/store.ts'

/* Cards and lists as the software of a lot keeps them: what it was told from afar, and nothing else. */

export type Said = { readonly [name: string]: unknown }
export type ListService = keyof typeof keyOf
const keyOf = {
  month_card_sync: 'package_id',
  month_member_sync: 'card_id',
  white_list_sync: 'car_number',
  blackuser_sync: 'black_uuid',
} as const
export const isListService = (service: string): service is ListService => Object.hasOwn(keyOf, service)

/** A row as it outlives the program. */
export type KeptRow = { readonly service: ListService; readonly key: string; readonly said: Said }
export type Taken = { readonly state: 0 | 1; readonly errmsg: string } & { readonly [name: string]: string | number }

const isText = (value: unknown): value is string => typeof value === 'string'
const isWhole = (value: unknown): value is number => Number.isInteger(value)
/** What each must say to be taken. */
const isWell: { readonly [service in ListService]: (said: Said) => boolean } = {
  month_card_sync: ({ name, price, period }) => isText(name) && typeof price === 'number' && isText(period),
  month_member_sync: ({ car_number, begin_time, end_time, pid }) =>
    isText(car_number) && car_number !== '' && isWhole(begin_time) && isWhole(end_time) && isText(pid),
  white_list_sync: ({ b_time, e_time, end_type }) => isWhole(b_time) && isWhole(e_time) && isWhole(end_type),
  blackuser_sync: ({ car_number, resume }) => isText(car_number) && isText(resume),
}

/** Strict: it adds what it has not, and changes and deletes what it has; the same again is the same. */
export function keptLists(memory?: Table<KeptRow>) {
  const rows = new Map<string, KeptRow>()
  const nameOf = ({ service, key }: Pick<KeptRow, 'service' | 'key'>) => `${service} ${key}`
  for (const row of memory?.values() ?? []) rows.set(nameOf(row), row)
  /** The last that was done to each, whether it is there still or not. */
  const last = new Map<string, string>()
  const of = (service: ListService): Said[] =>
    [...rows.values()].filter((row) => row.service === service).map(({ said }) => said)
  const covers = (from: unknown, until: unknown, now: number) =>
    Number(from) * 1000 <= now && now <= Number(until) * 1000 + 999
  return {
    of,
    /** Does what it is told with a row, unless it is refused with these words. */
    take(service: ListService, said: Said, refusal: string | null): Taken {
      const key = String(said[keyOf[service]] ?? '')
      const operate = Number(said.operate_type)
      const name = nameOf({ service, key })
      const { create_time: _, update_time: __, message_uuid: ___, ...words } = said
      const asked = JSON.stringify(words)
      const answer = (state: 0 | 1, errmsg: string): Taken => ({
        ...{ state, errmsg, [keyOf[service]]: key, operate_type: operate },
      })
      if (refusal !== null) return answer(0, refusal)
      if (key === '' || ![1, 2, 3, 4].includes(operate) || !isWell[service](said)) return answer(0, '参数错误')
      if (last.get(name) === asked) return answer(1, '')
      if (operate === 1 && rows.has(name)) return answer(0, '已存在')
      if (operate !== 1 && !rows.has(name)) return answer(0, '不存在')
      if (service === 'month_member_sync' && operate !== 3 && !rows.has(`month_card_sync ${String(said.pid)}`))
        return answer(0, '套餐不存在')
      last.set(name, asked)
      if (operate === 3) {
        rows.delete(name)
        memory?.delete(name)
        return answer(1, '')
      }
      const was = rows.get(name)?.said ?? {}
      // 4 is of the time alone.
      const { begin_time, end_time } = said
      const row = { service, key, said: operate === 4 ? { ...was, begin_time, end_time } : said }
      rows.set(name, row)
      memory?.put(name, row)
      return answer(1, '')
    },
    isBlocked: (plate: string): boolean => of('blackuser_sync').some(({ car_number }) => car_number === plate),
    /** Whether this plate has a card, or is on the free list, at this instant. */
    isFree: (plate: string, now: number): 'monthuser' | 'free' | null => {
      const hasCard = of('month_member_sync').some(
        ({ car_number, begin_time, end_time }) =>
          String(car_number).split(',').includes(plate) && covers(begin_time, end_time, now),
      )
      if (hasCard) return 'monthuser'
      const isListed = of('white_list_sync').some(
        ({ car_number, b_time, e_time, end_type }) =>
          car_number === plate && (end_type === 1 ? Number(b_time) * 1000 <= now : covers(b_time, e_time, now)),
      )
      return isListed ? 'free' : null
    },
  }
}
