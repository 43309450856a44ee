import { httpCall } from '@lanepay/channels/http.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import type { Log } from '@lanepay/domain/log.ts'
import { err, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { bodyText } from '@lanepay/lot-systems/body-text.ts'
import type { Operation } from '@lanepay/lot-systems/called.ts'
import { loggedIn } from '@lanepay/lot-systems/logged-in.ts'
import { isUnusable, type LotError, wrongOf } from '@lanepay/lot-systems/lot-system.ts'
import type { Called } from './settings.ts'
import { accountOf, tokensOf } from './tokens.ts'

/** So long the software may take to be there, and to answer. */
const connectWithinMs = 3_000
const answerWithinMs = 8_000
/** A lot that did not answer is taken to be away for so long, unless it is heard of before. */
const awayMs = 60_000

/**
 * Makes the calls that an adapter says, and remembers who answered. Nothing is repeated here: what may be asked again is, under the
 * same `requestId`, by whoever asked.
 */
export function calling(parts: {
  readonly database: Database
  readonly houseKey: Uint8Array
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => Id
}) {
  const { houseKey, clock, log, newId } = parts
  const heard = new Map<number, { readonly at: number; readonly answered: boolean }>()
  const tokens = tokensOf(parts)
  const carried = async <I, O>(
    { bucket, lotId, system, settings }: Called,
    operation: Operation<object, I, O>,
    input: I,
    around: { readonly requestId: string; readonly token?: string },
    withinMs: number | undefined,
  ): Promise<Result<O, LotError>> => {
    const ask = operation.ask(input, { settings, now: clock.now(), nonce: newId(), ...around })
    const answer = await httpCall({
      ...{ method: ask.method, url: settings.address + ask.path, headers: ask.headers },
      ...(ask.body === null ? {} : { body: ask.body }),
      ...{ connectTimeoutMs: connectWithinMs, answerTimeoutMs: withinMs ?? answerWithinMs },
    })
    // That it took its time over a list says nothing of whether it is there for a driver.
    if (answer.kind === 'answer' || withinMs === undefined)
      heard.set(lotId, { at: clock.now(), answered: answer.kind === 'answer' })
    if (answer.kind !== 'answer') {
      log('warn', 'lot-did-not-answer', { lot: lotId, bucket, system: system.name, reason: answer.reason })
      return err({ kind: 'offline', ...(answer.kind === 'not-sent' ? { absent: true } : {}) })
    }
    const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, String(value)]))
    const body = bodyText(answer.body, headers['content-type'])
    return operation.read({ status: answer.status, headers, body }, input)
  }
  return {
    /** `offline` where no answer came: whether it acted is not known then. `withinMs`: of what changes nothing there, and has to be answered sooner. */
    async call<I, O>(
      called: Called,
      operation: Operation<object, I, O>,
      input: I,
      requestId: string,
      withinMs?: number,
    ): Promise<Result<O, LotError>> {
      const { bucket, lotId, system, settings } = called
      const { login } = system
      const read = await (login
        ? loggedIn(
            tokens(accountOf(houseKey, system.name, login.account(settings))),
            () => carried(called, login, null, { requestId }, withinMs),
            (token) => carried(called, operation, input, { requestId, token }, withinMs),
          )
        : carried(called, operation, input, { requestId }, withinMs))
      // What nobody can put right by asking again: our mistake, or a key that is not the right one.
      if (!read.ok && isUnusable(read.error))
        log('error', 'lot-refused-a-call', { lot: lotId, bucket, system: system.name, detail: wrongOf(read.error) })
      return read
    },
    /** It told us something. */
    hear: ({ lotId }: LotKey): void => void heard.set(lotId, { at: clock.now(), answered: true }),
    isAway: ({ lotId }: LotKey): boolean => {
      const last = heard.get(lotId)
      return last !== undefined && !last.answered && clock.now() - last.at < awayMs
    },
  }
}
export type Calling = ReturnType<typeof calling>
