import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Id, LotKey } from '@lanepay/domain/types.ts'
import type { Operation } from '@lanepay/lot-systems/called.ts'
import type { LotLists, PageName, SystemLane } from '@lanepay/lot-systems/lists.ts'
import { type LotError, type LotStatus, type LotSystem, noWord, unreadable } from '@lanepay/lot-systems/lot-system.ts'
import type { Calling } from './call.ts'
import type { Called } from './settings.ts'

/** A person looks at a page meanwhile. */
const answerWithinMs = 3_000
/** How a lot is is asked so often at most, however many look: a page that is open asks every few seconds. */
const statusStandsMs = 15_000
/** No lot has so many lanes; a system that never ends its list is not followed. */
const lanePagesAtMost = 20

/** What a called lot is only asked: it changes nothing there, and nothing is asked again. */
export function reading(options: {
  readonly clock: Clock
  readonly newId: () => Id
  readonly calling: Calling
  readonly calledOf: (lot: LotKey) => Promise<Called>
  readonly channelOf: (lot: LotKey, lane: number) => Promise<string | null>
}): LotLists & Pick<LotSystem, 'status' | 'picture'> {
  const { clock, newId, calling, calledOf, channelOf } = options
  const ask = async <I, O>(
    called: Called,
    operation: Operation<object, I, O> | undefined,
    input: I,
  ): Promise<Result<O, LotError>> =>
    operation ? calling.call(called, operation, input, newId(), answerWithinMs) : err(noWord)
  const statusOf = async (lot: LotKey): Promise<Result<LotStatus, LotError>> => {
    const called = await calledOf(lot)
    const read = await Promise.all((called.system.status ?? []).map((one) => ask(called, one, null)))
    const said = read.flatMap((one) => (one.ok ? [one.value] : []))
    const [first = err(noWord)] = read
    if (said.length === 0 && !first.ok) return first
    const status: LotStatus = Object.assign({ inside: null, version: null, devices: null, spaces: null }, ...said)
    return ok(status)
  }
  const statuses = new Map<number, { readonly at: number; readonly status: Promise<Result<LotStatus, LotError>> }>()
  return {
    status: (lot) => {
      const last = statuses.get(lot.lotId)
      if (last && clock.now() - last.at < statusStandsMs) return last.status
      const status = statusOf(lot)
      statuses.set(lot.lotId, { at: clock.now(), status })
      status.catch(() => statuses.delete(lot.lotId)) // told to whoever asked
      return status
    },
    lanes: async (lot) => {
      const called = await calledOf(lot)
      const lanes: SystemLane[] = []
      let page: PageName = null
      for (let pages = 0; pages < lanePagesAtMost; pages++) {
        const read: Awaited<ReturnType<typeof ask<PageName, { rows: readonly SystemLane[]; next: PageName }>>> =
          await ask(called, called.system.lanes, page)
        if (!read.ok) return read
        lanes.push(...read.value.rows)
        page = read.value.next
        if (page === null) return ok(lanes)
      }
      return err(unreadable('a list of lanes that does not end'))
    },
    inside: async (lot, page) => {
      const called = await calledOf(lot)
      return ask(called, called.system.inside, page)
    },
    passages: async (lot, of) => {
      const called = await calledOf(lot)
      return ask(called, called.system.passages, of)
    },
    picture: async (lot, { lane, at }) => {
      const called = await calledOf(lot)
      const channel = await channelOf(lot, lane)
      if (!called.system.picture) return err(noWord)
      if (channel === null) return err({ kind: 'refused', because: 'lane-unknown' })
      // It has that of now alone.
      if (at !== null) return err({ kind: 'refused', because: 'no-picture' })
      const taken = await ask(called, called.system.picture, { lane: channel })
      return taken.ok ? ok({ at: clock.now(), jpeg: taken.value }) : taken
    },
  }
}
