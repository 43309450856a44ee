import { readFileSync } from 'node:fs'
import type { Result } from '@lanepay/domain/result.ts'
import { Told } from './keep.ts'
import { printSettings, readSettings, type Settings } from './settings.ts'

/** The settings, or every mistake in them in one list. */
export function readOrTell(): Settings {
  const { settings, mistakes } = readSettings(process.env)
  if (mistakes.length > 0)
    throw new Told(
      ['These settings cannot work:', ...mistakes.map(({ setting, rule }) => `  ${setting}: ${rule}`)].join('\n'),
    )
  return settings
}

/** The plan in a JSON file, or every mistake in it in one list. */
export function readPlanOrTell<Plan>(
  file: string | undefined,
  usage: string,
  parse: (unchecked: unknown) => Result<Plan, readonly { readonly field: string; readonly rule: string }[]>,
): Plan {
  if (!file) throw new Told(`${usage}: which plan?`)
  let unchecked: unknown
  try {
    unchecked = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Told(`${file}: ${(error as Error).message}`)
  }
  const plan = parse(unchecked)
  if (plan.ok) return plan.value
  throw new Told(cannotWork(file, plan.error))
}

export const cannotWork = (
  file: string,
  mistakes: readonly { readonly field: string; readonly rule: string }[],
): string => [`${file} cannot work:`, ...mistakes.map(({ field, rule }) => `  ${field}: ${rule}`)].join('\n')

/** `lanepay config` */
export async function runConfig(): Promise<void> {
  const { settings, mistakes } = readSettings(process.env)
  console.log(printSettings(settings))
  if (mistakes.length > 0)
    throw new Told(
      ['', 'These settings cannot work:', ...mistakes.map(({ setting, rule }) => `  ${setting}: ${rule}`)].join('\n'),
    )
}
