import { ok, type Result } from '@lanepay/domain/result.ts'
import type { ApplicationField, ApplicationState, CardChangeState, NotAcceptable, ToMend } from '../applications.ts'
import type { ChannelError } from '../channel.ts'
import { bareCode, channelErrorOf, type Failure } from './errors.ts'
import { asObject, type Json, textOf } from './json.ts'
import { malformedAnswer } from './order.ts'

/** What WeChat Pay calls a field, by the last name of its path, and what we call it (wechat-pay.md 18.1, 18.4). */
const ourField: Readonly<Record<string, ApplicationField>> = {
  subject_type: 'business.kind',
  merchant_name: 'business.name',
  merchant_shortname: 'business.shortName',
  license_number: 'business.licenceNumber',
  license_copy: 'business.licence',
  license_address: 'business.address',
  period_begin: 'business.validFrom',
  period_end: 'business.validUntil',
  legal_person: 'legalPerson.name',
  id_card_name: 'legalPerson.name',
  id_card_number: 'legalPerson.idNumber',
  id_card_address: 'legalPerson.idAddress',
  id_card_copy: 'legalPerson.idFront',
  id_card_national: 'legalPerson.idBack',
  card_period_begin: 'legalPerson.idValidFrom',
  card_period_end: 'legalPerson.idValidUntil',
  contact_name: 'contact.name',
  mobile_phone: 'contact.phone',
  contact_email: 'contact.email',
  contact_id_number: 'contact.administrator.idNumber',
  contact_id_doc_copy: 'contact.administrator.idFront',
  contact_id_doc_copy_back: 'contact.administrator.idBack',
  contact_period_begin: 'contact.administrator.idValidFrom',
  contact_period_end: 'contact.administrator.idValidUntil',
  business_authorization_letter: 'contact.administrator.authorisation',
  service_phone: 'lot.servicePhone',
  biz_store_name: 'lot.name',
  biz_address_code: 'lot.areaCode',
  biz_store_address: 'lot.address',
  store_entrance_pic: 'lot.entrance',
  indoor_pic: 'lot.inside',
  bank_account_type: 'card.owner',
  account_type: 'card.owner',
  account_name: 'card.holder',
  account_number: 'card.number',
  account_bank: 'card.bank',
  bank_name: 'card.branch',
  bank_branch_id: 'card.branch',
  bank_address_code: 'card.areaCode',
}

/** `/subject_info/identity_info/id_card_info/id_card_number`, `$.contact_info.mobile_phone` and `indoor_pic[0]` alike. */
export function toMendOf(channelField: string, why: string): ToMend {
  const name = channelField.split(/[/.[\]$]+/).findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? ''
  return { field: ourField[name] ?? null, channelField, why }
}

/** Taken on: what becomes of it is asked for (18.1). */
export function readTaken(answer: Json): Result<ApplicationState, ChannelError> {
  const channelNo = numberText(answer.applyment_id)
  if (answer.applyment_id === undefined) return malformedAnswer('applyment_id is missing')
  return ok({ state: 'reviewing', channelNo })
}

/** An uint64 (18.1). One that JSON made another number of is worse than none. */
const numberText = (value: unknown): string | null =>
  typeof value === 'number' ? (Number.isSafeInteger(value) ? String(value) : null) : textOf(value)

/** 18.2. A state that is not known here is a review that goes on. */
export function readApplication(asked: string, answer: Json): Result<ApplicationState, ChannelError> {
  if (answer.business_code !== asked) return malformedAnswer('the answer is about another application')
  const channelNo = numberText(answer.applyment_id)
  const url = textOf(answer.sign_url)
  switch (answer.applyment_state) {
    case 'APPLYMENT_STATE_EDITTING': // sic
      return ok({ state: 'unknown' })
    case 'APPLYMENT_STATE_REJECTED':
      return ok({ state: 'returned', channelNo, toMend: readReasons(answer) })
    case 'APPLYMENT_STATE_TO_BE_CONFIRMED':
    case 'APPLYMENT_STATE_TO_BE_SIGNED': {
      if (url === null) return malformedAnswer('sign_url is missing')
      const what = answer.applyment_state === 'APPLYMENT_STATE_TO_BE_SIGNED' ? 'sign' : 'verify'
      return ok({ state: 'to-sign', channelNo, what, url })
    }
    case 'APPLYMENT_STATE_SIGNING':
      return ok({ state: 'opening', channelNo })
    case 'APPLYMENT_STATE_FINISHED': {
      const subMchid = textOf(answer.sub_mchid)
      if (subMchid === null) return malformedAnswer('sub_mchid is missing')
      return ok({ state: 'live', channelNo, merchant: { subMchid } })
    }
    case 'APPLYMENT_STATE_CANCELED':
      return ok({ state: 'void', channelNo, why: whyOf(answer) })
    default:
      return ok({ state: 'reviewing', channelNo })
  }
}

const whyOf = (answer: Json) => textOf(answer.applyment_state_msg)?.slice(0, 200) ?? ''

/** Without a list the message is all there is, and it is about no field. */
function readReasons(answer: Json): readonly ToMend[] {
  const listed = Array.isArray(answer.audit_detail) ? answer.audit_detail.map(asObject) : []
  const toMend = listed.flatMap((one) => {
    const why = textOf(one?.reject_reason)
    return one && why ? [toMendOf(textOf(one.field) ?? '', why.slice(0, 200))] : []
  })
  return toMend.length > 0 ? toMend : [{ field: null, channelField: '', why: whyOf(answer) }]
}

/**
 * What a refused application, paper or card asks for. Wrong content is the applicant's to mend; that a word is forbidden, or
 * a bank unknown, has a message for a person and no field (18.2).
 */
export function applicationErrorOf(failure: Failure): ChannelError | NotAcceptable {
  const error = channelErrorOf(failure)
  if (error.kind === 'unclear' || failure.status !== 400 || failure.code === null) return error
  const { detail } = failure
  const code = bareCode(failure.code)
  if (/证书图片内容无效/.test(`${detail?.issue}${failure.message}`)) return { kind: 'papers-lost' } // 18.3
  if (code === 'PARAMERROR' && detail)
    return { kind: 'to-mend', toMend: [toMendOf(detail.field, detail.issue || failure.message)] }
  if (code !== 'PARAMERROR' && code !== 'INVALIDREQUEST') return error
  return { kind: 'to-mend', toMend: [{ field: null, channelField: '', why: failure.message }] }
}

/** 18.3. */
export function readMediaId(answer: Json): Result<string, ChannelError> {
  const id = textOf(answer.media_id)
  return id === null ? malformedAnswer('media_id is missing') : ok(id)
}

/** 18.4. */
export function readCardChange(answer: Json): Result<{ readonly changeNo: string }, ChannelError> {
  const changeNo = textOf(answer.application_no)
  return changeNo === null ? malformedAnswer('application_no is missing') : ok({ changeNo })
}

export function readCardChangeState(answer: Json): Result<CardChangeState, ChannelError> {
  switch (answer.verify_result) {
    case 'AUDIT_SUCCESS':
      return ok({ state: 'done' })
    case 'AUDIT_FAIL':
      return ok({ state: 'refused', why: textOf(answer.verify_fail_reason)?.slice(0, 200) ?? '' })
    default: // AUDITING, and whatever is added next year
      return ok({ state: 'pending' })
  }
}

/** The number is masked but for its end (18.4). Whether it was ever tried may be left out. */
export function readCard(
  answer: Json,
): Result<{ readonly ending: string; readonly verified: boolean | null; readonly why: string | null }, ChannelError> {
  const ending = /(\d{1,4})$/.exec(textOf(answer.account_number) ?? '')?.[1]
  if (ending === undefined) return malformedAnswer('account_number is missing')
  const verified =
    answer.verify_result === 'VERIFY_SUCCESS' ? true : answer.verify_result === 'VERIFY_FAIL' ? false : null
  return ok({ ending, verified, why: textOf(answer.verify_fail_reason)?.slice(0, 200) ?? null })
}
