import { err, ok, type Result } from '@lanepay/domain/result.ts'
import { type ApplicationStateName, applicationStateNames } from './api.ts'
import type { ChannelState } from './channel.ts'

/*
 * The life of an application (domain.md 7):
 *
 *   draft -> submitted -> in-review -> returned (with reasons) -> submitted ...
 *                                   -> approved -> channel-review -> to-sign -> live
 *   a channel returns it from channel-review or to-sign; `suspended` from anywhere between, and back to where it was
 */
export const applicationStates = applicationStateNames
export type ApplicationState = ApplicationStateName

const allowedFrom = {
  /** What is on it may change; whoever has the link hands it in. */
  write: ['draft', 'returned'],
  submit: ['draft', 'returned'],
  /** On a reviewer's desk; from another's desk too, who then has it no more. */
  take: ['submitted', 'in-review'],
  return: ['in-review'],
  approve: ['in-review'],
  /** Work on it stops, and its lot, where it has one, takes no payments. */
  suspend: ['submitted', 'in-review', 'returned', 'approved', 'channel-review', 'to-sign', 'live'],
  resume: ['suspended'],
} as const satisfies Record<string, readonly ApplicationState[]>
export type ApplicationAct = keyof typeof allowedFrom

/** Routes, the worker and the pages all ask here, so a button and the API can never disagree. */
export const applicationCan = (act: ApplicationAct, state: ApplicationState): boolean =>
  (allowedFrom[act] as readonly ApplicationState[]).includes(state)

/** What is known of one when somebody wants to do something with it. */
export type Standing = {
  readonly state: ApplicationState
  readonly suspendedFrom: ApplicationState | null
  /** Of the staff, who has it on the desk. */
  readonly reviewer: string | null
  readonly hasLot: boolean
}
export type ActRefusal = 'not-in-this-state' | 'on-another-desk'

/** Where an act leads; only whoever has taken it returns or approves it. */
export function decideAct(
  act: Exclude<ApplicationAct, 'write'>,
  { state, suspendedFrom, reviewer, hasLot }: Standing,
  by: string | null,
): Result<ApplicationState, ActRefusal> {
  if (!applicationCan(act, state)) return err('not-in-this-state')
  switch (act) {
    case 'submit':
      return ok('submitted')
    case 'take':
      return ok('in-review')
    case 'return':
      return by === reviewer ? ok('returned') : err('on-another-desk')
    case 'approve':
      return by === reviewer ? ok('approved') : err('on-another-desk')
    case 'suspend':
      // A partner that is live has nothing that could stop: its rules of shares are ended instead.
      return state === 'live' && !hasLot ? err('not-in-this-state') : ok('suspended')
    case 'resume':
      return ok(suspendedFrom!)
  }
}

const withChannels: readonly ApplicationState[] = ['approved', 'channel-review', 'to-sign', 'live']
/**
 * What an application is by what its channels say: returned as soon as one wants something mended, to sign while one waits for that, live
 * when all are. Null where it changes nothing: a channel cannot move what is not with the channels.
 */
export function stateByChannels(state: ApplicationState, channels: readonly ChannelState[]): ApplicationState | null {
  if (!withChannels.includes(state) || channels.length === 0) return null
  const next: ApplicationState = channels.includes('returned')
    ? 'returned'
    : channels.includes('to-sign')
      ? 'to-sign'
      : channels.every((one) => one === 'live')
        ? 'live'
        : channels.every((one) => one === 'asked')
          ? 'approved'
          : 'channel-review'
  return next === state ? null : next
}
