import type { ApplicationForm, PaperKind } from '@lanepay/domain/applicant/form.ts'
import type { ChannelName, LotKey } from '@lanepay/domain/types.ts'
import type { MendView } from './api.ts'
import type { ApplicationKey } from './place.ts'

/*
 * What is between an approved application and a payment channel (domain.md 7): `approved -> channel-review -> to-sign -> live`, or
 * `returned` to the applicant. One row of `application_channel` for each channel it was approved for; what becomes of the rows becomes of the
 * application (decide.ts `stateByChannels`).
 *
 *   asked           nobody has sent it yet, or it was mended since: send it (the same business number through all repeats)
 *   channel-review  the channel has it
 *   to-sign         the applicant must sign, at `signUrl`
 *   live            the channel account is written, the lot can be paid
 *   returned        the channel wants something mended; the application goes back to whoever applied, and through review again
 */
export const channelStates = ['asked', 'channel-review', 'to-sign', 'live', 'returned'] as const
export type ChannelState = (typeof channelStates)[number]

/** What a channel is asked for, opened for the worker that sends it: personal, so in no log and in no error. */
export type ForChannel = {
  readonly key: ApplicationKey
  readonly channel: ChannelName
  readonly state: ChannelState
  readonly operatorId: string
  /** Null for a partner, who has no lot. */
  readonly lot: LotKey | null
  readonly form: ApplicationForm
  /** What there is; the bytes by `paper`, JPEG, below 2 MB. */
  readonly papers: readonly { readonly kind: PaperKind; readonly sha256: string; readonly size: number }[]
}

/** What a channel has said, in the words of the form. */
export type ChannelNews =
  | { readonly state: 'channel-review' }
  | { readonly state: 'to-sign'; readonly signUrl: string }
  | { readonly state: 'live' }
  | { readonly state: 'returned'; readonly mend: readonly Mend[] }

/** Something to be mended: of a channel the reason is `channel`, and the note what it has written. */
export type Mend = MendView

/** Where one stands: due at a channel, with what was last said. */
export type AtChannel = {
  readonly key: ApplicationKey
  readonly channel: ChannelName
  readonly state: ChannelState
  readonly toldAt: number
}
