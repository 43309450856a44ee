import type { Verdict } from './check.ts'
import { type Case, loadCases, type Unusable } from './load.ts'

/** What became of one case of a vector file, or of a file that has none. */
export type Outcome = { readonly label: string; readonly verdict: Verdict | { readonly error: string } }

/** Checks every case under these paths, in order. Never throws for a vector, whatever is in it. */
export async function runAll(paths: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const found of loadCases(paths)) outcomes.push({ label: found.label, verdict: await verdictOn(found) })
  return outcomes
}

async function verdictOn(found: Case | Unusable): Promise<Outcome['verdict']> {
  if ('because' in found) return { error: found.because }
  const { kind, vector, file, folder, checks } = found
  const check = Object.hasOwn(checks, kind) ? checks[kind] : undefined
  if (!check) return { error: `a kind of vector nobody knows: ${kind}` }
  try {
    return await check(vector, file, folder)
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

/** One outcome for people to read; null for a pass, of which there is nothing to say. */
export function tell({ label, verdict }: Outcome): string | null {
  if ('notBuilt' in verdict) return `not built: ${verdict.notBuilt}  [${label}]`
  if ('error' in verdict) return `failed: ${label}\n  ${verdict.error}`
  if (verdict.passed) return null
  return `failed: ${label}\n  expected ${shown(verdict.expected)}\n  actual   ${shown(verdict.actual)}`
}

/** JSON, but for what JSON cannot say. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? String(value)
