import {
  type BankLists,
  bankingKinds,
  type ListedArea,
  type ListedBank,
  type ListPage,
} from '@lanepay/channels/bank-lists.ts'
import type { ChannelError } from '@lanepay/channels/channel.ts'
import { type Database, instantOut, type Statement } from '@lanepay/database/database.ts'
import { tidyBranch } from '@lanepay/domain/applicant/branch.ts'
import { cities } from '@lanepay/domain/applicant/cities.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Channels } from '../payment/settle.ts'

/*
 * Keeps the branches of all banks as a channel lists them: which banks and cities there are, then one bank in one city after the other, each
 * again after a month. A reading is one process's at a time. What was read stays until a later reading says otherwise, whatever the channel
 * is doing meanwhile.
 */

const day = 86_400_000
const readAgainMs = 30 * day
/** So long one process has a reading for itself; one that was unclear is tried again after it. */
const leaseMs = 10 * 60_000
/** After an answer that was none, a process asks nothing for a while: the channel may be in trouble, or find it too often. */
const restMs = 60_000
/** More pages than any list has: an answer that goes on is not believed. */
const mostPages = 50

/** One reading, if one is due; called by a timer, whose pace is how often the channel is asked. */
export function readingBankLists(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly channels: Channels
}): () => Promise<void> {
  const { database, clock, log, channels } = options
  let restUntil = Number.NEGATIVE_INFINITY

  return async () => {
    const lists = Object.values(channels).find(({ bankLists }) => bankLists)?.bankLists
    const now = clock.now()
    if (!lists || now < restUntil) return
    const [claimed] = await database.reference.query<Reading>(claimReading, [
      instantOut(now),
      instantOut(now + leaseMs),
    ])
    if (!claimed) return
    const { bank_code: bank, city_code: city } = claimed
    const read = bank === '' ? await readPlaces(lists) : await readBranches(lists, claimed)
    if (!read.ok) {
      const { error } = read
      const because = 'code' in error ? error.code : error.kind
      log('warn', 'bank-list-not-read', { bank, city, because })
      restUntil = clock.now() + restMs
      // Refused is not asked for again today.
      if (error.kind === 'refused') await database.reference.query(putOff, [bank, city, instantOut(clock.now() + day)])
      return
    }
    const [at, due] = [instantOut(clock.now()), instantOut(clock.now() + readAgainMs)]
    await database.reference.transaction(async (tx) => {
      for (const [statement, values] of read.value) await tx.query(statement, [...values])
      await tx.query(noteRead, [bank, city, at, due])
      if (bank === '') for (const statement of [dropReadings, dropBranches]) await tx.query(statement, [])
      if (bank === '') await tx.query(addReadings, [at])
    })
  }
}

type Reading = { readonly bank_code: string; readonly city_code: string }
type Writes = readonly (readonly [Statement, readonly unknown[]])[]

/** Which banks and which cities there are. Without either it is no list, and nothing is taken from it. */
async function readPlaces(lists: BankLists): Promise<Result<Writes, ChannelError>> {
  const banks = new Map<string, ListedBank>()
  for (const kind of bankingKinds) {
    const read = await allPages((from) => lists.banks(kind, from))
    if (!read.ok) return read
    for (const one of read.value) banks.set(one.code, one)
  }
  const provinces = await lists.provinces()
  if (!provinces.ok) return provinces
  const known = new Map<string, string | null>()
  for (const province of provinces.value) {
    const own = await lists.cities(province.code)
    if (!own.ok) return own
    for (const city of own.value) known.set(city.code, areaCodeOf(province, city))
  }
  if (banks.size === 0 || known.size === 0) return unbelievable('no banks or no cities')
  const rows = [...banks.values()]
  return ok([
    [dropBanksBut, [[...banks.keys()]]],
    [dropCitiesBut, [[...known.keys()]]],
    [putBanks, [rows.map(({ code }) => code), rows.map(({ alias }) => alias), rows.map((one) => one.accountBank)]],
    [putCities, [[...known.keys()], [...known.values()]]],
  ])
}

async function readBranches(lists: BankLists, { bank_code: bank, city_code: city }: Reading) {
  const read = await allPages((from) => lists.branches(bank, city, from))
  if (!read.ok) return read
  // A name that is there twice is one to whoever types it.
  const byName = new Map(read.value.map(({ id, name }) => [tidyBranch(name), id]))
  const [names, ids] = [[...byName.keys()], [...byName.values()]]
  return ok([
    [dropBranchesBut, [bank, city, names]],
    [putBranches, [bank, city, names, ids]],
  ] satisfies Writes)
}

async function allPages<T>(
  page: (from: number) => Promise<Result<ListPage<T>, ChannelError>>,
): Promise<Result<readonly T[], ChannelError>> {
  const rows: T[] = []
  let from: number | null = 0
  for (let left = mostPages; left > 0; left--) {
    const read: Result<ListPage<T>, ChannelError> = await page(from)
    if (!read.ok) return read
    rows.push(...read.value.rows)
    from = read.value.next
    if (from === null) return ok(rows)
  }
  return unbelievable('a list without an end')
}
const unbelievable = (message: string): Result<never, ChannelError> => ({
  ok: false,
  error: { kind: 'unclear', code: 'MALFORMED_ANSWER', message },
})

/** The channel's codes are its own: cities are known by their names. */
function areaCodeOf(province: ListedArea, city: ListedArea): string | null {
  const bare = (name: string) => name.replace(/市$/, '')
  const found = cities.find((one) => one.province === province.name && bare(one.name) === bare(city.name))
  return found?.code ?? null
}

const claimReading: Statement = {
  name: 'claim-bank-reading',
  text: `
  update bank_reading r set due_at = $2
    from (select bank_code, city_code from bank_reading where due_at <= $1 order by due_at limit 1 for update skip locked) as next
   where r.bank_code = next.bank_code and r.city_code = next.city_code
  returning r.bank_code, r.city_code`,
}
const putOff: Statement = {
  name: 'put-off-bank-reading',
  text: 'update bank_reading set due_at = $3 where bank_code = $1 and city_code = $2',
}
const noteRead: Statement = {
  name: 'note-bank-reading',
  text: 'update bank_reading set read_at = $3, due_at = $4 where bank_code = $1 and city_code = $2',
}
const putBanks: Statement = {
  name: 'put-banks',
  text: `
  insert into bank (code, alias, account_bank) select * from unnest($1::text[], $2::text[], $3::text[])
  on conflict (code) do update set alias = excluded.alias, account_bank = excluded.account_bank`,
}
const putCities: Statement = {
  name: 'put-bank-cities',
  text: `
  insert into bank_city (code, area_code) select * from unnest($1::text[], $2::text[])
  on conflict (code) do update set area_code = excluded.area_code`,
}
const dropBanksBut: Statement = { name: 'drop-banks-but', text: 'delete from bank where code <> all($1::text[])' }
const dropCitiesBut: Statement = {
  name: 'drop-bank-cities-but',
  text: 'delete from bank_city where code <> all($1::text[])',
}
const dropReadings: Statement = {
  name: 'drop-bank-readings',
  text: `
  delete from bank_reading
   where bank_code <> '' and (bank_code not in (select code from bank) or city_code not in (select code from bank_city))`,
}
const dropBranches: Statement = {
  name: 'drop-branches-of-banks-gone',
  text: `
  delete from bank_branch
   where bank_code is not null and (bank_code not in (select code from bank) or city_code not in (select code from bank_city))`,
}
const addReadings: Statement = {
  name: 'add-bank-readings',
  text: `
  insert into bank_reading (bank_code, city_code, due_at) select b.code, c.code, $1 from bank b cross join bank_city c
  on conflict (bank_code, city_code) do nothing`,
}
const dropBranchesBut: Statement = {
  name: 'drop-branches-but',
  text: 'delete from bank_branch where bank_code = $1 and city_code = $2 and name <> all($3::text[])',
}
const putBranches: Statement = {
  name: 'put-bank-branches',
  text: `
  insert into bank_branch (name, bank_code, city_code, branch_id) select name, $1, $2, id from unnest($3::text[], $4::text[]) as l (name, id)
  on conflict (name) do update set bank_code = excluded.bank_code, city_code = excluded.city_code, branch_id = excluded.branch_id`,
}
