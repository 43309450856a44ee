import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import { err, ok, type Result } from '../result.ts'
import { type Tariff, tariffOf } from './compiled.ts'
import { Plan, TariffDocument } from './document.ts'
import { brokenRules } from './rules.ts'

/** A mistake in a tariff document: where (a JSON pointer) and which rule it breaks. Both stay the same between versions. */
export type TariffFault = { readonly path: string; readonly rule: TariffRule }

/** Every rule a document can break: those of form, those between its parts (rules.ts), those of versions (schedule.ts). */
export type TariffRule =
  | ('wrong-type' | 'missing' | 'unknown-field' | 'not-one-of' | 'out-of-range' | 'wrong-length' | 'malformed')
  | ('unknown-time-zone' | 'no-such-date' | 'no-such-time' | 'no-such-plan' | 'plan-or-lowest-of' | 'never-reached')
  | ('leaves-a-remainder' | 'without-visit-window' | 'empty-window' | 'without-restart' | 'last-band-has-a-condition')
  | ('without-cycle' | 'not-rising' | 'longer-than-unit' | 'per-or-over' | 'not-whole-cycles' | 'not-the-visits-window')
  | ('first-minutes-or-percent' | 'without-first-minutes' | 'without-per-day' | 'no-such-instant')

/** JSON Schema's own words, in ours. A keyword that is not here is called `malformed`. */
const ruleOf: Readonly<Record<string, TariffRule>> = {
  type: 'wrong-type',
  required: 'missing',
  additionalProperties: 'unknown-field',
  boolean: 'unknown-field',
  enum: 'not-one-of',
  const: 'not-one-of',
  anyOf: 'not-one-of',
  minimum: 'out-of-range',
  maximum: 'out-of-range',
  minItems: 'wrong-length',
  maxItems: 'wrong-length',
  minLength: 'wrong-length',
  maxLength: 'wrong-length',
}

/**
 * Checks a tariff document and makes it ready to price stays.
 * @returns every fault found: first those of form (document.ts), then what of the rest breaks rules.ts.
 */
export function parseTariff(document: unknown): Result<Tariff, TariffFault[]> {
  const faults = formFaults(TariffDocument, document)
  if (faults.length > 0) {
    const rest = withoutFaulty(document)
    return err([...faults, ...(rest ? brokenRules(rest) : [])])
  }
  const checked = document as TariffDocument
  const broken = brokenRules(checked)
  return broken.length > 0 ? err(broken) : ok(tariffOf(structuredClone(checked)))
}

/**
 * What of a document is well formed, so that its mistakes need not wait until the others are mended: a choice or a plan that is
 * not is one of which nothing can be said, and every other part that is not is left out. Null: too little is left.
 */
function withoutFaulty(document: unknown): TariffDocument | null {
  if (!isRecord(document) || !Array.isArray(document.choose) || !isRecord(document.plans)) return null
  const parts: Readonly<Record<string, TSchema>> = TariffDocument.properties
  const rest: Record<string, unknown> = { timeZone: 'UTC' }
  for (const [name, part] of Object.entries(document)) {
    const schema = Object.hasOwn(parts, name) ? parts[name] : undefined
    if (schema && Value.Check(schema, part)) rest[name] = part
  }
  const { items: choice } = TariffDocument.properties.choose
  rest.choose = document.choose.map((one: unknown) => (Value.Check(choice, one) ? one : { when: {}, lowestOf: [] }))
  rest.plans = Object.fromEntries(
    Object.entries(document.plans).map(([name, plan]) => [name, Value.Check(Plan, plan) ? plan : { bands: [{}] }]),
  )
  // Rules between plans and visits ask for a cycle, which a plan that is not well formed may have.
  if (Object.values(document.plans).some((plan) => !Value.Check(Plan, plan))) delete rest.visits
  return rest as TariffDocument
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What of a document is not as its schema says, by place. */
export function formFaults(schema: TSchema, document: unknown): TariffFault[] {
  const errors = Value.Errors(schema, document)
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  const faults = new Map<string, TariffFault>()
  const found = (path: string, rule: TariffRule): void => {
    const key = `${path} ${rule}`
    if (!faults.has(key)) faults.set(key, { path, rule })
  }
  for (const { keyword, schemaPath, instancePath, params } of errors) {
    // What each branch of a union misses says nothing; that none fits does.
    if (unions.some((union) => schemaPath.startsWith(`${union.schemaPath}/anyOf/`))) continue
    if (keyword === 'required')
      for (const name of (params as { requiredProperties: string[] }).requiredProperties)
        found(`${instancePath}/${name}`, 'missing')
    else if (keyword !== 'additionalProperties') found(instancePath, ruleOf[keyword] ?? 'malformed')
  }
  return [...faults.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}
