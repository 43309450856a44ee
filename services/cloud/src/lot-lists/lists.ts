import type { Database, Statement } from '@lanepay/database/database.ts'
import type { Clock } from '@lanepay/domain/clock.ts'
import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import type { PageName, PageOf } from '@lanepay/lot-systems/lists.ts'
import { type EveryLot, type LotError, unreadable, wrongOf } from '@lanepay/lot-systems/lot-system.ts'
import type { InsideDifferencesView, LaneDifferencesView, Unanswered } from './api.ts'
import { insideDifferences, leftBy, type OurStay } from './inside.ts'
import { laneDifferences, type OurLane, type TheirLane } from './lane-differences.ts'

/** So many vehicles are listed, here and by a lot's software; more are no list that a person goes through. */
const pagesAtMost = 50
const staysAtMost = 20_000
/** Who went out is looked for so far back, and over so many pages. */
const lookedBackMs = 3 * 24 * 3_600_000
const passagePagesAtMost = 20

const selectOurLanes: Statement = {
  name: 'select-lanes-with-channels-of-lot',
  text: `
  select l.lane_id as lane, l.name, l.direction, l.channel, lot.system
    from lane l join lot on lot.bucket = l.bucket and lot.lot_id = l.lot_id
   where l.bucket = $1 and l.lot_id = $2 order by l.lane_id`,
}
const selectLanesSaid: Statement = {
  name: 'select-lanes-said-by-software-of-lot',
  text: `
  select key as channel, coalesce(body ->> 'name', '') as name, coalesce(body ->> 'direction', 'unknown') as direction from bolink_kept
   where bucket = $1 and lot_id = $2 and kind = 'lane' and ended_at is null order by key collate "C" limit 999`,
}
const selectOurStays: Statement = {
  name: 'select-open-stays-with-records-of-lot',
  text: `
  select s.id as session, o.order_id as stay, s.plate, s.entered_at as "enteredAt"
    from session s
    left join bolink_order o on o.bucket = s.bucket and o.lot_id = s.lot_id and o.session_id = s.id and o.debt_of is null
   where s.bucket = $1 and s.lot_id = $2 and s.state in ('inside', 'leaving') and s.renews_card is null
   order by s.plate limit $3`,
}

const unansweredBy = (error: LotError): Exclude<Unanswered, null> =>
  error.kind === 'offline' ? 'lot-silent' : wrongOf(error)

async function everyRow<T>(
  ask: (page: PageName) => Promise<Result<PageOf<T>, LotError>>,
  atMost: number,
): Promise<Result<readonly T[], LotError>> {
  const rows: T[] = []
  let page: PageName = null
  for (let pages = 0; pages < atMost; pages++) {
    const read: Result<PageOf<T>, LotError> = await ask(page)
    if (!read.ok) return read
    rows.push(...read.value.rows)
    page = read.value.next
    if (page === null) return ok(rows)
  }
  return err(unreadable('a list that does not end'))
}

/** Lists of a lot's own software beside what is known here. */
export function lotLists(deps: {
  readonly database: Database
  readonly clock: Clock
  readonly lots: Pick<EveryLot, 'abilitiesOf' | 'lanes' | 'inside' | 'passages'>
}) {
  const { database, clock, lots } = deps
  return {
    /** Of software that says its lanes by itself, as it said them last; none at a lot whose software names none. */
    async lanes(lot: LotKey): Promise<LaneDifferencesView> {
      const db = database.of(lot.bucket)
      const key = [lot.bucket, lot.lotId]
      const ours = await db.query<OurLane & { readonly system: string }>(selectOurLanes, key)
      if (ours[0]?.system === 'bolink')
        return { lanes: laneDifferences(ours, await db.query<TheirLane>(selectLanesSaid, key)), unanswered: null }
      if (!(await lots.abilitiesOf(lot)).includes('lists-lanes')) return { lanes: [], unanswered: null }
      const said = await lots.lanes(lot)
      if (!said.ok) return { lanes: [], unanswered: unansweredBy(said.error) }
      const theirs = said.value.map((one) => ({ ...one, direction: one.direction ?? 'unknown' }))
      return { lanes: laneDifferences(ours, theirs), unanswered: null }
    },

    async inside(lot: LotKey): Promise<Result<InsideDifferencesView, 'lot-cannot'>> {
      const abilities = await lots.abilitiesOf(lot)
      if (!abilities.includes('lists-inside')) return err('lot-cannot')
      const now = clock.now()
      const ours = await database.of(lot.bucket).query<OurStay>(selectOurStays, [lot.bucket, lot.lotId, staysAtMost])
      const none = { now, ours: ours.length, theirs: 0, onlyOurs: [], onlyTheirs: [] }
      const said = await everyRow((page) => lots.inside(lot, page), pagesAtMost)
      // Of a list that is not whole nothing is said: who is not on it may be on its next page.
      if (!said.ok) return ok({ ...none, unanswered: unansweredBy(said.error) })
      const { onlyOurs, onlyTheirs } = insideDifferences(ours, said.value, now)
      const from = Math.max(now - lookedBackMs, Math.min(now, ...onlyOurs.map(({ enteredAt }) => enteredAt)))
      const passed =
        onlyOurs.length > 0 && abilities.includes('lists-passages')
          ? await everyRow((page) => lots.passages(lot, { from, to: now, page }), passagePagesAtMost)
          : ok([])
      return ok({
        ...{ now, ours: ours.length, theirs: said.value.length, onlyTheirs },
        // That nobody says when they left makes the list no less true.
        onlyOurs: onlyOurs.map((one) => ({ ...one, left: passed.ok ? leftBy(one, passed.value) : null })),
        unanswered: null,
      })
    },
  }
}
