import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Static, TSchema } from 'typebox'
import type { Opening } from '../disk/store.ts'
import { endPurchase, settleChange } from '../kiosk/change.ts'
import type { Lot } from '../lot.ts'
import { openByAttendant, takeCash } from '../person/attend.ts'
import { correct, voidStay } from '../person/correct.ts'
import { giveBack, handOver, openShift } from '../shift/turns.ts'
import {
  CashAsk,
  CorrectAsk,
  type DoneView,
  EndPurchaseAsk,
  type ErrorCode,
  type ErrorView,
  GiveBackAsk,
  HandOverAsk,
  OpenAsk,
  OpenShiftAsk,
  SettleChangeAsk,
  VoidAsk,
} from './api.ts'
import { checked } from './checked.ts'
import type { PageLot } from './page-lot.ts'

/** What the rules of the lot refuse: which part of the ask it is about, and what would be right. */
const refusals = {
  'no-session': ['session', 'a session of this lot'],
  'session-ended': ['session', 'a session that has not ended'],
  'nothing-owed': ['session', 'one that owes something'],
  'owes-otherwise': ['paidFen', 'all of what is owed now, and no more'],
  'lane-unknown': ['lane', 'a lane of this lot'],
  'lane-empty': ['lane', 'a lane in which a vehicle stands'],
  'not-a-plate': ['plate', 'a number plate'],
  'plate-inside': ['plate', 'a plate that no other stay inside has'],
  'entered-after-now': ['enteredAt', 'not after now'],
  'nothing-to-correct': ['plate', 'something that differs from what is known'],
  'not-priceable': ['vehicleClass', 'one that the price list has a price for'],
  'booth-unknown': ['booth', 'a booth of this lot'],
  'no-shift': ['booth', 'one at which a shift is open'],
  'shift-open': ['booth', 'one at which no shift is open'],
  'shift-of-another': ['by', 'whose shift it is'],
  'change-wrong': ['changeFen', 'what was given less what is paid'],
  'more-than-taken': ['amountFen', 'no more than was taken in cash for this session'],
  'drawer-short': ['amountFen', 'no more than is in the drawer'],
  'purchase-under-way': ['booth', 'a kiosk at which no purchase is under way'],
  'no-purchase': ['purchase', 'the one that is under way at this kiosk'],
  'no-case': ['owed', 'change that is still owed'],
} as const satisfies Partial<Record<ErrorCode, readonly [field: string, rule: string]>>

type Done = {
  readonly opening: Opening | null
  readonly refused?: string
  readonly handedOver?: DoneView['handedOver']
}
type Doing = (lot: Lot, unchecked: unknown, now: Instant) => Result<Done, ErrorView>

/** Something a person may do, behind the check of what was asked. */
function doing<S extends TSchema>(schema: S, act: (lot: Lot, asked: Static<S>, now: Instant) => Done): Doing {
  const check = checked(schema)
  return (lot, unchecked, now) => {
    const asked = check(unchecked)
    return asked.ok ? ok(act(lot, asked.value, now)) : asked
  }
}

const doings = {
  open: doing(OpenAsk, openByAttendant),
  cash: doing(CashAsk, takeCash),
  'give-back': doing(GiveBackAsk, giveBack),
  'open-shift': doing(OpenShiftAsk, openShift),
  'hand-over': doing(HandOverAsk, handOver),
  'settle-change': doing(SettleChangeAsk, settleChange),
  'end-purchase': doing(EndPurchaseAsk, endPurchase),
  correct: doing(CorrectAsk, correct),
  void: doing(VoidAsk, (lot, asked, now) => {
    const refused = voidStay(lot, asked, now)
    return { opening: null, ...(refused === null ? {} : { refused }) }
  }),
} as const satisfies Record<string, Doing>
export type Act = keyof typeof doings
export const isAct = (name: string): name is Act => Object.hasOwn(doings, name)

/** Does what a person at the lot asks for, all of it or nothing, in one turn; the gate is rung where that opens one. */
export function doAct(page: PageLot, act: Act, unchecked: unknown): Result<DoneView, ErrorView> {
  const { lot, clock } = page
  const done = page.turn(() => doings[act](lot, unchecked, clock.now()))
  if (!done.ok) return done
  const { opening, refused, handedOver } = done.value
  if (refused !== undefined) return err(refusal(refused))
  if (opening) page.ring(opening)
  return ok({
    gate: opening && (lot.store.opening(opening.id)?.state ?? opening.state),
    ...(handedOver === undefined ? {} : { handedOver }),
  })
}

function refusal(name: string): ErrorView {
  if (!Object.hasOwn(refusals, name)) throw new Error(`refused for a reason that has no words: ${name}`)
  const code = name as keyof typeof refusals
  const [field, rule] = refusals[code]
  return { code, field, rule }
}
