import { type Database, instantOut, type Statement, type Tx } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { RuleMistake } from '@lanepay/domain/share/mistakes.ts'
import type { Id } from '@lanepay/domain/types.ts'
import { twiceIfUnknown } from '../command/dispatch.ts'
import { openAtRest, sealAtRest } from '../server/at-rest.ts'
import { parseRuleFile } from '../share/rule-file.ts'
import { placeOf } from '../staff/trail.ts'
import type { TemplateAsk, TemplateView } from './api.ts'

/*
 * Terms under a name. Applied to a lot they are rules of that lot, put like any other with their from-when (share/): a template that is
 * changed afterwards changes none of them. Receivers have names, so the rules are sealed.
 */

export type TemplateRefusal =
  | { readonly kind: 'mistakes'; readonly mistakes: readonly RuleMistake[] }
  | { readonly kind: 'name-taken' | 'changed-meanwhile' | 'template-unknown' }

type TemplateRow = {
  template_id: string
  name: string
  platform_fee_basis_points: number
  sealed: string
  version: number
  by_account: string
  changed_at: number
}
const columns = 'template_id, name, platform_fee_basis_points, sealed, version, by_account, changed_at'
const selectTemplates: Statement = {
  name: 'select-templates',
  text: `select ${columns} from terms_template where ended_at is null order by name limit 500`,
}
const selectTemplate: Statement = {
  name: 'select-template',
  text: `select ${columns} from terms_template where template_id = $1 and ended_at is null`,
}
const insertTemplate: Statement = {
  name: 'insert-template',
  text: `
  insert into terms_template (template_id, name, platform_fee_basis_points, sealed, version, by_account, changed_at)
  values ($1, $2, $3, $4, 1, $5, $6)
  on conflict do nothing returning ${columns}`,
}
const updateTemplate: Statement = {
  name: 'update-template',
  text: `
  update terms_template set name = $2, platform_fee_basis_points = $3, sealed = $4, version = version + 1, by_account = $5, changed_at = $6
   where template_id = $1 and version = $7 and ended_at is null
     and not exists (select from terms_template o where o.name = $2 and o.template_id <> $1 and o.ended_at is null)
  returning ${columns}`,
}
const endTemplate: Statement = {
  name: 'end-template',
  text: 'update terms_template set ended_at = $2 where template_id = $1 and ended_at is null returning template_id',
}

type Deps = { readonly database: Database; readonly clock: Clock; readonly houseKey: Uint8Array }
/** Written in the transaction of the act: where lines about the platform stand. */
type Noted = (tx: Tx) => Promise<void>

const purpose = 'terms-template'
const viewOf = ({ houseKey }: Deps, row: TemplateRow): TemplateView => ({
  ...{ template: row.template_id, name: row.name, platformFeeBasisPoints: row.platform_fee_basis_points },
  rules: JSON.parse(openAtRest(Buffer.from(houseKey), purpose, row.template_id, row.sealed)) as readonly unknown[],
  ...{ version: row.version, by: row.by_account, at: row.changed_at },
})

export const templatesOf = async (deps: Deps): Promise<readonly TemplateView[]> =>
  (await deps.database.reference.query<TemplateRow>(selectTemplates, [])).map((row) => viewOf(deps, row))

/** Every mistake of every rule, at its place in the list; a rule that says from when is one of them. */
function mistakesOf(rules: readonly unknown[], now: number): readonly RuleMistake[] {
  const channels = rules.map((rule) => (rule as { channel?: unknown } | null)?.channel)
  return rules.flatMap((rule, n) => {
    const parsed = parseRuleFile(rule, now)
    const own = parsed.ok ? [] : parsed.error
    const dated = typeof rule === 'object' && rule !== null && 'from' in rule
    return [
      ...own.map(({ field, rule: says }) => ({ field: `/rules/${n}${field === '/' ? '' : field}`, rule: says })),
      ...(dated ? [{ field: `/rules/${n}/from`, rule: 'is said when the template is applied' }] : []),
      ...(channels.indexOf(channels[n]) < n ? [{ field: `/rules/${n}/channel`, rule: 'is there twice' }] : []),
    ]
  })
}

/** Puts a new one, or changes the one that was read. `id` is made by whoever asks, so that the same asked twice is one template. */
export async function putTemplate(
  deps: Deps,
  asked: TemplateAsk & { readonly id: Id; readonly by: string; readonly noted: Noted },
): Promise<Result<TemplateView, TemplateRefusal>> {
  const { database, clock, houseKey } = deps
  const { id, by, name, platformFeeBasisPoints, rules, version, noted } = asked
  const now = clock.now()
  const mistakes = mistakesOf(rules, now)
  if (mistakes.length > 0) return err({ kind: 'mistakes', mistakes })
  const sealed = sealAtRest(Buffer.from(houseKey), purpose, id, JSON.stringify(rules))
  const values = [id, name, platformFeeBasisPoints, sealed, by, instantOut(now)]
  return twiceIfUnknown(() =>
    database.of(placeOf(null).bucket).transaction(async (tx) => {
      const [put] = await (version === undefined
        ? tx.query<TemplateRow>(insertTemplate, values)
        : tx.query<TemplateRow>(updateTemplate, [...values, version]))
      if (put) {
        await noted(tx)
        return ok(viewOf(deps, put))
      }
      const [known] = await tx.query<TemplateRow>(selectTemplate, [id])
      // The same asked again, after its answer was lost.
      if (known && known.version === (version ?? 0) + 1 && known.name === name && known.by_account === by)
        return ok(viewOf(deps, known))
      if (version === undefined) return err({ kind: 'name-taken' })
      if (!known) return err({ kind: 'template-unknown' })
      return err({ kind: known.version === version ? 'name-taken' : 'changed-meanwhile' })
    }),
  )
}

/** Takes it off the list. Lots that it was applied to keep what they have. */
export const dropTemplate = (
  { database, clock }: Deps,
  id: string,
  noted: Noted,
): Promise<Result<'ended', TemplateRefusal>> =>
  twiceIfUnknown(() =>
    database.of(placeOf(null).bucket).transaction(async (tx) => {
      const [ended] = await tx.query(endTemplate, [id, instantOut(clock.now())])
      if (!ended) return err({ kind: 'template-unknown' })
      await noted(tx)
      return ok('ended' as const)
    }),
  )
