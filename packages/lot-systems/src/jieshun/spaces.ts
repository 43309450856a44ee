import { err, ok } from '@lanepay/domain/result.ts'
import type { Operation } from '../called.ts'
import { type LotStatus, unreadable } from '../lot-system.ts'
import { wholeOf } from '../values.ts'
import { firstOf, type JieshunSettings, jieshunAnswer, jieshunAsk } from './wire.ts'

/** How many spaces are free (lot-devices.md 5.3). How many there are in all is in no answer that is public. */
export const jieshunSpaces: Operation<JieshunSettings, null, Partial<LotStatus>> = {
  ask: (_, around) => jieshunAsk(around, '3c.park.queryparkspace', { parkCodes: around.settings.parkCode }),
  read: (said) => {
    const answer = jieshunAnswer(said)
    if (!answer.ok) return answer
    const rest = wholeOf(firstOf(answer.value)?.restSpace)
    return rest === null
      ? err(unreadable('restSpace'))
      : ok({ spaces: { totalSpaces: null, freeSpaces: Math.max(0, rest) } })
  },
}
