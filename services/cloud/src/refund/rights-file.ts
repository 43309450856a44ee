import { parseYuan } from '@lanepay/domain/money.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { parseTotpSecret } from '@lanepay/domain/totp.ts'
import type { Fen } from '@lanepay/domain/types.ts'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { RefundRights } from './right.ts'

/*
 * The file of those who may give money back, until persons have accounts of their own: amounts in yuan, as people read them.
 */
const closed = { additionalProperties: false } as const
const operatorId = Type.String({ pattern: '^[1-9][0-9]{0,17}$' })
const schema = Type.Object(
  {
    limitYuan: Type.String(),
    operators: Type.Optional(Type.Record(operatorId, Type.Object({ limitYuan: Type.String() }, closed), closed)),
    people: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 40 }),
          operators: Type.Union([Type.Literal('all'), Type.Array(operatorId)]),
          totpSecret: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
)
const file = Compile(schema)
type Mistake = { readonly field: string; readonly rule: string }

/** Reads the file; every mistake at once, with its place, and never a secret's value. */
export function parseRefundRights(unchecked: unknown): Result<RefundRights, readonly Mistake[]> {
  if (!file.Check(unchecked))
    return err(
      file.Errors(unchecked).map(({ instancePath, message }) => ({ field: instancePath || '/', rule: message })),
    )
  const { limitYuan, operators = {}, people }: Static<typeof schema> = unchecked
  const mistakes: Mistake[] = []
  const limit = (text: string, field: string): Fen => {
    const amount = parseYuan(text)
    if (amount.ok && amount.value >= 0) return amount.value
    mistakes.push({ field, rule: 'must be an amount in yuan, like "200.00"' })
    return 0 as Fen
  }
  const rights: RefundRights = {
    limitFen: limit(limitYuan, '/limitYuan'),
    limitOfOperator: Object.fromEntries(
      Object.entries(operators).map(([id, one]) => [id, limit(one.limitYuan, `/operators/${id}/limitYuan`)]),
    ),
    people,
  }
  for (const [index, { name, totpSecret }] of people.entries()) {
    if (people.findIndex((one) => one.name === name) < index)
      mistakes.push({ field: `/people/${index}/name`, rule: `${name} is there twice` })
    if (totpSecret !== undefined && !parseTotpSecret(totpSecret).ok)
      mistakes.push({ field: `/people/${index}/totpSecret`, rule: 'must be base 32, of 26 characters or more' })
  }
  return mistakes.length > 0 ? err(mistakes) : ok(rights)
}
