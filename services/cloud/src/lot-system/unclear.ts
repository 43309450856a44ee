import type { Clock } from '@lanepay/domain/clock.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { isTokenRefused } from '@lanepay/lot-systems/logged-in.ts'
import { isUnusable, type LotError, mayAskAgain, wrongOf } from '@lanepay/lot-systems/lot-system.ts'
import { chinaTime } from '@lanepay/lot-systems/values.ts'
import type { Alarms } from '../alarm/alarm.ts'

/** Longer than a token that another login has ended is left in peace (called/tokens.ts): one that is refused still is of no use to anybody. */
const tokenRestsMs = 30_000

/**
 * What is of no use to whoever asked is shown to a person: once a day, however many scan meanwhile. So is an account whose tokens are never
 * taken: asked again it is the same, and nobody who waits hears why.
 */
export function unclearAlarms({ clock, alarms }: { readonly clock: Clock; readonly alarms: Alarms }) {
  const alarmed = new Map<number, string>()
  const refusedSince = new Map<number, number>()
  const isOfNoUse = ({ lotId }: LotKey, error: LotError): error is Extract<LotError, { kind: 'refused' }> => {
    if (!isTokenRefused(error)) return isUnusable(error)
    const since = refusedSince.get(lotId)
    if (since === undefined) refusedSince.set(lotId, clock.now())
    return since !== undefined && clock.now() - since > tokenRestsMs
  }
  return async <T>(lot: LotKey, answer: Result<T, LotError>): Promise<Result<T, LotError>> => {
    if (answer.ok || !mayAskAgain(answer.error)) refusedSince.delete(lot.lotId)
    if (answer.ok || !isOfNoUse(lot, answer.error)) return answer
    const says = `${chinaTime(clock.now()).slice(0, 10)} ${wrongOf(answer.error)}`
    if (alarmed.get(lot.lotId) === says) return answer
    await alarms.raise(lot, { kind: 'lot-unclear', because: says })
    alarmed.set(lot.lotId, says)
    return answer
  }
}
