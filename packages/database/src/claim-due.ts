import type { Statement } from './database.ts'

/**
 * Claims the rows of an outbox that are due, those due longest first: `$1` buckets, `$2` now, `$3` how many at most. The next time
 * (`set`) is written before anything is sent or asked, and rows that another process has in hand are passed over, so that two workers
 * never carry out the same one at once. In `set` and `answer` the row is `c`.
 */
export function claimDue(claim: {
  readonly name: string
  readonly table: string
  /** The column that says when: null where nothing is to be done any more. */
  readonly due: string
  readonly order?: string
  readonly set: string
  readonly answer: string
  /** What makes a row one of its lot; left out, its id. */
  readonly key?: readonly string[]
}): Statement {
  const { name, table, due, order = due, set, answer, key = ['id'] } = claim
  return {
    name,
    text: `
  update ${table} c
     set ${set}
    from (select bucket, lot_id, ${key.join(', ')}
            from ${table}
           where bucket = any ($1::int4[]) and ${due} <= $2
           order by ${order}
           limit $3
             for update skip locked) as due
   where c.bucket = due.bucket and c.lot_id = due.lot_id and ${key.map((one) => `c.${one} = due.${one}`).join(' and ')}
  returning ${answer}`,
  }
}
