import type { Application, ApplicationField, PaperId } from '@lanepay/channels/applications.ts'
import type { ApplicationForm, PaperKind, Place } from '@lanepay/domain/applicant/form.ts'

/* The form in the words of a channel, and the other way round: what a channel wants mended, at the field where it was filled in. */

type Papers = Readonly<Partial<Record<PaperKind, PaperId>>>

const isAdministrator = ({ applicantRole }: Pick<ApplicationForm, 'applicantRole'>) => applicantRole === 'administrator'
/** Sole traders have codes that begin with 92, companies with 91 and others (GB 32100). */
const isSoleTrader = ({ creditCode }: Pick<ApplicationForm, 'creditCode'>) => creditCode.startsWith('92')

/** Banks that channels know under a short name; all the others are one to them, found by the name of the branch. */
const banks: readonly (readonly [short: string, part: RegExp])[] = [
  ['工商银行', /工商银行/],
  ['农业银行', /农业银行/],
  ['建设银行', /建设银行/],
  ['交通银行', /交通银行/],
  ['招商银行', /招商银行/],
  ['民生银行', /民生银行/],
  ['中信银行', /中信银行/],
  ['浦发银行', /浦发银行|浦东发展银行/],
  ['兴业银行', /兴业银行/],
  ['光大银行', /光大银行/],
  ['广发银行', /广发银行|广东发展银行/],
  ['平安银行', /平安银行/],
  ['北京银行', /^北京银行/],
  ['华夏银行', /华夏银行/],
  ['邮政储蓄银行', /邮政储蓄银行|邮储银行/],
  ['宁波银行', /^宁波银行/],
  ['中国银行', /^中国银行/],
]
export const bankOf = (branch: string): string => banks.find(([, part]) => part.test(branch))?.[0] ?? '其他银行'

/** The papers a channel asks for, of whoever signs and whatever kind the account is. */
export const papersAsked = (form: Pick<ApplicationForm, 'applicantRole'>): readonly PaperKind[] => [
  'business-licence',
  'id-front',
  'id-back',
  ...(isAdministrator(form) ? (['legal-id-front', 'legal-id-back', 'authorisation'] as const) : []),
  'lot-entrance',
  'lot-inside',
]

/** The form as a channel is asked by it. `papers` are the ids of those it asks for (`papersAsked`), all of them. */
export function applicationOf(form: ApplicationForm, applicationNumber: string, papers: Papers): Application {
  const paper = (kind: PaperKind): PaperId => {
    const id = papers[kind]
    if (id === undefined) throw new Error(`the paper ${kind} was not uploaded`)
    return id
  }
  const card = {
    owner: form.accountKind === 'corporate' ? 'company' : 'person',
    ...{ holder: form.cardHolder, number: form.cardNumber, bank: bankOf(form.bankBranch) },
    ...{ branch: form.bankBranch, areaCode: form.bankCity },
  } as const
  const own = {
    ...{ idNumber: form.applicantId, idFront: paper('id-front'), idBack: paper('id-back') },
    ...{ idValidFrom: form.idFrom, idValidUntil: form.idUntil },
  }
  const legalPerson = isAdministrator(form)
    ? {
        ...{ name: form.legalName, idNumber: form.legalId },
        ...{ idFront: paper('legal-id-front'), idBack: paper('legal-id-back') },
        ...{ idValidFrom: form.legalIdFrom, idValidUntil: form.legalIdUntil },
      }
    : { name: form.applicantName, ...own }
  return {
    applicationNumber,
    business: {
      kind: isSoleTrader(form) ? 'sole-trader' : 'company',
      name: form.businessName,
      shortName: [...form.lotName].slice(0, 20).join(''),
      licenceNumber: form.creditCode,
      licence: paper('business-licence'),
    },
    legalPerson: { ...legalPerson, ...(form.idAddress ? { idAddress: form.idAddress } : {}) },
    contact: {
      ...{ name: form.applicantName, phone: form.adminPhone, email: form.email },
      ...(isAdministrator(form) ? { administrator: { ...own, authorisation: paper('authorisation') } } : {}),
    },
    lot: {
      ...{ name: form.lotName, areaCode: form.lotCity, address: form.lotAddress, servicePhone: form.adminPhone },
      ...{ entrance: [paper('lot-entrance')], inside: [paper('lot-inside')] },
    },
    card,
  }
}

const places: Readonly<Record<ApplicationField, Place>> = {
  'business.kind': 'creditCode',
  'business.name': 'businessName',
  'business.shortName': 'lotName',
  'business.licenceNumber': 'creditCode',
  'business.licence': 'papers/business-licence',
  'business.address': 'papers/business-licence',
  'business.validFrom': 'papers/business-licence',
  'business.validUntil': 'papers/business-licence',
  'legalPerson.name': 'applicantName',
  'legalPerson.idNumber': 'applicantId',
  'legalPerson.idAddress': 'idAddress',
  'legalPerson.idFront': 'papers/id-front',
  'legalPerson.idBack': 'papers/id-back',
  'legalPerson.idValidFrom': 'idFrom',
  'legalPerson.idValidUntil': 'idUntil',
  'contact.name': 'applicantName',
  'contact.phone': 'adminPhone',
  'contact.email': 'email',
  'contact.administrator.idNumber': 'applicantId',
  'contact.administrator.idFront': 'papers/id-front',
  'contact.administrator.idBack': 'papers/id-back',
  'contact.administrator.idValidFrom': 'idFrom',
  'contact.administrator.idValidUntil': 'idUntil',
  'contact.administrator.authorisation': 'papers/authorisation',
  'lot.name': 'lotName',
  'lot.areaCode': 'lotCity',
  'lot.address': 'lotAddress',
  'lot.servicePhone': 'adminPhone',
  'lot.entrance': 'papers/lot-entrance',
  'lot.inside': 'papers/lot-inside',
  'card.owner': 'accountKind',
  'card.holder': 'cardHolder',
  'card.number': 'cardNumber',
  'card.bank': 'bankBranch',
  'card.branch': 'bankBranch',
  'card.areaCode': 'bankCity',
}
/** Of the legal person, where somebody else applies. */
const placesOfLegal: Readonly<Partial<Record<ApplicationField, Place>>> = {
  'legalPerson.name': 'legalName',
  'legalPerson.idNumber': 'legalId',
  'legalPerson.idFront': 'papers/legal-id-front',
  'legalPerson.idBack': 'papers/legal-id-back',
  'legalPerson.idValidFrom': 'legalIdFrom',
  'legalPerson.idValidUntil': 'legalIdUntil',
}

/** Where it was filled in. What is about no field stands at the name of the business: it is about all of it. */
export const placeOf = (form: Pick<ApplicationForm, 'applicantRole'>, field: ApplicationField | null): Place =>
  field === null ? 'businessName' : ((isAdministrator(form) ? placesOfLegal[field] : undefined) ?? places[field])
