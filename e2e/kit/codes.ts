import type { LotPlan } from '@lanepay/cloud/lot/provision.ts'
import { codesOf } from '@lanepay/lanepay/lot.ts'
import { houseKey, type Road } from './road.ts'

/** The printed code of this kind of a lot's plan, as its last part: what stands behind `/p/`. */
export const codesOfPlan =
  (road: Road, plan: LotPlan) =>
  (kind: 'entry' | 'prepay' | 'exit'): string =>
    codesOf(plan, road.publicUrl, houseKey)
      .find((one) => one.kind === kind)!
      .url.split('/')
      .at(-1)!
