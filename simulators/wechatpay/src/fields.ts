import { badField, numbers, type Place, type Refusal } from './answer.ts'

/*
 * The rules of WeChat Pay's field tables as data (wechat-pay.md 3.1, 8.1, 12.1). What a table does not name is refused,
 * and so are null, empty strings, other types, too long texts and characters of four bytes.
 */

export type Rule = { readonly label: string; readonly optional?: true } & (
  | {
      readonly kind: 'text'
      readonly min?: number
      readonly max: number
      readonly check?: (text: string) => string | null
    }
  | { readonly kind: 'whole'; readonly min: number }
  | { readonly kind: 'flag' }
  | { readonly kind: 'object'; readonly fields: Fields }
  | { readonly kind: 'list'; readonly max: number; readonly of: Rule }
)
export type Fields = { readonly [name: string]: Rule }

const largestWhole = 2 ** 31 - 1

/** The first rule that the value breaks, or null. `place` and `path` say where the value was found. */
export function checkFields(fields: Fields, value: unknown, place: Place, path = ''): Refusal | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return badField(place, path === '' ? '/' : path, value, '数据类型不正确，应为对象')
  }
  const given = value as Record<string, unknown>
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) {
      return badField(place, `${path}/${name}`, given[name], '存在多余字段', { number: numbers.surplusField })
    }
  }
  for (const [name, rule] of Object.entries(fields)) {
    const refusal = checkField(rule, given[name], place, `${path}/${name}`)
    if (refusal) return refusal
  }
  return null
}

function checkField(rule: Rule, value: unknown, place: Place, path: string): Refusal | null {
  const bad = (issue: string, number?: number) =>
    badField(place, path, value, issue, { label: rule.label, ...(number === undefined ? {} : { number }) })
  if (value === undefined) return rule.optional ? null : bad('必填性规则校验失败，此字段为必填项')
  if (value === null) return bad('字段值不能为null')
  switch (rule.kind) {
    case 'text': {
      if (typeof value !== 'string') return bad('数据类型不正确，应为字符串')
      if (value === '') return bad('字段值不能为空')
      const tooWide = [...value].some((character) => character.codePointAt(0)! > 0xffff)
      if (tooWide || !value.isWellFormed()) return bad('包含不支持的字符，仅支持1-3字节的UTF-8字符')
      const length = [...value].length
      if (length < (rule.min ?? 1)) return bad(`字符数 ${length}，小于最小值 ${rule.min ?? 1}`)
      if (length > rule.max) return bad(`字符数 ${length}，大于最大值 ${rule.max}`)
      const issue = rule.check?.(value) ?? null
      return issue === null ? null : bad(issue)
    }
    case 'whole':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return bad('数据类型不正确，应为整数')
      if (value < rule.min) return bad(`数值 ${value}，小于最小值 ${rule.min}`, numbers.outOfRange)
      if (value > largestWhole) return bad(`数值 ${value}，大于最大值 ${largestWhole}`, numbers.outOfRange)
      return null
    case 'flag':
      return typeof value === 'boolean' ? null : bad('数据类型不正确，应为布尔值')
    case 'object':
      return checkFields(rule.fields, value, place, path)
    case 'list': {
      if (!Array.isArray(value)) return bad('数据类型不正确，应为数组')
      if (value.length === 0) return bad('数组不能为空')
      if (value.length > rule.max) return bad(`元素个数 ${value.length}，大于最大值 ${rule.max}`)
      for (const [at, item] of value.entries()) {
        const refusal = checkField(rule.of, item, place, `${path}/${at}`)
        if (refusal) return refusal
      }
      return null
    }
  }
}

/** RFC 3339 to the second, with its offset: the one form the documents show. Null when it is not. */
export function readTime(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(text)) return null
  const local = Date.parse(`${text.slice(0, 19)}Z`)
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 19) !== text.slice(0, 19)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? null : ms
}

/** An instant as WeChat Pay writes it: Beijing time, whole seconds. */
export const writeTime = (ms: number): string => `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`

export const isTime = (text: string): string | null =>
  readTime(text) === null ? '时间格式不正确，应遵循rfc3339标准' : null

/** wechat-pay.md 5.2: public http or https, with a path, without query, fragment or login. */
export function isNotifyUrl(text: string): string | null {
  if (!URL.canParse(text)) return '通知地址不是合法的URL'
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return '通知地址必须以http://或https://开头'
  if (text.includes('?') || text.includes('#')) return '通知地址不能携带参数'
  if (url.username !== '' || url.password !== '') return '通知地址不能携带登录信息'
  if (url.pathname === '/') return '通知地址必须带有路径'
  return null
}

export const matches =
  (pattern: RegExp, issue: string) =>
  (text: string): string | null =>
    pattern.test(text) ? null : issue
