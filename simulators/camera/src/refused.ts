/** Bytes that a strict device does not understand: where, and the rule they break. */
export class Refused extends Error {
  readonly field: string
  readonly rule: string
  constructor(field: string, rule: string) {
    super(`${field} ${rule}`)
    this.field = field
    this.rule = rule
  }
}

/** @throws Refused unless it holds. */
export function must(holds: boolean, field: string, rule: string): asserts holds {
  if (!holds) throw new Refused(field, rule)
}
