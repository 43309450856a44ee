/*
 * The application form (domain.md 2): what an operator, or a partner who takes a share, says of itself to be opened. A draft has any part of
 * it; check.ts says what is missing or wrong. Days are `2026-11-29`.
 */

export const applicationKinds = ['operator', 'partner'] as const
/** Of whom the account is that money is settled to: the business, or a person by its own bank card. */
export const accountKinds = ['corporate', 'private'] as const
/** As what the applicant signs: the legal person; for a large firm an administrator; for a private account the holder of the card. */
export const applicantRoles = ['legal-person', 'administrator', 'card-holder'] as const
export const laneDirections = ['entry', 'exit', 'both'] as const

export type FormLane = {
  readonly number: number
  readonly name: string
  readonly direction: (typeof laneDirections)[number]
}

export type ApplicationForm = {
  readonly kind: (typeof applicationKinds)[number]
  readonly accountKind: (typeof accountKinds)[number]

  readonly applicantRole: (typeof applicantRoles)[number]
  readonly applicantName: string
  readonly applicantId: string
  /** As the card says; `long-term` for one without end. */
  readonly idFrom: string
  readonly idUntil: string
  readonly idAddress: string
  readonly email: string
  /** Of the legal person, where somebody else applies. */
  readonly legalName: string
  readonly legalId: string
  readonly legalIdFrom: string
  readonly legalIdUntil: string

  /** As on the licence. */
  readonly businessName: string
  readonly creditCode: string

  /** The branch's full name, and the code of its city (cities.ts). */
  readonly bankBranch: string
  readonly bankCity: string
  readonly cardNumber: string
  readonly cardHolder: string
  /** The telephone number that the bank knows. */
  readonly bankPhone: string

  /** Of the lot's administrator, who signs in and sets the password. */
  readonly adminPhone: string
  readonly lotName: string
  /** Wished for; left out: the next free one. */
  readonly lotNumber?: number
  readonly lotCity: string
  readonly lotAddress: string
  readonly spaces: number
  readonly lanes: readonly FormLane[]

  /** Who signs the printed form, who has filled it in, by which telephone both are reached, when. */
  readonly filedBy: string
  readonly handler: string
  readonly filedPhone: string
  readonly filedOn: string
}
export type Draft = { readonly [Field in keyof ApplicationForm]?: ApplicationForm[Field] }
export type FormField = keyof ApplicationForm

export const paperKinds = [
  'business-licence',
  'opening-permit',
  'bank-card',
  'id-front',
  'id-back',
  'legal-id-front',
  'legal-id-back',
  'authorisation',
  'lot-entrance',
  'lot-inside',
  'stamped-form',
] as const
/**
 * `id-front` is the side with the photograph. `legal-` and `authorisation` are asked of an administrator. Photographs of the lot and the
 * form with the stamp are taken, and not asked for by us; a channel may.
 */
export type PaperKind = (typeof paperKinds)[number]

/** What may have to be mended, by name: a field of the form, a field of one of its lanes (`lanes/0/name`), or a paper. */
export type Place = FormField | `lanes/${number}/${keyof FormLane}` | `papers/${PaperKind}`
