import { timingSafeEqual } from 'node:crypto'
import type { Database } from '@lanepay/database/database.ts'
import { amongTopic } from '@lanepay/lot-link/among.ts'
import type { BrokerRights } from '@lanepay/lot-link/broker.ts'
import { isSecret } from '../lot/provision.ts'
import { selectBucketOfLot, selectDeviceSecret } from '../lot/store.ts'

/** Who may connect to the broker, and to which topics; the broker asks for every connection. Null: nobody we know. */
export type RightsOf = (clientId: string, username: string, password: string) => Promise<BrokerRights | null>

/** Every lot, and what the processes of the cloud tell each other. */
const ofCloud = ['lot/#', amongTopic]

/**
 * The cloud (user `cloud`) hears and tells every lot, and itself; a lot's device (user and client id `lot<number>-<device>`) only its own
 * two directions (scale.md 4.3).
 */
export function brokerRights(options: { readonly database: Database; readonly cloudPassword: string }): RightsOf {
  const { database, cloudPassword } = options
  return async (clientId, username, password) => {
    if (username === 'cloud') {
      const [given, known] = [Buffer.from(password), Buffer.from(cloudPassword)]
      return given.length === known.length && timingSafeEqual(given, known)
        ? { publish: [...ofCloud], subscribe: [...ofCloud] }
        : null
    }
    const parts = /^lot([1-9]\d{0,6})-([a-z0-9-]{1,32})$/.exec(username)
    if (!parts || clientId !== username) return null
    const lotId = Number(parts[1])
    const device = parts[2]!
    for (const { db } of database.nodes) {
      const [lot] = await db.query<{ bucket: number }>(selectBucketOfLot, [lotId])
      if (!lot) continue
      const [row] = await database
        .of(lot.bucket)
        .query<{ secret_hash: string }>(selectDeviceSecret, [lot.bucket, lotId, device])
      if (!row || !(await isSecret(password, row.secret_hash))) return null
      const own = `lot/${lot.bucket}/${lotId}/${device}`
      return { publish: [`${own}/up/#`], subscribe: [`${own}/down/#`] }
    }
    return null
  }
}
