import { type Answer, answered, badField, numbers, refused } from './answer.ts'
import type { Asked, Route } from './api.ts'
import { checkFields, type Fields, matches } from './fields.ts'
import type { Works } from './works.ts'

/*
 * Banks, provinces, cities and branches (wechat-pay.md 18.5). Partners only. The banks and the cities are real ones, a few of them; their
 * branches are made up: a bank has the same houses in every city of its own, one of them more than a page holds, and one has none at all.
 */

type Bank = {
  readonly alias: string
  readonly code: string
  readonly accountBank: string
  /** As its branches begin; null: a bank without any. */
  readonly full: string | null
  /** Where it is, by name of the city; left out: everywhere. */
  readonly in?: readonly string[]
}
const banks: readonly Bank[] = [
  { alias: '工商银行', code: '1000009561', accountBank: '工商银行', full: '中国工商银行股份有限公司' },
  { alias: '农业银行', code: '1000009547', accountBank: '农业银行', full: '中国农业银行股份有限公司' },
  { alias: '中国银行', code: '1000009548', accountBank: '中国银行', full: '中国银行股份有限公司' },
  { alias: '建设银行', code: '1000009544', accountBank: '建设银行', full: '中国建设银行股份有限公司' },
  { alias: '交通银行', code: '1000009568', accountBank: '交通银行', full: '交通银行股份有限公司' },
  { alias: '招商银行', code: '1000009546', accountBank: '招商银行', full: '招商银行股份有限公司' },
  { alias: '宁波银行', code: '1000009567', accountBank: '宁波银行', full: '宁波银行股份有限公司', in: ['宁波市'] },
  { alias: '杭州银行', code: '1000009570', accountBank: '其他银行', full: '杭州银行股份有限公司', in: ['杭州市'] },
  { alias: '中信百信银行', code: '1000010093', accountBank: '其他银行', full: null },
]
const cityNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  北京市: { 北京市: '朝阳 海淀 丰台 通州 西城' },
  上海市: { 上海市: '浦东 徐汇 静安 闵行 虹桥' },
  浙江省: { 杭州市: '西湖 滨江 余杭 萧山', 宁波市: '海曙 江北 鄞州 北仑' },
  广东省: { 广州市: '天河 越秀 番禺 白云', 深圳市: '福田 南山 罗湖 宝安 龙岗' },
  四川省: { 成都市: '锦江 武侯 青羊 高新' },
}
const streets = '人民 中山 解放 建设 和平 新华 文化 长江'.split(' ')

const provinces = Object.keys(cityNames).map((name, at) => ({ name, code: 11 + at }))
const cities = Object.entries(cityNames).flatMap(([province, own], first) =>
  Object.entries(own).map(([name, districts], at) => ({
    ...{ name, code: 100 + 10 * first + at, districts: districts.split(' ') },
    province: provinces.find((one) => one.name === province)!.code,
  })),
)
type City = (typeof cities)[number]

/** Of the one that pages, in this city. */
const manyIn = { bank: '1000009561', city: '深圳市', count: 231 }

function branchesOf({ code, full, in: only }: Bank, city: City) {
  if (full === null || only?.includes(city.name) === false) return []
  const place = city.name.replace('市', '')
  const houses = city.districts.flatMap((district) => [
    `${full}${place}${district}支行`,
    ...streets.slice(0, 3).map((street) => `${full}${place}${district}${street}路支行`),
  ])
  const isMany = code === manyIn.bank && city.name === manyIn.city
  const more = isMany
    ? Array.from({ length: manyIn.count - houses.length - 1 }, (_, at) => `${full}${place}第${at + 1}支行`)
    : []
  return [`${full}${place}分行`, ...houses, ...more].map((name, at) => ({
    bank_branch_name: name,
    bank_branch_id: `${code.slice(-3)}${city.code}${String(at).padStart(6, '0')}`,
  }))
}

const digits = matches(/^(0|[1-9]\d{0,8})$/, '数据类型不正确，应为整数')
const pageFields: Fields = {
  offset: { label: '本次查询偏移量', kind: 'text', max: 9, check: digits },
  limit: {
    ...{ label: '本次请求最大查询条数', kind: 'text', max: 9 },
    check: (text) => digits(text) ?? (Number(text) >= 1 && Number(text) <= 200 ? null : '取值范围为1到200'),
  },
}
const cityField: Fields = { city_code: { label: '城市编码', kind: 'text', max: 9, check: digits } }

const notOpened = refused('NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试')
const onlyPartners = ({ mode }: Works): Answer | null => (mode === 'partner' ? null : notOpened)

/** The part of a list that was asked for, and where the next one begins. */
function page(path: string, all: readonly object[], query: Asked['query'], more = '', about: object = {}): Answer {
  const [offset, limit] = [Number(query.offset), Number(query.limit)]
  const data = all.slice(offset, offset + limit)
  const link = (from: number) => `${path}?${more}offset=${from}&limit=${limit}`
  return answered({
    ...{ total_count: all.length, count: data.length, offset, ...about },
    ...(data.length === 0 ? {} : { data }),
    links: {
      ...(offset + limit < all.length ? { next: link(offset + limit) } : {}),
      ...(offset > 0 ? { prev: link(Math.max(0, offset - limit)) } : {}),
      self: link(offset),
    },
  })
}

const shownBank = ({ alias, code, accountBank, full }: Bank) => ({
  ...{ bank_alias: alias, bank_alias_code: code, account_bank: accountBank, account_bank_code: Number(code.slice(-4)) },
  need_bank_branch: accountBank === '其他银行' && full !== null,
})
const root = '/v3/capital/capitallhh'
const plain = (works: Works, { query }: Asked, answer: () => Answer): Answer =>
  onlyPartners(works) ?? checkFields({}, query, 'query') ?? answer()
const unknown = (what: string) => refused('RESOURCE_NOT_EXISTS', `${what}不存在`, { number: numbers.badParameter })

const listBanks = (works: Works, { part, query }: Asked): Answer =>
  onlyPartners(works) ??
  checkFields(pageFields, query, 'query') ??
  page(
    `${root}/banks/${part}-banking`,
    // Banks without a house take no account of a company.
    banks.filter(({ full }) => part === 'personal' || full !== null).map(shownBank),
    query,
  )

function listCities(works: Works, asked: Asked): Answer {
  const own = cities.filter(({ province }) => String(province) === asked.part)
  const data = own.map(({ name, code }) => ({ city_name: name, city_code: code }))
  return plain(works, asked, () => (own.length > 0 ? answered({ data, total_count: data.length }) : unknown('省份')))
}

function listBranches(works: Works, { part, query }: Asked): Answer {
  const wrong = onlyPartners(works) ?? checkFields({ ...cityField, ...pageFields }, query, 'query')
  if (wrong) return wrong
  const bank = banks.find(({ code }) => code === part)
  if (!bank) return unknown('银行别名编码')
  const city = cities.find(({ code }) => String(code) === query.city_code)
  if (!city) return badField('query', '/city_code', query.city_code, '城市编码不存在')
  const { alias, code, accountBank } = bank
  return page(`${root}/banks/${part}/branches`, branchesOf(bank, city), query, `city_code=${city.code}&`, {
    account_bank: accountBank,
    bank_alias: alias,
    bank_alias_code: code,
  })
}

const at = (rest: string) => new RegExp(`^${root}/${rest}$`)
export const bankListRoutes: readonly Route[] = [
  { call: 'bank-list', method: 'GET', path: at('banks/(personal|corporate)-banking'), act: listBanks },
  {
    call: 'bank-list',
    method: 'GET',
    path: at('areas/provinces'),
    act: (works, asked) =>
      plain(works, asked, () =>
        answered({
          data: provinces.map(({ name, code }) => ({ province_name: name, province_code: code })),
          total_count: provinces.length,
        }),
      ),
  },
  { call: 'bank-list', method: 'GET', path: at('areas/provinces/([^/]+)/cities'), act: listCities },
  { call: 'bank-list', method: 'GET', path: at('banks/([^/]+)/branches'), act: listBranches },
]
