import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import type { CodeState, FoundVerdict } from './api.ts'
import type { CodePlace } from './places.ts'
import type { Code } from './token.ts'

/*
 * What a code is worth, and what may become of it. Each place of a lot counts its codes; one that is printed is live there at a time,
 * and screens beside it. What was made before codes were kept has serial 0 and no row: it is live until it is replaced or revoked.
 */

export type Kept = { readonly serial: number; readonly state: CodeState; readonly isScreen: boolean }
export const lastSerial = 4095

/** Whether a scanned code leads on, or what is told instead. */
export type Standing = 'live' | 'code-malformed' | 'code-replaced' | 'code-revoked' | 'code-expired'

/** @param kept the row of this very code; null where there is none */
export function standingOf({ serial, shown }: Code, kept: Omit<Kept, 'serial'> | null, now: Instant): Standing {
  const isScreen = shown !== undefined
  // Nobody else can have made the token, so a serial without a row is one that a restored database has forgotten.
  if (kept === null) return serial === 0 && !isScreen ? 'live' : 'code-malformed'
  if (kept.isScreen !== isScreen) return 'code-malformed'
  if (kept.state !== 'live') return kept.state === 'replaced' ? 'code-replaced' : 'code-revoked'
  return shown !== undefined && now > shown.until ? 'code-expired' : 'live'
}

/** The code printed last for a place, live or revoked. */
export function printedOf(kept: readonly Kept[]): { readonly serial: number; readonly state: CodeState } {
  const printed = kept.filter(({ isScreen }) => !isScreen)
  return printed.reduce((last, one) => (one.serial >= last.serial ? one : last), {
    ...{ serial: 0, state: 'live' as CodeState },
  })
}

export type CodeRefusal = 'code-not-live' | 'codes-used-up'

/** Replaces the code with this serial by a new one; a revoked one too, where a code shall hang again. Answers the new serial. */
export function decideReplace(kept: readonly Kept[], serial: number): Result<number, CodeRefusal> {
  return printedOf(kept).serial === serial ? nextSerial(kept) : err('code-not-live')
}

/** Whether this code, or this screen, is live: only then it may end. */
export function decideRevoke(kept: readonly Kept[], serial: number): Result<null, CodeRefusal> {
  const one = kept.find((code) => code.serial === serial) ?? (serial === 0 ? printedOf([]) : null)
  return one?.state === 'live' ? ok(null) : err('code-not-live')
}

/** A serial is never given twice: what hung there once must not lead anywhere again. */
export function nextSerial(kept: readonly Kept[]): Result<number, CodeRefusal> {
  const next = Math.max(0, ...kept.map(({ serial }) => serial)) + 1
  return next > lastSerial ? err('codes-used-up') : ok(next)
}

/** What somebody on site found: a code of ours, or something else. */
export type Found =
  | { readonly what: 'code'; readonly code: LotKey & CodePlace; readonly standing: Standing }
  | { readonly what: 'not-ours' }
  | { readonly what: 'nothing' }

/** What hangs at a place, held against what should. What is wrong first counts: a code of another lot is foreign, whether it is live there or not. */
export function verdictOf(lot: LotKey, place: CodePlace, found: Found): FoundVerdict {
  if (found.what !== 'code') return found.what === 'nothing' ? 'missing' : 'not-ours'
  const { code, standing } = found
  if (standing === 'code-malformed') return 'not-ours'
  if (code.lotId !== lot.lotId || code.bucket !== lot.bucket) return 'foreign'
  if (code.kind !== place.kind || code.laneId !== place.laneId) return 'swapped'
  switch (standing) {
    case 'live':
      return 'right'
    case 'code-revoked':
      return 'revoked'
    // A picture of a screen's code that was hung up is as good as an old print.
    case 'code-replaced':
    case 'code-expired':
      return 'stale'
  }
}
