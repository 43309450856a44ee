import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Ask } from '@lanepay/lot-link/messages.ts'
import { collects } from '../lane/leads.ts'
import { type ErrorView, ScanAsk, type ScanView } from './api.ts'
import { checked } from './checked.ts'
import type { PageLot } from './page-lot.ts'

const check = checked(ScanAsk)

/** Sends what an attendant scanned to the cloud, or asks what became of it; nothing happens here but the asking. */
export async function doScan(page: PageLot, unchecked: unknown): Promise<Result<ScanView, ErrorView>> {
  const asked = check(unchecked)
  if (!asked.ok) return asked
  const { scan, session: id, by, code } = asked.value
  const { store, plan } = page.lot
  const session = store.session(id as never)
  if (!session) return err({ code: 'no-session', field: 'session', rule: 'a session of this lot' })
  // What became of it may be asked when the vehicle has gone.
  if (code !== undefined && !store.isOpen(session.id))
    return err({ code: 'session-ended', field: 'session', rule: 'a session that has not ended' })
  const standing = store.occupancyOf(session.id)
  const lane = plan.lanes.find((one) => one.id === standing?.lane && collects(plan, one))
  const ask: Ask = {
    id: scan,
    kind: 'pay-code',
    plate: session.plate,
    by,
    ...(lane ? { lane: lane.id } : {}),
    ...(code === undefined ? {} : { code }),
  }
  const reply = await page.scan(ask)
  return ok(
    reply === null
      ? { state: 'no-answer', because: null, paidFen: null }
      : { state: reply.state, because: reply.because ?? null, paidFen: reply.paidFen ?? null },
  )
}
