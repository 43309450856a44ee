import { tidyPlate } from '@lanepay/domain/plate.ts'
import type { Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { Quoted, QuoteOf } from '@lanepay/lot-systems/called.ts'
import type { LotError } from '@lanepay/lot-systems/lot-system.ts'

/** Several vendors make an order of each price: about one vehicle they are asked once in so long (lot-devices.md 6.2). */
const askedOnceMs = 10_000

/** What was answered, and when. */
export type Priced = { readonly read: Result<Quoted, LotError>; readonly at: number }
/** Of one vehicle: who stands in a lane may be another the next moment, and is never remembered. */
export type OfVehicle = Extract<QuoteOf, { readonly plate: string }>
/** Whom something happened to, as far as it is named. */
export type Subject = { readonly plate?: string | null; readonly stay?: string | null }
type Asked = { readonly of: OfVehicle; said: Priced | null }

/** Whether an answer is one to whoever asks the same at this instant: a price, or that it was asked too often. */
export const standsStill = ({ read, at }: Priced, now: number): boolean =>
  now < at + askedOnceMs && (read.ok || (read.error.kind === 'refused' && read.error.tooOften === true))

/** Whether what was asked, or answered, may be of whom this happened to; of what is being asked nobody knows yet. */
export function isAbout({ of, said }: Asked, { plate, stay }: Subject): boolean {
  if (said === null) return true
  const answer = said.read.ok ? said.read.value : null
  const plates = [of.plate, answer?.plate ?? of.plate].map(tidyPlate)
  return (
    (plate !== undefined && plate !== null && plates.includes(tidyPlate(plate))) ||
    (stay !== undefined && stay !== null && [of.stay, answer?.stay].includes(stay))
  )
}

/** What this process has asked of lots in the last seconds: the same question is answered from here, and several who ask it at once share one call. */
export function latelyAsked(clock: { now(): number }) {
  const lots = new Map<string, Map<string, Asked & { readonly answer: Promise<Priced> }>>()
  const ofLot = ({ bucket, lotId }: LotKey) => {
    const key = `${bucket}/${lotId}`
    const asked = lots.get(key) ?? new Map()
    lots.set(key, asked)
    return asked as NonNullable<ReturnType<typeof lots.get>>
  }
  return {
    /** `toldFen`: what the lot has heard of the stay's payments, whichever process told it: another sum is another question. */
    async ask(
      lot: LotKey,
      of: OfVehicle,
      toldFen: number,
      call: () => Promise<Result<Quoted, LotError>>,
    ): Promise<Priced> {
      const asked = ofLot(lot)
      for (const [key, { said }] of asked) if (said !== null && !standsStill(said, clock.now())) asked.delete(key)
      const keyOf = (one: OfVehicle): string => JSON.stringify([one.plate, one.stay, one.worth, toldFen])
      const key = keyOf(of)
      const known = asked.get(key)
      if (known) return known.answer
      const one = { of, said: null as Priced | null, answer: call().then((read) => ({ read, at: clock.now() })) }
      asked.set(key, one)
      try {
        one.said = await one.answer
        // Whoever asks next knows of its record.
        const { read } = one.said
        if (read.ok && of.stay === null && asked.get(key) === one)
          asked.set(keyOf({ ...of, stay: read.value.stay }), one)
        return one.said
      } finally {
        if ((one.said === null || !standsStill(one.said, clock.now())) && asked.get(key) === one) asked.delete(key)
      }
    },
    /** Something happened that may change a price. */
    forget(lot: LotKey, subject: Subject): void {
      const asked = ofLot(lot)
      for (const [key, one] of asked) if (isAbout(one, subject)) asked.delete(key)
    },
  }
}
