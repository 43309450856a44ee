import { randomBytes } from 'node:crypto'
import type { Application, Paper, SettlementCard } from '../applications.ts'
import type { ApiRequest } from './gateway.ts'
import type { Json } from './json.ts'
import type { ApplicationTerms } from './settings.ts'

/* The requests of alipay.md 13.1: second-tier merchants of our own 直付通 contract. */

const endings = { 'image/jpeg': 'jpg', 'image/png': 'png' } as const

/** `ant.merchant.expand.indirect.image.upload`: the text is signed, the picture is not (alipay.md 2.3). */
export const imageRequest = ({ type, bytes }: Paper): ApiRequest => ({
  method: 'ant.merchant.expand.indirect.image.upload',
  beside: { image_type: endings[type] },
  file: { name: 'image_content', filename: `${randomBytes(8).toString('hex')}.${endings[type]}`, type, bytes },
})

/** Two digits of a province, four of a city, six of a district, as Alipay wants all three. */
const areas = (areaCode: string): Json => ({
  province_code: `${areaCode.slice(0, 2)}0000`,
  city_code: `${areaCode.slice(0, 4)}00`,
  district_code: areaCode,
})

const bizCard = (card: SettlementCard): Json => ({
  account_holder_name: card.holder,
  account_no: card.number,
  account_inst_province: `${card.areaCode.slice(0, 2)}0000`,
  account_inst_city: `${card.areaCode.slice(0, 4)}00`,
  account_branch_name: card.branch,
  usage_type: card.owner === 'company' ? '01' : '02',
  account_type: 'DC',
  account_inst_name: card.bank,
})
const settleTo = (card: SettlementCard): Json => ({
  biz_cards: [bizCard(card)],
  default_settle_rule: { default_settle_type: 'bankCard', default_settle_target: card.number },
})

/**
 * `zft.create`, for a lot: face to face, in the wallet's own pages, and in an ordinary browser. Whoever signs does so with the Alipay
 * account of its telephone number.
 */
export function applicationRequest(terms: ApplicationTerms, application: Application): ApiRequest {
  const { applicationNumber, business, legalPerson, contact, lot, card } = application
  const isCompany = business.kind === 'company'
  const { administrator } = contact
  return {
    method: 'ant.merchant.expand.indirect.zft.create',
    biz: {
      external_id: applicationNumber,
      merchant_type: isCompany ? '01' : '07',
      name: business.name,
      alias_name: business.shortName,
      mcc: terms.mcc,
      cert_type: '201',
      cert_no: business.licenceNumber,
      cert_image: business.licence,
      ...(isCompany ? {} : { cert_name: business.name }),
      legal_name: legalPerson.name,
      legal_cert_no: legalPerson.idNumber,
      legal_cert_type: '100',
      legal_cert_front_image: legalPerson.idFront,
      legal_cert_back_image: legalPerson.idBack,
      contact_infos: [
        {
          name: contact.name,
          mobile: contact.phone,
          email: contact.email,
          type: administrator ? 'AGENT' : 'LEGAL_PERSON',
          id_card_no: administrator?.idNumber ?? legalPerson.idNumber,
        },
      ],
      business_address: { ...areas(lot.areaCode), address: lot.address },
      service_phone: lot.servicePhone,
      service: ['当面付', 'jsapi支付', 'wap支付'],
      out_door_images: lot.entrance,
      in_door_images: lot.inside,
      ...settleTo(card),
      binding_alipay_logon_id: contact.phone,
    },
  }
}

export const applicationQuery = (applicationNumber: string): ApiRequest => ({
  method: 'ant.merchant.expand.indirect.zftorder.query',
  biz: { external_id: applicationNumber },
})

export const cardChangeRequest = (smid: string, card: SettlementCard): ApiRequest => ({
  method: 'ant.merchant.expand.indirect.zft.settlementmodify',
  biz: { smid, ...settleTo(card) },
})
export const cardChangeQuery = (changeNo: string): ApiRequest => ({
  method: 'ant.merchant.expand.indirect.zftorder.query',
  biz: { order_id: changeNo },
})
export const cardQuery = (smid: string): ApiRequest => ({
  method: 'ant.merchant.expand.indirect.zftsubsettle.query',
  biz: { smid },
})
