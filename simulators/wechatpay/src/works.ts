import type { Clock } from '@lanepay/domain/clock.ts'
import type { Tell } from '@lanepay/simulator-wire/wire.ts'
import type { AccountKeeper } from './account.ts'
import type { Faults } from './faults.ts'
import type { Till } from './money.ts'
import type { World } from './orders.ts'
import type { Rates } from './rates.ts'

/** Everything that runs behind the address. */
export type Works = World &
  Till & {
    readonly keeper: AccountKeeper
    readonly codePay: 'v2' | 'v3'
    readonly rates: Rates
    /** Where this is reached. */
    readonly url: () => string
    readonly clock: Clock
    readonly faults: Faults
    readonly tell: Tell
    readonly strangersKey: string
  }
