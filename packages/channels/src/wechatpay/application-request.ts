import { err, ok, type Result } from '@lanepay/domain/result.ts'
import type { Application, NotAcceptable, SettlementCard } from '../applications.ts'
import type { ChannelError } from '../channel.ts'
import { toMendOf } from './application-answers.ts'
import type { ApiRequest } from './client.ts'
import type { Json } from './json.ts'
import type { RingKey } from './key-ring.ts'
import { encryptField } from './oaep.ts'
import { post } from './order.ts'
import type { ApplicationTerms } from './settings.ts'

/*
 * The requests of wechat-pay.md 18. What is left unused is left out; what is about a person or a card is encrypted, anew each
 * time, which the other side does not mind, because it compares what it decrypts.
 */

export const applicationPath = '/v3/applyment4sub/applyment/' // the slash at the end is part of it (18.1)
const idCard = 'IDENTIFICATION_TYPE_IDCARD'

/** Ours begins with the number of the service provider (18.1). */
export const businessCode = (mchid: string, applicationNumber: string): string => `${mchid}_${applicationNumber}`

type Refused = ChannelError | NotAcceptable

/** Seals the fields of one request, all under one key; the first that cannot be sealed is what the request fails by. */
class Sealing {
  readonly #key: RingKey
  readonly tooLong: string[] = []
  constructor(key: RingKey) {
    this.#key = key
  }
  seal(field: string, plain: string): Json {
    const sealed = encryptField(this.#key.key, plain)
    if (!sealed.ok) this.tooLong.push(field)
    return { [field]: sealed.ok ? sealed.value : '' }
  }
}

function sealed(key: RingKey | undefined, path: string, body: (sealing: Sealing) => Json): Result<ApiRequest, Refused> {
  if (key === undefined) {
    const message = 'no key of WeChat Pay is at hand to encrypt with'
    return err({ kind: 'refused', code: 'NO_KEY', message, alarm: true })
  }
  const sealing = new Sealing(key)
  const made = body(sealing)
  if (sealing.tooLong.length > 0)
    return err({ kind: 'to-mend', toMend: sealing.tooLong.map((field) => toMendOf(field, '超过 214 字节')) })
  return ok({ ...post(path, made), encryptedWith: key.serial })
}

/** 18.1: for a lot, whose scene is a shop that drivers come to: code pay and JSAPI. */
export const applicationRequest = (
  ours: { readonly mchid: string; readonly terms: ApplicationTerms },
  key: RingKey | undefined,
  application: Application,
): Result<ApiRequest, Refused> =>
  sealed(key, applicationPath, (sealing) => ({
    business_code: businessCode(ours.mchid, application.applicationNumber),
    contact_info: contactInfo(sealing, application),
    subject_info: subjectInfo(sealing, application),
    business_info: businessInfo(application),
    settlement_info: {
      settlement_id: ours.terms.settlementIds[application.business.kind],
      qualification_type: ours.terms.industry,
    },
    bank_account_info: bankAccountInfo(sealing, application.card),
  }))

const end = (until: string) => (until === 'long-term' ? '长期' : until)

function contactInfo(sealing: Sealing, { contact }: Application): Json {
  const { name, phone, email, administrator } = contact
  return {
    contact_type: administrator ? 'SUPER' : 'LEGAL',
    ...sealing.seal('contact_name', name),
    ...(administrator
      ? {
          contact_id_doc_type: idCard,
          ...sealing.seal('contact_id_number', administrator.idNumber),
          contact_id_doc_copy: administrator.idFront,
          contact_id_doc_copy_back: administrator.idBack,
          contact_period_begin: administrator.idValidFrom,
          contact_period_end: end(administrator.idValidUntil),
          business_authorization_letter: administrator.authorisation,
        }
      : {}),
    ...sealing.seal('mobile_phone', phone),
    ...sealing.seal('contact_email', email),
  }
}

function subjectInfo(sealing: Sealing, { business, legalPerson }: Application): Json {
  const isCompany = business.kind === 'company'
  return {
    subject_type: isCompany ? 'SUBJECT_TYPE_ENTERPRISE' : 'SUBJECT_TYPE_INDIVIDUAL',
    business_license_info: {
      license_copy: business.licence,
      license_number: business.licenceNumber,
      merchant_name: business.name,
      legal_person: legalPerson.name,
      ...(business.address ? { license_address: business.address } : {}),
      ...(business.validFrom && business.validUntil
        ? { period_begin: business.validFrom, period_end: end(business.validUntil) }
        : {}),
    },
    identity_info: {
      id_doc_type: idCard,
      // Whose the beneficiary is besides is asked of large companies by WeChat Pay itself, in its review.
      ...(isCompany ? { owner: true } : {}),
      id_card_info: {
        id_card_copy: legalPerson.idFront,
        id_card_national: legalPerson.idBack,
        ...sealing.seal('id_card_name', legalPerson.name),
        ...sealing.seal('id_card_number', legalPerson.idNumber),
        ...(legalPerson.idAddress ? sealing.seal('id_card_address', legalPerson.idAddress) : {}),
        card_period_begin: legalPerson.idValidFrom,
        card_period_end: end(legalPerson.idValidUntil),
      },
    },
  }
}

const businessInfo = ({ business, lot }: Application): Json => ({
  merchant_shortname: business.shortName,
  service_phone: lot.servicePhone,
  sales_info: {
    sales_scenes_type: ['SALES_SCENES_STORE'],
    biz_store_info: {
      biz_store_name: lot.name,
      biz_address_code: lot.areaCode,
      biz_store_address: lot.address,
      store_entrance_pic: lot.entrance,
      indoor_pic: lot.inside,
    },
  },
})

const bankAccountInfo = (sealing: Sealing, card: SettlementCard): Json => ({
  bank_account_type: card.owner === 'company' ? 'BANK_ACCOUNT_TYPE_CORPORATE' : 'BANK_ACCOUNT_TYPE_PERSONAL',
  ...sealing.seal('account_name', card.holder),
  account_bank: card.bank,
  bank_address_code: card.areaCode,
  bank_name: card.branch,
  ...sealing.seal('account_number', card.number),
})

/** 18.2. */
export const applicationQuery = (mchid: string, applicationNumber: string): ApiRequest => ({
  method: 'GET',
  path: `${applicationPath}business_code/${encodeURIComponent(businessCode(mchid, applicationNumber))}`,
  body: '',
})

const ofMerchant = (subMchid: string) => `/v3/apply4sub/sub_merchants/${encodeURIComponent(subMchid)}`

/** 18.4: another settlement account; what becomes of it is asked for. */
export const cardChangeRequest = (
  subMchid: string,
  key: RingKey | undefined,
  card: SettlementCard,
): Result<ApiRequest, Refused> =>
  sealed(key, `${ofMerchant(subMchid)}/modify-settlement`, (sealing) => ({
    account_type: card.owner === 'company' ? 'ACCOUNT_TYPE_BUSINESS' : 'ACCOUNT_TYPE_PRIVATE',
    account_bank: card.bank,
    bank_address_code: card.areaCode,
    bank_name: card.branch,
    ...sealing.seal('account_number', card.number),
    ...sealing.seal('account_name', card.holder),
    modify_mode: 'MODIFY_MODE_ASYNC',
  }))

export const cardChangeQuery = (subMchid: string, changeNo: string): ApiRequest => ({
  method: 'GET',
  path: `${ofMerchant(subMchid)}/application/${encodeURIComponent(changeNo)}?account_number_rule=ACCOUNT_NUMBER_RULE_MASK_V1`,
  body: '',
})

export const cardQuery = (subMchid: string): ApiRequest => ({
  method: 'GET',
  path: `${ofMerchant(subMchid)}/settlement`,
  body: '',
})
