import { createHash } from 'node:crypto'
import type { Table } from '@lanepay/simulator-wire/store.ts'
import type { Book } from './book.ts'
import type { Caller } from './check.ts'

/** Somebody with an Alipay account who is no driver: a partner, an operator's owner. */
export type Person = {
  readonly userId: string
  readonly loginName: string
  readonly name: string
  /** Whether the real name was checked: without it nobody is paid. */
  readonly certified: boolean
}

/** An account with this login; the same login always has the same one. */
export function openPerson(people: Table<Person>, told: Omit<Person, 'userId'>): Person {
  const hash = createHash('sha256').update(`person ${told.loginName}`).digest()
  const person = { userId: `2088${(hash.readBigUInt64BE() % 10n ** 12n).toString().padStart(12, '0')}`, ...told }
  people.put(person.userId, person)
  return person
}

/** The merchants this simulator knows, and their applications. */
export type House = { readonly pids: readonly string[]; readonly appIds: readonly string[] }

export type Found = { readonly userId: string; readonly person: Person | undefined }

/** Whose account this is; undefined when it is nobody's, `other-app` for an open_id of another application. */
export function findAccount(
  book: Book,
  house: House,
  asked: { readonly type: 'userId' | 'loginName' | 'openId'; readonly account: string; readonly caller: Caller },
): Found | 'other-app' | undefined {
  const { type, account, caller } = asked
  if (type === 'userId') {
    const person = book.people.get(account)
    const known = person || house.pids.includes(account) || book.userOf({ userId: account }) !== undefined
    return known ? { userId: account, person } : undefined
  }
  if (type === 'loginName') {
    const person = [...book.people.values()].find(({ loginName }) => loginName === account)
    return person && { userId: person.userId, person }
  }
  const user = book.userOf({ openId: account, appId: caller.authAppId })
  if (user !== undefined) return { userId: book.idsOf(user, caller.authAppId).userId, person: undefined }
  return book.hasOpenId(account, house.appIds) ? 'other-app' : undefined
}
