import type { RefundRights } from '@lanepay/cloud/refund/right.ts'
import { parseRefundRights } from '@lanepay/cloud/refund/rights-file.ts'
import type { ActName } from '@lanepay/cloud/staff/acts.ts'
import { staffRefusals } from '@lanepay/cloud/staff/errors.ts'
import { moneyRightsOf } from '@lanepay/cloud/staff/money-rights.ts'
import { tidyAccount } from '@lanepay/cloud/staff/sign-in.ts'
import type { Database } from '@lanepay/database/database.ts'
import { systemClock } from '@lanepay/domain/clock.ts'
import { idMaker } from '@lanepay/domain/ids.ts'
import type { LotKey } from '@lanepay/domain/types.ts'
import { readPlanOrTell } from './config.ts'
import { keptSecrets, Told } from './keep.ts'
import { keptClock } from './kept-clock.ts'
import { type Settings, settingList } from './settings.ts'

export type WhoMay = {
  readonly by: string
  readonly rights: RefundRights
  /** Takes the code of an account for good, or tells why not; null where the file of rights counts. */
  readonly take: ((code: string) => Promise<void>) | null
}
/** Apart from the cloud processes, which count from 0, and from other commands. */
const nodeNumber = 1017

/**
 * Whether `--by` may move money, and how its second factor is proven: by the file of LANEPAY_REFUND_RIGHTS where that is set, else by
 * the account of that name. Never by both, or a person that was ended in one would live on in the other.
 * @throws Told where it may not.
 */
export async function whoMay(
  settings: Pick<Settings, 'refundRights' | 'houseKey' | 'home'>,
  usage: string,
  database: Database,
  asked: { readonly by: string; readonly act: ActName; readonly lot: LotKey | null; readonly about: string },
): Promise<WhoMay> {
  if (settings.refundRights !== null)
    return { by: asked.by, rights: readPlanOrTell(settings.refundRights, usage, parseRefundRights), take: null }
  const account = tidyAccount(asked.by)
  const houseKey = Buffer.from(settings.houseKey ?? keptSecrets(settings.home).houseKey)
  const clock = keptClock(settings.home)
  const newId = idMaker(() => clock.now(), nodeNumber)
  const found = await moneyRightsOf({ database, clock, codeClock: systemClock, newId, houseKey }, { ...asked, account })
  if (!found.ok)
    throw new Told(
      {
        'account-unknown': `--by: there is no account "${asked.by}" (see lanepay staff). Set ${settingList.refundRights.env} to go by a file of those who may move money.`,
        'not-allowed': '--by: the role of this account, or its lots, do not reach this',
        'no-second-factor': '--by: this account has no authenticator yet: its person sets one up after signing in',
      }[found.error],
    )
  const { rights, takeCode } = found.value
  return {
    ...{ by: account, rights },
    take: async (code) => {
      const taken = await takeCode(code)
      if (!taken.ok) throw new Told(`--by: ${staffRefusals[taken.error].message}`)
    },
  }
}
