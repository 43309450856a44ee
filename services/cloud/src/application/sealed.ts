import type { Draft, FormField } from '@lanepay/domain/applicant/form.ts'
import { isMasked, type MaskedField } from '@lanepay/domain/applicant/review.ts'
import { openAtRest, openBytesAtRest, sealAtRest, sealBytesAtRest } from '../server/at-rest.ts'

/* What of an application may not be read in the database (domain.md 8), each bound to the application it belongs to. */

/** The form as it is, and as it was when it was handed in last. */
export type KeptForm = { readonly form: Draft; readonly submitted: Draft | null }

const formPurpose = 'application'
const paperPurpose = 'application-paper'

export const sealForm = (houseKey: Uint8Array, id: string, kept: KeptForm): string =>
  sealAtRest(houseKey, formPurpose, id, JSON.stringify(kept))
/** @throws Error where it was sealed with another key or for another application. */
export const openForm = (houseKey: Uint8Array, id: string, sealed: string): KeptForm =>
  JSON.parse(openAtRest(houseKey, formPurpose, id, sealed)) as KeptForm

export const sealPaper = (houseKey: Uint8Array, id: string, kind: string, jpeg: Uint8Array): Buffer =>
  sealBytesAtRest(houseKey, paperPurpose, `${id} ${kind}`, jpeg)
/** @throws Error where it was sealed with another key, for another application or as another paper. */
export const openPaper = (houseKey: Uint8Array, id: string, kind: string, sealed: Uint8Array): Buffer =>
  openBytesAtRest(houseKey, paperPurpose, `${id} ${kind}`, sealed)

const stars = '****'
const firstOf = (text: string): string => ([...text][0] ?? '') + '*'.repeat(Math.max(0, [...text].length - 1))
const ends = (first: number, last: number) => (text: string) =>
  text.length > first + last ? text.slice(0, first) + stars + (last === 0 ? '' : text.slice(-last)) : stars
const masks: Readonly<Record<MaskedField, (text: string) => string>> = {
  applicantName: firstOf,
  legalName: firstOf,
  filedBy: firstOf,
  handler: firstOf,
  applicantId: ends(3, 2),
  legalId: ends(3, 2),
  idAddress: ends(3, 0),
  cardNumber: ends(0, 4),
  cardHolder: firstOf,
  bankPhone: ends(3, 4),
  adminPhone: ends(3, 4),
  filedPhone: ends(3, 4),
  email: (text) => `${firstOf(text.split('@')[0]!)}@${text.split('@')[1] ?? ''}`,
}
/** A form as it may be shown: enough to tell what was typed, too little to use it. */
export const maskedForm = (form: Draft): Draft =>
  Object.fromEntries(
    Object.entries(form).map(([name, value]) => {
      const field = name as FormField
      const hides = typeof value === 'string' && value !== '' && isMasked(field, form)
      return [field, hides ? masks[field as MaskedField](value) : value]
    }),
  )
