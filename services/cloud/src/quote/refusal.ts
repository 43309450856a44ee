import { isUnusable, type LotError, mayAskAgain } from '@lanepay/lot-systems/lot-system.ts'
import { lotWords } from '@lanepay/lot-systems/lot-words.ts'
import type { DriverErrorCode } from '../driver/api.ts'

/** What a driver is answered instead of a price or an open gate. */
export type Refusal = {
  readonly code: DriverErrorCode
  readonly message: string
  /** Of a lot's no: the same question may be answered otherwise later. Nobody asks it again by itself where this does not stand. */
  readonly again?: true
  /** The lot's own words (lot-words.ts), for the driver alone: they may name a plate. */
  readonly said?: string
}

const codes = {
  'lane-empty': 'lane-empty',
  'no-session': 'no-session',
  ambiguous: 'no-session-in-lane',
  'lane-unknown': 'lot-unknown',
  'lane-wrong-direction': 'lane-wrong-direction',
  'lot-full': 'lot-full',
  'not-admitted': 'not-admitted',
  'has-plate': 'has-plate',
  'not-priceable': 'not-priceable',
  'permit-holder': 'permit-holder',
  locked: 'locked',
  blocked: 'blocked',
  'quote-stale': 'quote-expired',
  'device-silent': 'device-silent',
  unsupported: 'unsupported',
  busy: 'busy',
} as const satisfies Readonly<Record<string, DriverErrorCode>>

/**
 * What the driver is told of a lot's no (lot-devices.md 6.5). `lane`: whoever stands in a lane asked, not one by a plate. What no driver can do
 * anything about, and a word that is newer than this, is `lot-unclear`.
 */
export function refusalOf(error: LotError, lane: boolean): Refusal {
  const again = mayAskAgain(error) ? ({ again: true } as const) : {}
  if (error.kind === 'offline')
    return error.absent
      ? { code: 'lot-absent', message: 'the lot is not there', ...again }
      : { code: 'lot-offline', message: 'the lot did not answer in time', ...again }
  const { because } = error
  const code = isUnusable(error) || !(because in codes) ? 'lot-unclear' : codes[because as keyof typeof codes]
  const said = lotWords(error.said)
  return {
    code: code === 'no-session' && lane ? 'no-session-in-lane' : code,
    message: `the lot answered ${because}`,
    ...again,
    ...(said === null ? {} : { said }),
  }
}
