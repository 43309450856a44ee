/** One mistake: its place in the file, and the rule it breaks. "PLACE RULE" is a sentence. */
export type Mistake = { readonly field: string; readonly rule: string }

/** As much of JSON Schema as plans are written in. */
type Schema = {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: { readonly [name: string]: Schema }
  readonly patternProperties?: { readonly [pattern: string]: Schema }
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly description?: string
}

/**
 * Every mistake of a value, in words for whoever wrote the file: a schema library stops after a few, and names each alternative
 * that was not meant.
 */
export function mistakesIn(schema: object, value: unknown, field = ''): readonly Mistake[] {
  const s = schema as Schema
  const wrong = (rule: string): readonly Mistake[] => [{ field: field || '/', rule }]
  if (s.anyOf) {
    const inAll = inAlternatives(s.anyOf, value, field)
    return s.description !== undefined && inAll.length > 0 ? wrong(`is ${s.description}`) : inAll
  }
  if ('const' in s) return value === s.const ? [] : wrong(`is ${JSON.stringify(s.const)}`)
  switch (s.type) {
    case 'object':
      return isObject(value) ? inObject(s, value, field) : wrong('is an object: { ... }')
    case 'array':
      if (!Array.isArray(value)) return wrong('is a list: [ ... ]')
      if (value.length < (s.minItems ?? 0) || value.length > (s.maxItems ?? value.length))
        return wrong(`has ${s.minItems ?? 0} to ${s.maxItems} entries`)
      return value.flatMap((one, index) => mistakesIn(s.items ?? {}, one, `${field}/${index}`))
    case 'string':
      return typeof value === 'string' && fitsText(s, value) ? [] : wrong(`is ${s.description ?? textRule(s)}`)
    case 'integer':
      return Number.isSafeInteger(value) && isWithin(s, value as number) ? [] : wrong(`is ${wholeRule(s)}`)
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('is true or false')
    case 'null':
      return value === null ? [] : wrong('is null')
    default:
      return [] // anything: somebody else checks it
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const fitsText = ({ minLength = 0, maxLength, pattern }: Schema, text: string): boolean =>
  text.length >= minLength &&
  text.length <= (maxLength ?? text.length) &&
  (pattern === undefined || new RegExp(pattern, 'u').test(text))
const isWithin = ({ minimum = -Infinity, maximum = Infinity }: Schema, number: number): boolean =>
  number >= minimum && number <= maximum

const textRule = ({ minLength = 0, maxLength }: Schema): string =>
  maxLength === undefined ? 'text' : `text of ${minLength} to ${maxLength} characters`
const wholeRule = ({ minimum, maximum }: Schema): string =>
  minimum === undefined || maximum === undefined ? 'a whole number' : `a whole number from ${minimum} to ${maximum}`

function inObject(s: Schema, value: Readonly<Record<string, unknown>>, field: string): readonly Mistake[] {
  const { properties = {}, patternProperties, required = [] } = s
  const [anyOther] = Object.values(patternProperties ?? {})
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => ({ field: `${field}/${name}`, rule: `is missing${hintOf(properties[name])}` }))
  const there = Object.entries(value).flatMap(([name, one]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : anyOther
    if (known) return one === undefined ? [] : mistakesIn(known, one, `${field}/${name}`)
    const names = Object.keys(properties).join(', ')
    return [{ field: `${field}/${name}`, rule: `is no setting here; there are ${names}` }]
  })
  return [...missing, ...there]
}

/** What it would be. */
function hintOf(schema: Schema | undefined): string {
  if (schema?.description !== undefined) return `: it is ${schema.description}`
  const words = schema?.anyOf && constsIn(schema.anyOf)
  return words ? `: it is ${oneOf(words)}` : ''
}

function inAlternatives(all: readonly Schema[], value: unknown, field: string): readonly Mistake[] {
  const wrong = (rule: string): readonly Mistake[] => [{ field: field || '/', rule }]
  const consts = constsIn(all)
  if (consts) return consts.includes(value) ? [] : wrong(`is ${oneOf(consts)}`)
  if (all.some((one) => mistakesIn(one, value, field).length === 0)) return []
  const others = all.filter(({ type }) => type !== 'null')
  const orNull = others.length < all.length ? ', or null' : ''
  const [first] = others
  if (others.length === 1 && first) {
    const [mistake, ...more] = mistakesIn(first, value, field)
    return mistake?.field === (field || '/')
      ? wrong(`${mistake.rule}${orNull}`)
      : [...(mistake ? [mistake] : []), ...more]
  }
  const name = Object.keys(first?.properties ?? {}).find((key) =>
    others.every((one) => one.properties?.[key] && 'const' in one.properties[key]),
  )
  if (name === undefined || !isObject(value)) return wrong(`is an object: { ... }${orNull}`)
  const kinds = others.map((one) => one.properties?.[name]?.const)
  const meant = others[kinds.indexOf(value[name])]
  if (meant) return mistakesIn(meant, value, field)
  return [
    { field: `${field}/${name}`, rule: `${value[name] === undefined ? 'is missing: it ' : ''}is ${oneOf(kinds)}` },
  ]
}

const constsIn = (all: readonly Schema[]): readonly unknown[] | null =>
  all.every((one) => 'const' in one) ? all.map((one) => one.const) : null
const oneOf = (values: readonly unknown[]): string => values.map((one) => JSON.stringify(one)).join(' or ')
