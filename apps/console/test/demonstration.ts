import type { LotPlan } from '@lanepay/cloud/lot/provision.ts'
import { addPayments } from '@lanepay/cloud/report/report.testing.ts'
import { firstIdAt } from '@lanepay/domain/ids.ts'
import type { Office } from './office.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What somebody from outside writes where a name or a reason is asked for; a page shows it as it is. */
export const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'

/**
 * Rows of all kinds, of the last days, for pages to show: two lots of operator 1 with money, stays, alarms and devices, of which some are
 * named by somebody who means harm.
 */
export async function demonstration({ cloud }: Office): Promise<void> {
  const now = Date.now()
  const accounts: LotPlan['accounts'] = [
    { id: 11, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} },
    { id: 12, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
  ]
  await cloud.aLot({
    ...{ number: 4001, bucket: 1, name: '阳光花园', accounts, operator: { id: '1', name: '阳光物业' } },
  })
  await cloud.aLot({ number: 4002, bucket: 1, name: hostile, accounts, operator: { id: '1', name: '阳光物业' } })
  for (const lotId of [4001, 4002])
    await addPayments(
      cloud.sql,
      { bucket: 1, lotId },
      { count: 400, from: now - 8 * dayMs, everyMs: (8 * dayMs) / 400 },
    )
  const put = (table: string, row: Readonly<Record<string, unknown>>) => {
    const all = Object.entries({ bucket: 1, lot_id: 4001, ...row })
    const places = all.map((_, at) => `$${at + 1}`)
    return cloud.sql.query(
      `insert into ${table} (${all.map(([key]) => key).join(', ')}) values (${places.join(', ')})`,
      all.map(([, value]) => value),
    )
  }
  const first = BigInt(firstIdAt(now - hourMs))
  for (const [n, plate] of ['粤B12345', '京AD12345', hostile].entries())
    await put('session', {
      ...{ id: String(first + BigInt(n)), plate, state: 'inside', entered_at: new Date(now - hourMs), entry_lane: 1 },
      ...{ pass: false, colour: 'blue', paid_fen: 0, standing: 'visitor' },
    })
  for (const [n, because] of ['the camera sees nothing', hostile].entries()) {
    await put('alarm', {
      ...{ id: String(first + BigInt(n)), kind: 'device-ill', subject: String(n), lane_id: 1 },
      ...{ because, raised_at: new Date(now - hourMs) },
    })
    await put('device_state', {
      ...{ device: n === 0 ? 'camera 1' : hostile, since: new Date(now - hourMs), state: 'ill', because },
    })
  }
}

/** Whether something that was only to be shown has run. */
declare global {
  interface Window {
    hacked?: number
  }
}
