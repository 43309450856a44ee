import type { Result } from '../result.ts'
import { type CardMistake, parseAccount, parseCard, tidyCard } from './bank-card.ts'
import { type BranchMistake, parseBranch, tidyBranch } from './branch.ts'
import { cardBankOf } from './card-prefixes.ts'
import { cityOf } from './cities.ts'
import { type CreditCodeMistake, parseCreditCode } from './credit-code.ts'
import {
  type ApplicationForm,
  accountKinds,
  applicantRoles,
  applicationKinds,
  type Draft,
  type FormField,
  type FormLane,
  laneDirections,
  type PaperKind,
  type Place,
} from './form.ts'
import { type IdNumberMistake, isDay, parseIdNumber } from './id-number.ts'
import { parseMobile, parsePhone, tidyPhone } from './phone.ts'

/*
 * What an application says of itself, held against itself: the page asks while somebody types, the server asks again. What a reviewer must
 * look at (is the paper real, is it this person's) is not here.
 */

/** Why something cannot stay as it is; screens have a sentence for each. */
export type Rule =
  | IdNumberMistake
  | CreditCodeMistake
  | CardMistake
  | BranchMistake
  | 'not-a-mobile'
  | 'not-a-phone'
  | 'missing'
  | 'one-of'
  | 'not-a-name'
  | 'not-the-applicant'
  | 'not-the-business'
  | 'not-an-email'
  | 'not-a-day'
  | 'in-the-future'
  | 'expired'
  | 'not-after-from'
  | 'no-such-city'
  | 'too-short'
  | 'too-long'
  | 'whole-number'
  | 'twice'
  | 'too-many'
  | 'not-this-role'
export type Mistake = { readonly field: Place; readonly rule: Rule }

/** Which roles an applicant may have by the account: who signs for a business, or whose card it is. */
export const rolesFor = (accountKind: Draft['accountKind']): readonly ApplicationForm['applicantRole'][] =>
  accountKind === 'private'
    ? ['card-holder']
    : accountKind === 'corporate'
      ? ['legal-person', 'administrator']
      : applicantRoles

/** The papers that are asked for, in the order in which they are; the rest may come along. */
export function papersFor({ accountKind, applicantRole }: Draft): readonly PaperKind[] {
  return [
    'business-licence',
    ...(accountKind === 'private' ? (['bank-card'] as const) : (['opening-permit'] as const)),
    ...(['id-front', 'id-back'] as const),
    ...(applicantRole === 'administrator' ? (['legal-id-front', 'legal-id-back', 'authorisation'] as const) : []),
  ]
}

/** The fields that are asked for, in the order in which they are. */
export function fieldsFor({ kind, accountKind, applicantRole }: Draft): readonly FormField[] {
  const ofAdministrator = ['legalName', 'legalId', 'legalIdFrom', 'legalIdUntil'] as const
  const ofLot = ['lotName', 'lotCity', 'lotAddress', 'spaces', 'lanes'] as const
  return [
    ...(['kind', 'accountKind', 'applicantRole', 'applicantName', 'applicantId', 'idFrom', 'idUntil'] as const),
    ...(accountKind === 'private' ? [] : (['idAddress'] as const)),
    'email',
    ...(applicantRole === 'administrator' ? ofAdministrator : []),
    ...(['businessName', 'creditCode', 'bankBranch', 'bankCity', 'cardNumber', 'cardHolder', 'bankPhone'] as const),
    'adminPhone',
    ...(kind === 'partner' ? [] : ofLot),
    ...(['filedBy', 'handler', 'filedPhone', 'filedOn'] as const),
  ]
}

/**
 * Every mistake of a form, in the order of its fields, one a field; empty: it may be handed in.
 * @param papers the kinds that are there and can be read
 * @param today a day in China
 */
export function checkApplication(draft: Draft, papers: readonly PaperKind[], today: string): readonly Mistake[] {
  const asked = fieldsFor(draft)
  const optional: readonly FormField[] = draft.lotNumber === undefined || draft.kind === 'partner' ? [] : ['lotNumber']
  return [
    ...[...asked, ...optional].flatMap((field) => checkField(draft, field, today)),
    ...papersFor(draft)
      .filter((paper) => !papers.includes(paper))
      .map((paper): Mistake => ({ field: `papers/${paper}`, rule: 'missing' })),
  ]
}

/** What is wrong with one field as it stands among the others; of lanes each of theirs. */
export function checkField(draft: Draft, field: FormField, today: string): readonly Mistake[] {
  const value = draft[field]
  if (value === undefined || (typeof value === 'string' && value.trim() === '')) return [{ field, rule: 'missing' }]
  if (field === 'lanes') return checkLanes(draft.lanes!)
  const rule = ruleBroken[field](draft as ApplicationForm, today)
  return rule === null ? [] : [{ field, rule }]
}

type Look = (form: ApplicationForm, today: string) => Rule | null
const fails = <E extends Rule>(result: Result<unknown, E>): E | null => (result.ok ? null : result.error)
const oneOf = (values: readonly string[], value: string): Rule | null => (values.includes(value) ? null : 'one-of')
const sized = (text: string, least: number, most: number): Rule | null => {
  const { length } = [...text.trim()]
  return length < least ? 'too-short' : length > most ? 'too-long' : null
}
/** Chinese names, those of minorities with their dots, and those of foreigners. */
const named = (text: string): Rule | null =>
  /^[\p{Script=Han}A-Za-z][\p{Script=Han}A-Za-z·•.' -]{1,59}$/u.test(text.trim()) ? null : 'not-a-name'
const begun = (day: string, today: string): Rule | null =>
  !isDay(day) ? 'not-a-day' : day > today ? 'in-the-future' : null
const ending = (from: string, until: string, today: string): Rule | null => {
  if (until === 'long-term') return null
  if (!isDay(until)) return 'not-a-day'
  return until < today ? 'expired' : until <= from ? 'not-after-from' : null
}
const whole = (value: number, most: number): Rule | null =>
  Number.isSafeInteger(value) && value >= 1 && value <= most ? null : 'whole-number'
/** The same name, however its brackets and spaces were typed. */
const sameName = (a: string, b: string): boolean => plain(a) === plain(b)
const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s·•.]/g, '')
    .toUpperCase()
const isCompany = ({ accountKind }: ApplicationForm): boolean => accountKind !== 'private'

const ruleBroken: Readonly<Record<Exclude<FormField, 'lanes'>, Look>> = {
  kind: ({ kind }) => oneOf(applicationKinds, kind),
  accountKind: ({ accountKind }) => oneOf(accountKinds, accountKind),
  applicantRole: ({ accountKind, applicantRole }) =>
    oneOf(applicantRoles, applicantRole) ?? (rolesFor(accountKind).includes(applicantRole) ? null : 'not-this-role'),
  applicantName: ({ applicantName }) => named(applicantName),
  applicantId: ({ applicantId }, today) => fails(parseIdNumber(applicantId, today)),
  idFrom: ({ idFrom }, today) => begun(idFrom, today),
  idUntil: ({ idFrom, idUntil }, today) => ending(idFrom, idUntil, today),
  idAddress: ({ idAddress }) => sized(idAddress, 5, 128),
  email: ({ email }) => (/^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email.trim()) ? null : 'not-an-email'),
  legalName: ({ legalName }) => named(legalName),
  legalId: ({ legalId }, today) => fails(parseIdNumber(legalId, today)),
  legalIdFrom: ({ legalIdFrom }, today) => begun(legalIdFrom, today),
  legalIdUntil: ({ legalIdFrom, legalIdUntil }, today) => ending(legalIdFrom, legalIdUntil, today),
  businessName: ({ businessName }) => sized(businessName, 2, 110),
  creditCode: ({ creditCode }) => fails(parseCreditCode(creditCode)),
  bankBranch: (form) =>
    fails(
      parseBranch(
        form.bankBranch,
        isCompany(form) ? null : (cardBankOf(tidyCard(form.cardNumber ?? ''))?.bank ?? null),
      ),
    ),
  bankCity: ({ bankCity }) => (cityOf(bankCity) ? null : 'no-such-city'),
  cardNumber: (form) => fails(isCompany(form) ? parseAccount(form.cardNumber) : parseCard(form.cardNumber)),
  // Channels pay a business's account out to the business, and a private card to whoever holds it.
  cardHolder: (form) =>
    isCompany(form)
      ? sameName(form.cardHolder, form.businessName ?? '')
        ? null
        : 'not-the-business'
      : sameName(form.cardHolder, form.applicantName ?? '')
        ? null
        : 'not-the-applicant',
  bankPhone: ({ bankPhone }) => fails(parseMobile(bankPhone)),
  adminPhone: ({ adminPhone }) => fails(parseMobile(adminPhone)),
  lotName: ({ lotName }) => sized(lotName, 2, 60),
  lotNumber: ({ lotNumber }) => whole(lotNumber!, 9_999_999),
  lotCity: ({ lotCity }) => (cityOf(lotCity) ? null : 'no-such-city'),
  lotAddress: ({ lotAddress }) => sized(lotAddress, 5, 128),
  spaces: ({ spaces }) => whole(spaces, 100_000),
  filedBy: ({ filedBy }) => named(filedBy),
  handler: ({ handler }) => named(handler),
  filedPhone: ({ filedPhone }) => fails(parsePhone(filedPhone)),
  filedOn: ({ filedOn }, today) => begun(filedOn, today),
}

const mostLanes = 50
function checkLanes(lanes: readonly FormLane[]): readonly Mistake[] {
  if (lanes.length === 0) return [{ field: 'lanes', rule: 'missing' }]
  if (lanes.length > mostLanes) return [{ field: 'lanes', rule: 'too-many' }]
  return lanes.flatMap(({ number, name, direction }, at): Mistake[] => {
    const isTwice = lanes.findIndex((lane) => lane.number === number) < at
    const found = {
      number: whole(number, 999) ?? (isTwice ? 'twice' : null),
      name: name.trim() === '' ? 'missing' : sized(name, 1, 40),
      direction: oneOf(laneDirections, direction),
    } as const
    return (['number', 'name', 'direction'] as const).flatMap((field) =>
      found[field] === null ? [] : [{ field: `lanes/${at}/${field}` as const, rule: found[field] }],
    )
  })
}

const tidied: Partial<Record<FormField, (text: string) => string>> = {
  applicantId: (text) => text.normalize('NFKC').replace(/\s/g, '').toUpperCase(),
  legalId: (text) => text.normalize('NFKC').replace(/\s/g, '').toUpperCase(),
  creditCode: (text) => text.normalize('NFKC').replace(/\s/g, '').toUpperCase(),
  bankBranch: tidyBranch,
  cardNumber: tidyCard,
  bankPhone: tidyPhone,
  adminPhone: tidyPhone,
  filedPhone: tidyPhone,
}
/** The one spelling of what was typed: no wide digits, no spaces where none belong; nothing is mended by a guess. */
export function tidyDraft(draft: Draft): Draft {
  return Object.fromEntries(
    Object.entries(draft).map(([field, value]) => [
      field,
      typeof value === 'string' ? (tidied[field as FormField] ?? ((text: string) => text.trim()))(value) : value,
    ]),
  ) as Draft
}
