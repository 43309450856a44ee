import type { Draft, FormField } from './form.ts'

/* What is kept from eyes, and what a reviewer looks at and says: words that the server and the pages share. */

/** Fields that are never shown whole but to a reviewer who has opened them (domain.md 8). */
export const maskedFields = [
  ...(['applicantName', 'applicantId', 'idAddress', 'email', 'legalName', 'legalId', 'cardNumber'] as const),
  ...(['cardHolder', 'bankPhone', 'adminPhone', 'filedBy', 'handler', 'filedPhone'] as const),
] as const satisfies readonly FormField[]
export type MaskedField = (typeof maskedFields)[number]
/** The name of a business is on its door: its account's holder is no secret. */
export const isMasked = (field: FormField, { accountKind }: Draft): boolean =>
  (maskedFields as readonly FormField[]).includes(field) && !(field === 'cardHolder' && accountKind === 'corporate')

/** Why something is to be mended, as a reviewer picks it; screens have a sentence for each. `other` is typed, `channel` is the channel's. */
export const reasonNames = [
  ...(['unreadable', 'incomplete', 'wrong-paper', 'expired', 'does-not-match', 'not-valid', 'stamp-missing'] as const),
  ...(['other', 'channel'] as const),
] as const
export type ReasonName = (typeof reasonNames)[number]

export type CheckName =
  | 'licence-matches'
  | 'licence-valid'
  | 'card-matches'
  | 'permit-matches'
  | 'identity-matches'
  | 'identity-valid'
  | 'legal-person-matches'
  | 'authorised'
  | 'account-belongs'
  | 'lot-plausible'
  | 'reached-by-phone'
/** What a reviewer looks at before it approves, by the papers and the kind of the form. */
export const checksFor = (form: Draft): readonly CheckName[] => [
  ...(['licence-matches', 'licence-valid'] as const),
  form.accountKind === 'private' ? 'card-matches' : 'permit-matches',
  ...(['identity-matches', 'identity-valid'] as const),
  ...(form.applicantRole === 'administrator' ? (['legal-person-matches', 'authorised'] as const) : []),
  'account-belongs',
  ...(form.kind === 'partner' ? [] : (['lot-plausible'] as const)),
  'reached-by-phone',
]
