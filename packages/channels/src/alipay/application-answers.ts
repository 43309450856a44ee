import { ok, type Result } from '@lanepay/domain/result.ts'
import type { ApplicationField, ApplicationState, CardChangeState, NotAcceptable, ToMend } from '../applications.ts'
import type { ChannelError } from '../channel.ts'
import { bareCode, channelErrorOf, type Failure } from './errors.ts'
import { type Json, textOf } from './json.ts'
import { malformedAnswer } from './order.ts'

/** What Alipay calls a field and what we call it, where its words name one (alipay.md 13.1): its codes for it are not published (18). */
const ourField: readonly (readonly [name: RegExp, field: ApplicationField])[] = [
  [/legal_cert_front_image/, 'legalPerson.idFront'],
  [/legal_cert_back_image/, 'legalPerson.idBack'],
  [/legal_cert_no/, 'legalPerson.idNumber'],
  [/legal_name/, 'legalPerson.name'],
  [/cert_image/, 'business.licence'],
  [/cert_no/, 'business.licenceNumber'],
  [/cert_name/, 'business.name'],
  [/alias_name/, 'business.shortName'],
  [/merchant_type|cert_type/, 'business.kind'],
  [/binding_alipay_logon_id|mobile/, 'contact.phone'],
  [/email/, 'contact.email'],
  [/contact_infos|id_card_no/, 'contact.name'],
  [/out_door_images/, 'lot.entrance'],
  [/in_door_images/, 'lot.inside'],
  [/service_phone/, 'lot.servicePhone'],
  [/(?:province|city|district)_code/, 'lot.areaCode'],
  [/business_address/, 'lot.address'],
  [/account_holder_name/, 'card.holder'],
  [/account_no|default_settle/, 'card.number'],
  [/account_branch_name/, 'card.branch'],
  [/account_inst_name|account_inst_id/, 'card.bank'],
  [/account_inst_/, 'card.areaCode'],
  [/usage_type/, 'card.owner'],
  [/\bname\b/, 'business.name'],
]

export function toMendOf(why: string): ToMend {
  const found = ourField.find(([name]) => name.test(why))
  return { field: found?.[1] ?? null, channelField: found?.[0].exec(why)?.[0] ?? '', why: why.slice(0, 200) }
}

/** Taken on: what becomes of it is asked for. */
export function readTaken(answer: Json): Result<ApplicationState, ChannelError> {
  const channelNo = textOf(answer.order_id)
  return channelNo === null ? malformedAnswer('order_id is missing') : ok({ state: 'reviewing', channelNo })
}

/** Every order of the same merchant is listed; the last one counts. Numbers begin with their day, so they are in order. */
function lastOrder(answer: Json): Json | null {
  const orders = Array.isArray(answer.orders) ? (answer.orders as readonly Json[]) : []
  return orders.toSorted((a, b) => (String(a?.order_id) < String(b?.order_id) ? -1 : 1)).at(-1) ?? null
}

/** `zftorder.query`. What is not clearly over is a review that goes on. */
export function readApplication(asked: string, answer: Json): Result<ApplicationState, ChannelError> {
  const order = lastOrder(answer)
  if (order === null) return ok({ state: 'unknown' })
  if (order.external_id !== asked) return malformedAnswer('the answer is about another application')
  const channelNo = textOf(order.order_id)
  switch (order.status) {
    case '99': {
      const smid = textOf(order.smid)
      return smid === null ? malformedAnswer('smid is missing') : ok({ state: 'live', channelNo, merchant: { smid } })
    }
    case '-1':
      return ok({ state: 'returned', channelNo, toMend: reasonsOf(order) })
    default: {
      const url = textOf(order.sub_sign_short_chain_url) ?? textOf(order.sub_sign_qr_code_url)
      return order.sub_confirm === 'NOT_CONFIRM' && url !== null
        ? ok({ state: 'to-sign', channelNo, what: 'sign', url })
        : ok({ state: 'reviewing', channelNo })
    }
  }
}

function reasonsOf(order: Json): readonly ToMend[] {
  const said = [
    textOf(order.reason),
    order.kz_audit === 'REJECT' ? textOf(order.kz_audit_memo) : null,
    order.fk_audit === 'REJECT' ? textOf(order.fk_audit_memo) : null,
  ]
  const reasons = [...new Set(said.filter((one) => one !== null))].map(toMendOf)
  return reasons.length > 0 ? reasons : [{ field: null, channelField: '', why: '' }]
}

/** What the business says no to is for the applicant, in Alipay's own words (18); the rest is ours to look at. */
export function applicationErrorOf(failure: Failure): ChannelError | NotAcceptable {
  const error = channelErrorOf(failure)
  if (error.kind === 'unclear') return error
  if (/IMAGE.*NOT_EXIST|INVALID_IMAGE_ID/.test(bareCode(failure.subCode))) return { kind: 'papers-lost' }
  const isBusiness = failure.code === '40004' || /^isv\.(?:invalid|missing)-parameter/.test(failure.subCode)
  return isBusiness ? { kind: 'to-mend', toMend: [toMendOf(failure.message)] } : error
}

export function readImageId(answer: Json): Result<string, ChannelError> {
  const id = textOf(answer.image_id)
  return id === null ? malformedAnswer('image_id is missing') : ok(id)
}

export function readCardChange(answer: Json): Result<{ readonly changeNo: string }, ChannelError> {
  const changeNo = textOf(answer.order_id)
  return changeNo === null ? malformedAnswer('order_id is missing') : ok({ changeNo })
}

export function readCardChangeState(changeNo: string, answer: Json): Result<CardChangeState, ChannelError> {
  const order = lastOrder(answer)
  if (order?.order_id !== changeNo) return malformedAnswer('the answer is about another change')
  switch (order.status) {
    case '99':
      return ok({ state: 'done' })
    case '-1':
      return ok({
        state: 'refused',
        why: reasonsOf(order)
          .map(({ why }) => why)
          .join('；'),
      })
    default:
      return ok({ state: 'pending' })
  }
}

export function readCard(answer: Json) {
  const [card] = Array.isArray(answer.biz_cards) ? (answer.biz_cards as readonly Json[]) : []
  const ending = /(\d{1,4})$/.exec(textOf(card?.account_no) ?? '')?.[1]
  return ending === undefined ? malformedAnswer('biz_cards is missing') : ok({ ending, verified: null, why: null })
}
