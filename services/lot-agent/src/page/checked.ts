import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { ErrorView } from './api.ts'

/** What was asked, if it is as the contract says; else the first field that is not, and its rule. */
export function checked<S extends TSchema>(schema: S): (unchecked: unknown) => Result<Static<S>, ErrorView> {
  const compiled = Compile(schema)
  return (unchecked) => {
    if (compiled.Check(unchecked)) return ok(unchecked as Static<S>)
    const [fault] = compiled.Errors(unchecked)
    const field = fault?.instancePath.slice(1) || 'body'
    const rule = fault?.keyword === 'boolean' ? 'nothing of this name is asked for' : fault?.message
    return err({ code: 'bad-request', field, rule: rule ?? 'as the contract says' })
  }
}
