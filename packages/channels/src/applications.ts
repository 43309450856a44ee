import type { Result } from '@lanepay/domain/result.ts'
import type { ChannelError, Merchant } from './channel.ts'

/*
 * How a business becomes a merchant of a channel under our name: its papers, its application, what becomes of it, and its
 * settlement card afterwards (wechat-pay.md 18, alipay.md 13.1). An account without the permission has no such ability.
 */

/** A calendar day as the paper says it, `2030-06-01`; or a paper without end. */
export type PaperEnd = string | 'long-term'

/** A paper as it is handed in: a picture, below 2 MB. */
export type Paper = { readonly type: 'image/jpeg' | 'image/png'; readonly bytes: Uint8Array }

/** A paper as the channel names it once it was uploaded. It is good for our account only. */
export type PaperId = string

/** What is asked of the channel. Everything that a person could mend has a name in `applicationFields`. */
export type Application = {
  /** Ours, letters and digits, 32 or fewer. The same through all repeats and corrections; another one is another merchant. */
  readonly applicationNumber: string
  readonly business: {
    readonly kind: 'company' | 'sole-trader'
    /** As on the licence. */
    readonly name: string
    /** What drivers see that they paid. */
    readonly shortName: string
    /** Unified social credit code. */
    readonly licenceNumber: string
    readonly licence: PaperId
    readonly address?: string
    readonly validFrom?: string
    readonly validUntil?: PaperEnd
  }
  /** The legal person, or the owner of the business. */
  readonly legalPerson: {
    readonly name: string
    readonly idNumber: string
    readonly idAddress?: string
    readonly idFront: PaperId
    readonly idBack: PaperId
    readonly idValidFrom: string
    readonly idValidUntil: PaperEnd
  }
  /** Who signs and is written to. */
  readonly contact: {
    readonly name: string
    readonly phone: string
    readonly email: string
    /** Where that is not the legal person: an administrator, with a letter that says so. */
    readonly administrator?: {
      readonly idNumber: string
      readonly idFront: PaperId
      readonly idBack: PaperId
      readonly idValidFrom: string
      readonly idValidUntil: PaperEnd
      readonly authorisation: PaperId
    }
  }
  readonly lot: {
    readonly name: string
    /** Of the district, six digits (GB/T 2260). */
    readonly areaCode: string
    readonly address: string
    readonly servicePhone: string
    readonly entrance: readonly PaperId[]
    readonly inside: readonly PaperId[]
  }
  readonly card: SettlementCard
}

/** Where the channel settles to. */
export type SettlementCard = {
  readonly owner: 'company' | 'person'
  readonly holder: string
  readonly number: string
  /** As the channel's list of banks has it, e.g. `工商银行`. */
  readonly bank: string
  /** In full, e.g. `中国工商银行股份有限公司深圳福田支行`. */
  readonly branch: string
  /** Of the branch's city, six digits. */
  readonly areaCode: string
}

/** What may have to be mended, in our words: the leaves of `Application`. */
export const applicationFields = [
  'business.kind',
  'business.name',
  'business.shortName',
  'business.licenceNumber',
  'business.licence',
  'business.address',
  'business.validFrom',
  'business.validUntil',
  'legalPerson.name',
  'legalPerson.idNumber',
  'legalPerson.idAddress',
  'legalPerson.idFront',
  'legalPerson.idBack',
  'legalPerson.idValidFrom',
  'legalPerson.idValidUntil',
  'contact.name',
  'contact.phone',
  'contact.email',
  'contact.administrator.idNumber',
  'contact.administrator.idFront',
  'contact.administrator.idBack',
  'contact.administrator.idValidFrom',
  'contact.administrator.idValidUntil',
  'contact.administrator.authorisation',
  'lot.name',
  'lot.areaCode',
  'lot.address',
  'lot.servicePhone',
  'lot.entrance',
  'lot.inside',
  'card.owner',
  'card.holder',
  'card.number',
  'card.bank',
  'card.branch',
  'card.areaCode',
] as const
export type ApplicationField = (typeof applicationFields)[number]

/** One thing that the channel does not accept. `field` is null where it names none, or one that is not ours to fill in. */
export type ToMend = {
  readonly field: ApplicationField | null
  /** As the channel calls it; for the log and for a person who knows the channel. */
  readonly channelField: string
  readonly why: string
}

/** What a channel says of an application, by query or by itself: the same shape, the same decision behind it. */
export type ApplicationState =
  | { readonly state: 'reviewing'; readonly channelNo: string | null }
  /** The applicant must act: verify its account, or sign. The channel's own page, to be opened in its wallet. */
  | {
      readonly state: 'to-sign'
      readonly channelNo: string | null
      readonly what: 'verify' | 'sign'
      readonly url: string
    }
  /** Signed; the channel opens what was asked for. */
  | { readonly state: 'opening'; readonly channelNo: string | null }
  /** `merchant` receives money from now on. */
  | { readonly state: 'live'; readonly channelNo: string | null; readonly merchant: Merchant }
  /** To be mended and sent again under the same number. */
  | { readonly state: 'returned'; readonly channelNo: string | null; readonly toMend: readonly ToMend[] }
  /** Over, for good: a new number is needed. */
  | { readonly state: 'void'; readonly channelNo: string | null; readonly why: string }
  /** The channel has none of it, or only half: it is to be sent again under the same number. */
  | { readonly state: 'unknown' }

/**
 * Refused as it stands, with the fields that are to blame: the same as `returned`, only sooner. `papers-lost`: the channel no
 * longer has what was uploaded; uploaded anew, the application is sent again.
 */
export type NotAcceptable =
  | { readonly kind: 'to-mend'; readonly toMend: readonly ToMend[] }
  | { readonly kind: 'papers-lost' }

/** `refused` is for good under this number of change; `pending` is asked again. */
export type CardChangeState =
  | { readonly state: 'pending' }
  | { readonly state: 'done' }
  | { readonly state: 'refused'; readonly why: string }

export interface Applications {
  /** The same paper uploaded again is another id and does no harm. `to-mend` names no field: the caller knows the paper. */
  upload(paper: Paper): Promise<Result<PaperId, ChannelError | NotAcceptable>>
  /** Idempotent by number: an unclear answer is asked about, and then repeated with the same one. */
  send(application: Application): Promise<Result<ApplicationState, ChannelError | NotAcceptable>>
  query(applicationNumber: string): Promise<Result<ApplicationState, ChannelError>>
  /**
   * Another settlement card for a merchant that is live. The answer names the change; it is asked about with `queryCard`. An
   * unclear answer is not repeated blindly, because the channel gives the number: `cardIs` says whether it arrived.
   */
  changeCard(
    merchant: Merchant,
    card: SettlementCard,
  ): Promise<Result<{ readonly changeNo: string }, ChannelError | NotAcceptable>>
  queryCard(merchant: Merchant, changeNo: string): Promise<Result<CardChangeState, ChannelError>>
  /** The last digits of the card that the channel settles to now, and whether it found it good. */
  cardIs(
    merchant: Merchant,
  ): Promise<
    Result<{ readonly ending: string; readonly verified: boolean | null; readonly why: string | null }, ChannelError>
  >
}

/** What a channel tells of an application without being asked: a reason to ask, and no more. */
export type ApplicationNotice = { readonly applicationNumber: string }
