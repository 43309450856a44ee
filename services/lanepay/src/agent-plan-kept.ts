import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { keepFile } from './keep.ts'

/*
 * The last plan that worked, as its file had it (secrets by name), beside the lot's own file: a lot whose plan was broken by hand
 * goes on by it, and says so, instead of standing still.
 */
const name = 'plan-that-worked.json'

export type KeptPlan = { readonly dir: string; readonly file: string; readonly keptAt: Date }

/** Where secrets that the plan names by a path are found: the folder of the file it came from. */
type Kept = { readonly from: string; readonly plan: unknown }

/** @param file of a plan that has just been found to work */
export function keepPlan(dir: string, file: string): void {
  const kept: Kept = { from: resolve(dirname(file)), plan: JSON.parse(readFileSync(file, 'utf8')) }
  keepFile(join(dir, name), JSON.stringify(kept))
}

/** Of the lot whose number the file still tells, else of the only lot there is in this home; null: none ever worked here. */
export function findKeptPlan(home: string, file: string): KeptPlan | null {
  const dirs = existsSync(home) ? readdirSync(home).filter((one) => existsSync(join(home, one, name))) : []
  const own = numberIn(file)
  const found = own === null ? (dirs.length === 1 ? dirs[0] : undefined) : dirs.find((one) => one === `agent-${own}`)
  if (found === undefined) return null
  const path = join(home, found, name)
  return { dir: join(home, found), file: path, keptAt: statSync(path).mtime }
}

export const readKeptPlan = (path: string): Kept => JSON.parse(readFileSync(path, 'utf8')) as Kept

function numberIn(file: string): number | null {
  try {
    const { number } = JSON.parse(readFileSync(file, 'utf8')) as { readonly number?: unknown }
    return Number.isSafeInteger(number) ? Number(number) : null
  } catch {
    return null // what is wrong with the file has been told
  }
}
