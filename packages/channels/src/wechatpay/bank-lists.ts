import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { BankLists, ListedArea, ListPage } from '../bank-lists.ts'
import type { ChannelError } from '../channel.ts'
import type { Client } from './client.ts'
import { channelErrorOf } from './errors.ts'
import { asObject, type Json, textOf, wholeOf } from './json.ts'
import { malformedAnswer } from './order.ts'

/** The most that a page may have (wechat-pay.md 18.5). */
const perPage = 200
const root = '/v3/capital/capitallhh'

/** The lists that applications and settlement cards are filled in from (wechat-pay.md 18.5): an answer is believed whole or not at all. */
export function wechatPayBankLists(client: Client): BankLists {
  async function get<T>(
    path: string,
    read: (answer: Json) => Result<T, ChannelError>,
  ): Promise<Result<T, ChannelError>> {
    const answer = await client({ method: 'GET', path: `${root}${path}`, body: '' })
    if (answer.ok) return read(answer.value)
    const { error } = answer
    return err(error.kind === 'unclear' ? error.error : channelErrorOf(error.failure))
  }
  const page = <T>(path: string, more: string, from: number, row: (one: Json) => T | null) =>
    get<ListPage<T>>(`${path}?${more}offset=${from}&limit=${perPage}`, (answer) => {
      const rows = rowsOf(answer, row)
      const total = wholeOf(answer.total_count)
      if (rows === null || total === null) return malformedAnswer('data or total_count is missing')
      const end = from + rows.length
      if (rows.length === 0 && end < total) return malformedAnswer('a page before the last is empty')
      return ok({ rows, next: end < total ? end : null })
    })
  const areas = (path: string, code: string, name: string) =>
    get<readonly ListedArea[]>(path, (answer) => {
      const rows = rowsOf(answer, (one) => withBoth(codeOf(one[code]), textOf(one[name])))
      return rows === null ? malformedAnswer('data is missing') : ok(rows)
    })
  return {
    banks: (kind, from) =>
      page(`/banks/${kind}-banking`, '', from, (one) => {
        const code = textOf(one.bank_alias_code)
        const alias = textOf(one.bank_alias)
        const accountBank = textOf(one.account_bank)
        return code === null || alias === null || accountBank === null ? null : { code, alias, accountBank }
      }),
    provinces: () => areas('/areas/provinces', 'province_code', 'province_name'),
    cities: (provinceCode) =>
      areas(`/areas/provinces/${encodeURIComponent(provinceCode)}/cities`, 'city_code', 'city_name'),
    branches: (bankCode, cityCode, from) =>
      page(
        `/banks/${encodeURIComponent(bankCode)}/branches`,
        `city_code=${encodeURIComponent(cityCode)}&`,
        from,
        (one) => {
          const both = withBoth(textOf(one.bank_branch_id), textOf(one.bank_branch_name))
          return both && { id: both.code, name: both.name }
        },
      ),
  }
}

/** Codes of areas are numbers on the wire, and only ever said back. */
const codeOf = (value: unknown): string | null => textOf(value) ?? wholeOf(value)?.toString() ?? null
const withBoth = (code: string | null, name: string | null): ListedArea | null =>
  code === null || name === null ? null : { code, name }

function rowsOf<T>({ data }: Json, row: (one: Json) => T | null): readonly T[] | null {
  // A list of nothing may be left out.
  if (data === undefined || data === null) return []
  if (!Array.isArray(data)) return null
  const rows = data.map((one) => {
    const object = asObject(one)
    return object && row(object)
  })
  return rows.every((one) => one !== null) ? rows : null
}
