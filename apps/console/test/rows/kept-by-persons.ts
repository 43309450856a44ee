import { houseKey } from '@lanepay/cloud/enrol/enrol.testing.ts'
import type { Role } from '@lanepay/cloud/staff/acts.ts'
import { signedInAs } from '@lanepay/cloud/staff/staff.testing.ts'
import { hostile } from '../demonstration.ts'
import type { Office } from '../office.ts'
import { asking } from './application.ts'

const by = async (office: Office, role: Role, operatorId?: string) =>
  asking(
    office,
    await signedInAs(office.cloud.data.database, Date.now(), { role, houseKey, ...(operatorId ? { operatorId } : {}) }),
  )

let templates = 0
/** Terms under a name of their own. */
export async function aTemplate(office: Office): Promise<void> {
  const name = `${hostile.slice(0, 36)}${++templates}`
  const ask = await by(office, 'platform-admin')
  await ask('POST', '/api/platform/templates', { name, platformFeeBasisPoints: 90, rules: [] })
}
/** Somebody of the platform has looked at what operator 1 sees. */
export async function aLook(office: Office): Promise<void> {
  const ask = await by(office, 'support')
  await ask('POST', '/api/platform/looks', { operator: '1', reason: hostile })
}
/** Operator 1 has begun to apply for one more lot. */
export async function oneMoreLot(office: Office): Promise<void> {
  const ask = await by(office, 'owner', '1')
  await ask('POST', '/api/operator/applications', {})
}
