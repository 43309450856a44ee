import type { ApplicationState, ToMend } from '@lanepay/channels/applications.ts'
import type { Merchant } from '@lanepay/channels/channel.ts'
import type { ApplicationForm, PaperKind } from '@lanepay/domain/applicant/form.ts'
import type { ChannelNews, ChannelState, Mend } from '../channel.ts'
import { papersAsked, placeOf } from './request.ts'

/* What is done about an application at a channel: decided here, from what is known and what was heard; done in errand.ts. */

const minute = 60_000
/** Channels say nothing by themselves, or not for sure: they are asked soon at first, then every ten minutes, then every hour (wechat-pay.md 18.2). */
export const pauseMs = (attempts: number): number => (attempts < 5 ? minute : attempts < 40 ? 10 * minute : 60 * minute)

/** Before anything is sent the channel is asked what it knows: an answer of an earlier try may have been lost. */
export type Next =
  /** Under this serial; a new one where the channel has ended the one before. */
  | { readonly do: 'send'; readonly serial: number }
  | { readonly do: 'tell'; readonly news: ChannelNews }
  | { readonly do: 'open'; readonly merchant: Merchant }
  /** Nothing new. */
  | { readonly do: 'wait' }

/**
 * What an answer asks for. One that was mended here since (`asked`) is sent where the channel has none of it or has it as returned; whatever
 * else it says was heard of the sending.
 */
export function decideNext(
  form: Pick<ApplicationForm, 'applicantRole'>,
  { state, serial }: { readonly state: ChannelState; readonly serial: number },
  heard: ApplicationState,
): Next {
  const isAsked = state === 'asked'
  switch (heard.state) {
    case 'unknown':
      return { do: 'send', serial }
    case 'returned':
      return isAsked
        ? { do: 'send', serial }
        : { do: 'tell', news: { state: 'returned', mend: mendOf(form, heard.toMend) } }
    case 'void':
      return isAsked
        ? { do: 'send', serial: serial + 1 }
        : { do: 'tell', news: { state: 'returned', mend: mendOf(form, [whole(heard.why)]) } }
    case 'live':
      return { do: 'open', merchant: heard.merchant }
    case 'to-sign':
      return { do: 'tell', news: { state: 'to-sign', signUrl: heard.url } }
    case 'reviewing':
    case 'opening':
      return state === 'channel-review' ? { do: 'wait' } : { do: 'tell', news: { state: 'channel-review' } }
  }
}

const whole = (why: string): ToMend => ({ field: null, channelField: '', why })

/** What the channel wants mended, at the fields of the form; several things about one field are one. */
export function mendOf(form: Pick<ApplicationForm, 'applicantRole'>, toMend: readonly ToMend[]): readonly Mend[] {
  const byPlace = new Map<Mend['field'], string[]>()
  for (const { field, why } of toMend) {
    const place = placeOf(form, field)
    byPlace.set(place, [...(byPlace.get(place) ?? []), why])
  }
  return [...byPlace].map(([field, whys]) => ({
    ...{
      field,
      reason: 'channel' as const,
      note: [...new Set(whys)]
        .filter((why) => why !== '')
        .join('；')
        .slice(0, 400),
    },
  }))
}

/** Papers that we do not ask for and the channel does. */
export const missingPapers = (
  form: Pick<ApplicationForm, 'applicantRole'>,
  has: readonly { readonly kind: PaperKind }[],
): readonly PaperKind[] => papersAsked(form).filter((kind) => !has.some((paper) => paper.kind === kind))
