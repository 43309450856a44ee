import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { type Check, passed, type Verdict } from '../check.ts'

/* How the checks of `vectors/devices/` get at a sample, which lies beside the index that names it, and compare. */

export type Entry = Parameters<Check>[0]
export type Expect = Readonly<Record<string, unknown>>

export const equal = (expected: unknown, actual: unknown): Verdict =>
  isDeepStrictEqual(expected, actual) ? passed : { passed: false, expected, actual }

/** All that is in `expected`, and only that, out of `actual`. */
export const equalIn = (expected: Expect, actual: Expect): Verdict =>
  equal(expected, Object.fromEntries(Object.keys(expected).map((key) => [key, actual[key]])))

const ownSamples = fileURLToPath(new URL('../../vectors/devices', import.meta.url))
/** The sample beside the index that names it. */
export const fileOf = ({ folder, file }: Entry): Buffer =>
  readFileSync(join(String(folder ?? ownSamples), String(file)))
export const beside =
  (check: Check): Check =>
  (entry, index, folder) =>
    check({ ...entry, folder }, index)
export const expectOf = (entry: Entry): Expect => entry.expect as Expect

/** Hexadecimal with white space and comment lines. */
export const hexOf = (entry: Entry): string => fileOf(entry).toString('utf8').replace(/^#.*$/gm, '').replace(/\s/g, '')
