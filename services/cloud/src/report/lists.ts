import type { List, ListName } from './list.ts'
import { moneyLists } from './lists-money.ts'
import { trafficLists } from './lists-traffic.ts'

export const lists: readonly List[] = [...moneyLists, ...trafficLists]
/** @throws TypeError for a name that no list has: the names are checked at the door. */
export function listOf(name: ListName): List {
  const list = lists.find((one) => one.name === name)
  if (!list) throw new TypeError(`no list ${name}`)
  return list
}
