import { type LotPlan, provision } from '@lanepay/cloud/lot/provision.ts'
import type { Database } from '@lanepay/database/database.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import { hangingCodes } from './lot.ts'

/** What a program signs with in the sandbox; everybody knows it, and only simulated money comes there. */
export const sandboxKey = { name: '1-900-sandbox', secret: 'sandbox-secret-for-simulated-money-only' } as const

/** A lot of nobody, for software houses to try their program against (docs/connect.md). */
const sandbox: LotPlan = {
  bucket: 1,
  number: 900,
  name: '接口联调',
  platformFeeBasisPoints: 100,
  operator: { id: '900', name: '接口联调' },
  accounts: [
    { id: 901, channel: 'wechatpay', channelFeeBasisPoints: 60, merchant: {} },
    { id: 902, channel: 'alipay', channelFeeBasisPoints: 60, merchant: {} },
  ],
  lanes: [
    { id: 1, name: '入口', direction: 'entry' },
    { id: 2, name: '出口', direction: 'exit' },
  ],
  own: { keys: [{ name: 'sandbox', secret: sandboxKey.secret }] },
}

/** Opens it, and answers the paths of its codes, for a phone of the street. */
export async function openSandbox(
  database: Database,
  { houseKey, now, publicUrl }: { readonly houseKey: string; readonly now: Instant; readonly publicUrl: string },
): Promise<readonly { readonly kind: string; readonly path: string }[]> {
  await provision(database, sandbox, now, Buffer.from(houseKey))
  const codes = await hangingCodes(database, sandbox, publicUrl, houseKey)
  return codes.map(({ kind, url }) => ({ kind, path: new URL(url).pathname }))
}
