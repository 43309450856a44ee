/* Bodies, queries and paths that fit what a route takes, made from its own schema. */

export type Schema = {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
}

/** One of these fits nearly every pattern that a route has. */
const texts = [
  ...['1', 'a', '说明', '2026-11-01', '2026-11', '粤B12345', '0'.repeat(32), '13800138000', '123456', 'a-name'],
  ...['2026-11-01T00:00:00+08:00', 'zh', 'csv', '1'.repeat(12), 'A'.repeat(43), '4001', '08:00', 'aa'.repeat(32)],
]
const textOf = ({ pattern, minLength = 0, maxLength = 1_000 }: Schema): string =>
  texts.find(
    (one) => (!pattern || new RegExp(pattern, 'u').test(one)) && one.length >= minLength && one.length <= maxLength,
  ) ?? 'x'.repeat(Math.max(1, minLength))

/** Something small that a schema takes. */
export function goodOf(schema: Schema): unknown {
  if ('const' in schema) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return goodOf(schema.anyOf[0]!)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, goodOf(schema.properties?.[name] ?? {})]))
    case 'array':
      return Array.from({ length: schema.minItems ?? 1 }, () => goodOf(schema.items ?? {}))
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, Math.min(1, schema.maximum ?? 1))
    case 'boolean':
      return false
    case 'null':
      return null
    case 'string':
      return textOf(schema)
    default:
      return {}
  }
}

export type Place = readonly (string | number)[]

/** Where a text can stand in what a schema takes. */
export function textsOf(schema: Schema, at: Place = []): Place[] {
  if (schema.anyOf) return schema.anyOf.flatMap((one) => textsOf(one, at)).filter(isFirst)
  if (schema.type === 'object')
    return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => textsOf(one, [...at, name]))
  if (schema.type === 'array') return textsOf(schema.items ?? {}, [...at, 0])
  return schema.type === 'string' || schema.const !== undefined || schema.enum ? [at] : []
}
const isFirst = (place: Place, at: number, all: readonly Place[]): boolean =>
  all.findIndex((one) => one.join() === place.join()) === at

/** The same as `goodOf`, with this text there. */
export function withText(schema: Schema, at: Place, text: string): unknown {
  const [first, ...rest] = at
  if (first === undefined) return text
  const one = schema.anyOf?.find((each) => fitsPlace(each, at)) ?? schema
  const good = goodOf(one)
  if (one.type === 'array') return [withText(one.items ?? {}, rest, text)]
  return { ...(good as object), [first]: withText(one.properties?.[String(first)] ?? {}, rest, text) }
}
const fitsPlace = (schema: Schema, [first]: Place): boolean =>
  schema.type === 'array' ? first === 0 : schema.properties?.[String(first)] !== undefined
