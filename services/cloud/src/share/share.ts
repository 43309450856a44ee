import type { LetGo } from '../refund/take-back.ts'
import { lettingGo } from './let-go.ts'
import { makingShares } from './make.ts'
import { askingForShares, type OrderDeps } from './order.ts'
import { ruleReader } from './rule-of.ts'
import { type TakingBack, takingBack } from './take-back.ts'

/** Shares of paid payments: paid out by the channel, never by us, and taken back before a refund (domain.md 6). */
export type Sharing = TakingBack & {
  /** Of a receipt that is kept back and too little for a refund: asked when a channel has said that there is not enough. */
  readonly letGo: LetGo
}

/** One round makes what is due, asks for it, and for what comes back; called by a timer. */
export function sharing(deps: Omit<OrderDeps, 'ruleOf'>): Sharing {
  const all: OrderDeps = { ...deps, ruleOf: ruleReader(deps.database) }
  const [make, ask, back] = [makingShares(all), askingForShares(all), takingBack(all)]
  return {
    ...back,
    letGo: lettingGo(all),
    round: async () => {
      await make()
      await ask()
      await back.round()
    },
  }
}
