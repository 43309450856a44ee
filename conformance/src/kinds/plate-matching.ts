import { matchMisread } from '@lanepay/domain/matching.ts'
import { passed, type Verdict } from '../check.ts'

type Case = { readonly entry: string; readonly exit: string; readonly match: boolean }

/**
 * `plate-matching.json`: an entry read, an exit read, and whether they are put forward as one vehicle. By themselves they
 * never are: what matches must be an offer to a person.
 */
export function plateMatchingVerdict(text: string): Verdict {
  const { cases } = JSON.parse(text) as { readonly cases: readonly Case[] }
  const expected = cases.map(({ entry, exit, match }) => ({ entry, exit, kind: match ? 'offer' : 'none' }))
  const actual = cases.map(({ entry, exit }) => {
    const inside = [{ plate: entry, colour: 'unknown', beingPaid: false } as const]
    return { entry, exit, kind: matchMisread({ plate: exit, colour: 'unknown' }, inside).kind }
  })
  return JSON.stringify(expected) === JSON.stringify(actual) ? passed : { passed: false, expected, actual }
}
