import type { BillError } from '@lanepay/channels/bills.ts'
import type { ClearingOutcome } from '../clearing/clear.ts'
import { type Day, lastAskAt } from './day.ts'

/*
 * What becomes of a bill that is asked for, and of a difference that was found (domain.md 7, discrepancy).
 */

export const discrepancyClasses = [
  'not-our-number',
  'not-in-our-book',
  'unheard',
  'not-at-channel',
  'day-boundary',
  'double',
  'other-account',
  'state',
  'amount',
  'fee',
  'flow-gap',
  'flow-amount',
  'flow-missing',
  'flow-unexplained',
  'flow-unheard',
  'flow-settlement',
  'flow-balance',
  'gate-unexplained',
] as const
export type DiscrepancyClass = (typeof discrepancyClasses)[number]
export type DiscrepancyState = 'found' | 'explained-by-itself' | 'with-a-person' | 'settled'

/** Whose it is, what it says, and what that person does about it. */
export const classes: Readonly<
  Record<
    DiscrepancyClass,
    { readonly owner: 'platform' | 'operator'; readonly says: string; readonly todo: string; readonly waits: boolean }
  >
> = {
  'not-our-number': {
    ...{ owner: 'platform', waits: false },
    says: 'the channel has it under a number that we never made',
    todo: "find who else takes money through this account, or whether somebody used the channel's own platform",
  },
  'not-in-our-book': {
    ...{ owner: 'platform', waits: false },
    says: 'the channel has it, and our book has no such payment or refund',
    todo: 'look whether a database was put back to an earlier day; refund what nobody was let out for',
  },
  unheard: {
    ...{ owner: 'platform', waits: true },
    says: 'it was paid, or given back, without our knowledge',
    todo: 'it is not believed: compare number, account and amount with the channel',
  },
  'not-at-channel': {
    ...{ owner: 'platform', waits: false },
    says: 'we have it, and the channel does not',
    todo: 'ask the channel for this number; nobody has paid it until it says so',
  },
  'day-boundary': {
    ...{ owner: 'platform', waits: true },
    says: 'we have it close to midnight, so the bill of the next day may have it',
    todo: 'the next bill has not got it either: ask the channel for this number',
  },
  double: {
    ...{ owner: 'platform', waits: false },
    says: 'the channel has more than one for one number of ours',
    todo: "give the one that counts for nothing back on the channel's platform",
  },
  'other-account': {
    ...{ owner: 'platform', waits: false },
    says: 'it was received by another account than it was meant for',
    todo: "look at the operator's account in the lot's plan, then move the money or refund it",
  },
  state: {
    ...{ owner: 'platform', waits: false },
    says: 'one has it as done, the other as failed or reversed',
    todo: 'ask the channel for this number, and let its last word count',
  },
  amount: {
    ...{ owner: 'platform', waits: false },
    says: 'the amounts differ, or less reached the account than was paid',
    todo: "look at the channel's platform: a coupon that is not money, or an order that is not ours",
  },
  fee: {
    ...{ owner: 'platform', waits: false },
    says: "the channel's fee is not the one that was set aside; what it kept is posted",
    todo: "look at the account's rate in the lot's plan and in the channel's contract",
  },
  'flow-gap': {
    ...{ owner: 'platform', waits: false },
    says: "the account's balance does not follow from the day before and from its own movements",
    todo: 'ask the channel what moved between the two bills',
  },
  'flow-amount': {
    ...{ owner: 'platform', waits: false },
    says: "what the account got or gave is not what the books say of the channel's clearing",
    todo: 'compare the payment or refund, its fee and its shares with the movements of its number',
  },
  'flow-missing': {
    ...{ owner: 'platform', waits: false },
    says: 'the trade bill has it, and the account did not move',
    todo: 'look whether it was received into another account, or is held back for sharing',
  },
  'flow-unexplained': {
    ...{ owner: 'platform', waits: false },
    says: 'the account moved for nothing of ours',
    todo: "somebody on the channel's platform, or another contract of the account: say which",
  },
  'flow-unheard': {
    ...{ owner: 'platform', waits: true },
    says: 'the account moved otherwise than the books say of this share or withdrawal so far',
    todo: 'the next bill came and they still differ: ask the channel for this number',
  },
  'flow-settlement': {
    ...{ owner: 'platform', waits: false },
    says: 'the channel paid out, or a bank sent back, what the books cannot follow: nothing of it is posted, or not all',
    todo: "compare the payouts on the channel's platform with what the lots hold; platform fees that no rule shares out are in them",
  },
  'flow-balance': {
    ...{ owner: 'platform', waits: true },
    says: "the account's balance at the end of the day is not what the ledger says that the channel holds",
    todo: 'the other differences of this day and those of the days before say why; when they agree again, this ends by itself',
  },
  'gate-unexplained': {
    ...{ owner: 'operator', waits: false },
    says: 'a gate moved, and nothing known moved it',
    todo: 'look at the pictures and ask who had the remote control',
  },
}

/** What is done with a bill that did not come. */
export type AfterError =
  | { readonly act: 'again'; readonly inMs: number; readonly because: string }
  | { readonly act: 'empty' }
  | { readonly act: 'give-up'; readonly because: string }

const minuteMs = 60_000
const rising = [1, 5, 15, 60] as const

/** Only a clear no of the channel is an end; whatever else was said, the bill stays due and is asked for anew. */
export function afterError(error: BillError, { day, asks, now }: { day: Day; asks: number; now: number }): AfterError {
  switch (error.kind) {
    case 'not-ready':
      return { act: 'again', inMs: 30 * minuteMs, because: `not-ready ${error.code}` }
    case 'no-bill':
      return now >= lastAskAt(day)
        ? { act: 'empty' }
        : { act: 'again', inMs: 60 * minuteMs, because: `no-bill ${error.code}` }
    case 'damaged':
      return {
        act: 'again',
        inMs: 10 * minuteMs,
        because: `damaged ${error.fault}${error.line === null ? '' : ` line ${error.line}`}: ${error.detail}`,
      }
    case 'refused':
      return { act: 'give-up', because: `refused ${error.code}: ${error.message}` }
    default: {
      const code = 'code' in error ? error.code : ''
      return {
        act: 'again',
        inMs: (rising[Math.min(asks, rising.length) - 1] ?? 1) * minuteMs,
        because: `${error.kind} ${code}`.trim(),
      }
    }
  }
}

export type Step = { readonly state: Exclude<DiscrepancyState, 'found' | 'settled'>; readonly why: string }

/** What clearing made of a payment that we heard of from the bill alone. */
export function afterClearing(outcome: ClearingOutcome): Step {
  switch (outcome) {
    case 'applied':
      return { state: 'explained-by-itself', why: 'cleared late: the stay was still open' }
    case 'unapplied':
      return { state: 'explained-by-itself', why: 'counts for no stay: refunded by itself' }
    case 'known':
      return { state: 'explained-by-itself', why: 'heard of meanwhile' }
    default:
      return { state: 'with-a-person', why: `not believed: ${outcome}` }
  }
}
