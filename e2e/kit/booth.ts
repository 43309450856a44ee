import assert from 'node:assert/strict'
import type { ScanView, StateView } from '@lanepay/lot-agent/page/api.ts'
import { until } from './until.ts'

/** Hundreds of times a day: looked for more often than `until` does. */
export const soon = <T>(what: string, look: () => T | Promise<T>) => until(what, look, 30_000, 3)

/** The booth: the lot's own page, as an attendant uses it. */
export function boothOf(url: string, { password, by }: { readonly password: string; readonly by: string }) {
  let cookie = ''
  const send = async (path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(url + path, {
      headers: { cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    const set = response.headers.getSetCookie()[0]
    if (set) cookie = set.split(';')[0]!
    assert.equal(response.status, 200, await (response.ok ? '' : response.text()))
    return response
  }
  const state = async () => (await (await send('/api/state')).json()) as StateView
  return {
    signIn: () => send('/api/sign-in', { password }),
    state,
    atExit: () => soon('the booth sees who stands at the exit', async () => (await state()).lanes[1]!.occupancy),
    /** The lot has seen it go, whether the cloud hears of that or not: only then another one comes, as on any road. */
    isEmpty: (lane: number) =>
      until('the booth sees the lane empty', async () => (await state()).lanes[lane - 1]!.occupancy === null),
    cash: (session: string, paidFen: number) => send('/api/cash', { session, by, paidFen }),
    /** Scans the driver's wallet; without a code, asks what became of that scan. */
    scan: async (scan: string, session: string, code?: string) =>
      (await (
        await send('/api/scan', { scan, session, by, ...(code === undefined ? {} : { code }) })
      ).json()) as ScanView,
    open: (lane: number) => send('/api/open', { lane, by, reason: '抢修' }),
  }
}
export type Booth = ReturnType<typeof boothOf>
