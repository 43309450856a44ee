import type { Clock } from '@lanepay/domain/clock.ts'
import { ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import { isPass } from '@lanepay/domain/unplated.ts'
import type { Paid, Quoted, QuoteOf } from '@lanepay/lot-systems/called.ts'
import type { LotError } from '@lanepay/lot-systems/lot-system.ts'
import type { Calling } from './call.ts'
import { latelyAsked, type Priced, type Subject } from './lately.ts'
import type { Called } from './settings.ts'

export const isNobody = (read: Result<Quoted, LotError>): boolean =>
  !read.ok && read.error.kind === 'refused' && ['lane-empty', 'no-session'].includes(read.error.because)

/** What called software is asked about prices: about one vehicle once in a few seconds, about a lane each time. */
export function pricing({
  clock,
  newId,
  calling,
}: {
  readonly clock: Clock
  readonly newId: () => Id
  readonly calling: Calling
}) {
  const lately = latelyAsked(clock)
  /** `toldFen` null: nothing that is remembered will do. */
  const ask = async (called: Called, of: QuoteOf, toldFen: number | null): Promise<Priced> => {
    const call = () => calling.call(called, called.system.quote, of, newId())
    if (toldFen !== null && 'plate' in of) return lately.ask(called, of, toldFen, call)
    return { read: await call(), at: clock.now() }
  }
  /** The price, and by which question. */
  const plain = async (
    called: Called,
    of: QuoteOf,
    toldFen: number | null,
  ): Promise<Priced & { readonly of: QuoteOf }> => {
    const { quoteNext } = called.system
    const first = { ...(await ask(called, of, toldFen)), of }
    const next = isNobody(first.read) ? (quoteNext?.(of) ?? null) : null
    if (next === null) return first
    const second = await ask(called, next, toldFen)
    return isNobody(second.read) ? first : { ...second, of: next }
  }
  return {
    ask,
    plain,
    /**
     * The price anew of a stay that is being paid, by the same coupon: where its vehicle stands, as long as it does, else by its plate, and then no
     * lane opens by it. Null: nobody is there under that stay any more.
     */
    async anew(
      called: Called,
      { stay, plate, lane, lowered }: Pick<Paid, 'stay' | 'plate' | 'lane' | 'lowered'>,
    ): Promise<
      Result<{ readonly quoted: Quoted; readonly lane: string | null; readonly at: number } | null, LotError>
    > {
      const worth = lowered === undefined ? {} : { worth: lowered.worth }
      const ways: readonly QuoteOf[] = [
        ...(lane === null ? [] : [{ lane, pass: isPass(plate) ? plate : null, ...worth }]),
        { plate, stay, ...worth },
      ]
      for (const of of ways) {
        const { read, at } = await plain(called, of, null)
        if (!read.ok && !isNobody(read)) return read
        if (read.ok && read.value.stay === stay) return ok({ quoted: read.value, lane: 'lane' in of ? lane : null, at })
      }
      return ok(null)
    },
    forget: (lot: LotKey, subject: Subject): void => lately.forget(lot, subject),
  }
}
export type Prices = ReturnType<typeof pricing>
