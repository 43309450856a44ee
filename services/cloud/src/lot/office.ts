import type { Database } from '@lanepay/database/database.ts'
import { instantOut } from '@lanepay/database/database.ts'
import type { Instant, LotKey } from '@lanepay/domain/types.ts'
import type { LotSystem } from '@lanepay/lot-systems/lot-system.ts'
import { agentDevice } from '../device/agents.ts'
import {
  type AgentView,
  cannotOf,
  type DeviceView,
  type LotRow,
  type OneLotView,
  type OverviewQuery,
  ofLists,
  type StateView,
} from './api.ts'
import {
  countInside,
  type OfficeLaneRow,
  type OfficeLotRow,
  type StateRow,
  selectFree,
  selectHistory,
  selectOfficeLanes,
  selectOfficeLots,
  selectOpenOffer,
  selectStatesNow,
} from './office-store.ts'

/* Lots as an office sees them: who is there, what is ill and since when, who stands where. */

const rank = { lost: 0, ill: 1, well: 2 } as const
/** What is told of a lot in a list. */
const worstShown = 3

/** The lots of an operator, those first that a person must look at. */
export async function lotsOverview(
  database: Database,
  lots: readonly LotKey[],
  isOnline: (lot: LotKey) => boolean,
): Promise<readonly LotRow[]> {
  const rows: LotRow[] = []
  for (const [bucket, own] of Map.groupBy(lots, (lot) => lot.bucket)) {
    const db = database.of(bucket)
    const key = [bucket, own.map(({ lotId }) => lotId)]
    const states = Map.groupBy(await db.query<StateRow>(selectStatesNow, key), (row) => row.lot_id)
    const inside = new Map(
      (await db.query<{ lot_id: number; inside: number }>(countInside, key)).map((row) => [row.lot_id, row.inside]),
    )
    for (const lot of await db.query<OfficeLotRow>(selectOfficeLots, key)) {
      const all = states.get(lot.lot_id) ?? []
      const wrong = all.filter(({ state }) => state !== 'well').sort((a, b) => rank[a.state] - rank[b.state])
      rows.push({
        ...{ lot: lot.lot_id, name: lot.name, system: lot.system, inside: inside.get(lot.lot_id) ?? 0 },
        online: isOnline({ bucket, lotId: lot.lot_id }),
        agent: agentOf(lot, all),
        ill: wrong.filter(({ state }) => state === 'ill').length,
        lost: wrong.filter(({ state }) => state === 'lost').length,
        worst: wrong
          .slice(0, worstShown)
          .map(({ device, state, because, since }) => ({ device, state, because, since })),
      })
    }
  }
  const trouble = (row: LotRow) => (row.online ? 0 : 4) + (row.lost > 0 ? 2 : 0) + (row.ill > 0 ? 1 : 0)
  return rows.sort((a, b) => trouble(b) - trouble(a) || a.lot - b.lot)
}

/** Whether a lot of the overview is one that is looked for. */
export const fitsOverview =
  ({ text = '', show }: OverviewQuery) =>
  ({ lot, name, online, ill, lost }: LotRow): boolean =>
    (show !== 'wrong' || !online || ill + lost > 0) &&
    `${lot} ${name}`.toLowerCase().includes(text.trim().toLowerCase())

/** One lot, or of it one lane with its devices. Asked of the lot itself where it is there. */
export async function oneLot(
  { database, lots }: { readonly database: Database; readonly lots: LotSystem },
  lot: LotKey,
  lane: number | null,
  now: Instant,
): Promise<OneLotView> {
  const db = database.of(lot.bucket)
  const key = [lot.bucket, lot.lotId]
  const [row] = await db.query<OfficeLotRow>(selectOfficeLots, [lot.bucket, [lot.lotId]])
  const states = await db.query<StateRow>(selectStatesNow, [lot.bucket, [lot.lotId]])
  const [count] = await db.query<{ inside: number }>(countInside, [lot.bucket, [lot.lotId]])
  const [free] = row!.system === 'bolink' ? await db.query<{ spaces: number; at: number }>(selectFree, key) : []
  const [offer] = await db.query<{ expires_at: number; take_over: boolean }>(selectOpenOffer, [...key, instantOut(now)])
  const lanes = await db.query<OfficeLaneRow>(selectOfficeLanes, key)
  const online = lots.isOnline(lot)
  const status = online ? await lots.status(lot) : null
  const told = status?.ok ? status.value.devices : null
  const spaces = status?.ok ? status.value.spaces : null
  const devices = devicesOf(states, told).filter((one) => lane === null || one.lane === lane || one.lane === null)
  const of = lane === null ? null : devices.map(({ device }) => device)
  const abilities = await lots.abilitiesOf(lot)
  const history = await db.query<StateRow>(selectHistory, [...key, of])
  return {
    ...{ now, lot: lot.lotId, name: row!.name, helpPhone: row!.help_phone, system: row!.system, online },
    inside: (status?.ok ? status.value.inside : null) ?? count?.inside ?? 0,
    free: free
      ? { spaces: free.spaces, total: null, at: free.at }
      : spaces && { spaces: spaces.freeSpaces, total: spaces.totalSpaces, at: now },
    suspended:
      row!.suspended_at === null
        ? null
        : // Why is between the platform and who runs the lot: whoever sits at a lane is told that it is so.
          { since: row!.suspended_at, because: lane === null ? row!.suspended_because : null },
    agent: agentOf(row!, states),
    lanes: lanes
      .filter(({ lane_id }) => lane === null || lane_id === lane)
      .map((one) => ({
        ...{ id: one.lane_id, name: one.name, direction: one.direction },
        standing:
          one.occupancy === null
            ? null
            : { occupancy: one.occupancy, plate: one.plate, session: one.session_id, since: one.since! },
      })),
    live: told !== null,
    devices,
    history: history.map(stateView),
    offer: offer ? { expiresAt: offer.expires_at, takeOver: offer.take_over } : null,
    cannot: cannotOf(abilities),
    lists: ofLists.filter((one) => abilities.includes(one)),
  }
}

type Told = NonNullable<Extract<Awaited<ReturnType<LotSystem['status']>>, { ok: true }>['value']['devices']>

/** As the lot says now, with since when from what it told before; of a lot that is not there, as it told last. */
function devicesOf(states: readonly StateRow[], told: Told | null): readonly DeviceView[] {
  const before = new Map(states.map((row) => [row.device, row]))
  const live = (told ?? []).map((one): DeviceView => {
    const known = before.get(one.device)
    before.delete(one.device)
    return {
      ...{ device: one.device, lane: one.lane, state: one.state, because: one.because ?? '', faults: one.faults },
      ...{ heardAt: one.heardAt, driftMs: one.clockOffMs },
      since: known?.state === one.state ? known.since : null,
    }
  })
  const kept = [...before.values()]
    .filter(({ device }) => device !== agentDevice)
    .map(
      (row): DeviceView => ({
        ...{ device: row.device, lane: laneIn(row.device), state: row.state, because: row.because, since: row.since },
        ...{ heardAt: null, driftMs: numberIn(row.drift_ms), faults: null },
      }),
    )
  return [...live, ...kept].sort((a, b) => rank[a.state] - rank[b.state] || (a.lane ?? 0) - (b.lane ?? 0))
}

/** Gates and displays say in their names which lane is theirs (lot-agent's abilities.ts); a camera is called by its number. */
function laneIn(device: string): number | null {
  const [, lane] = /^(?:gate|display)-(\d{1,3})$/.exec(device) ?? []
  return lane === undefined ? null : Number(lane)
}
const numberIn = (text: string | null): number | null => (text === null ? null : Number(text))

function agentOf(lot: OfficeLotRow, states: readonly StateRow[]): AgentView | null {
  if (!lot.has_agent) return null
  const state = states.find(({ device }) => device === agentDevice)
  return {
    ...{ name: lot.agent_name, enrolledAt: lot.enrolled_at, version: state?.version ?? null },
    ...{ state: state?.state ?? null, since: state?.since ?? null, driftMs: numberIn(state?.drift_ms ?? null) },
  }
}

const stateView = (row: StateRow): StateView => ({
  ...{ device: row.device, state: row.state, because: row.because, since: row.since, until: row.until_at },
  driftMs: numberIn(row.drift_ms),
})
