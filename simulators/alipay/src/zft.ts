import { randomBytes, randomInt } from 'node:crypto'
import type { Instant } from '@lanepay/domain/types.ts'
import { beijing } from './beijing.ts'
import { type Biz, isObject, required, text, wrong } from './fields.ts'
import type { Call, Method, Said } from './methods.ts'
import type { Works } from './money.ts'
import { refuseBusiness, refuseTrade, withoutPrefix } from './refusal.ts'
import { isCard } from './transfer-methods.ts'

/* Second-tier merchants of our own contract (alipay.md 13.1): papers, applications, settlement cards. */

/** A picture that was uploaded; what it showed is nobody's business any more. */
export type ZftImage = { readonly imageId: string; readonly bytes: number; readonly at: Instant }
/** One order: to be taken on, or to be settled to another card. */
export type ZftOrder = {
  readonly orderId: string
  readonly externalId: string
  readonly kind: 'create' | 'settle'
  readonly content: string
  readonly smid: string
  readonly card: string
  readonly at: Instant
  /** When whoever applied has confirmed it in Alipay; a change of card needs nobody. */
  readonly confirmedAt: Instant | null
  readonly signToken: string
  readonly reason: string | null
}

/** A real review takes days, and here a minute of the clock after the confirmation. */
const reviewMs = 60_000
const statusOf = ({ reason, confirmedAt }: ZftOrder, now: Instant): '031' | '99' | '-1' =>
  reason !== null ? '-1' : confirmedAt !== null && now >= confirmedAt + reviewMs ? '99' : '031'

export type UploadedFile = { readonly name: string; readonly bytes: Buffer }

/** The file of a `multipart/form-data` body with one part; null for anything else. */
export function fileIn(contentType: string, body: Buffer): UploadedFile | null {
  const boundary = /^multipart\/form-data\s*;\s*boundary="?([^\s";]{1,70})"?\s*$/i.exec(contentType)?.[1]
  const end = body.indexOf('\r\n\r\n')
  if (boundary === undefined || end < 0 || !body.subarray(0, end).includes(`--${boundary}\r\n`)) return null
  const last = body.lastIndexOf(`\r\n--${boundary}--`)
  const name = /name="([^"]+)"; filename="[^"]+"/.exec(body.subarray(0, end).toString('utf8'))?.[1]
  return last < end || name === undefined ? null : { name, bytes: body.subarray(end + 4, last) }
}

const kinds: Readonly<Record<string, string>> = { jpg: 'ffd8ff', png: '89504e470d0a1a0a' }
const largestImage = 10 * 1024 * 1024

/** `ant.merchant.expand.indirect.image.upload` */
export function uploadImage(works: Works, imageType: string, file: UploadedFile | null): Said {
  const magic = kinds[imageType]
  if (file?.name !== 'image_content') return refuseBusiness('MERCHANT_ILLEGAL_ARGUMENT', 'image_content 不能为空')
  if (magic === undefined || !file.bytes.toString('hex').startsWith(magic))
    return refuseBusiness('INVALID_IMAGE_FORMAT', '图片格式不支持，或与内容不一致')
  if (file.bytes.length > largestImage) return refuseBusiness('EXCEED_MAX_SIZE', '图片大小超过限制')
  const imageId = `${randomBytes(16).toString('hex')}.${imageType}`
  works.book.zftImages.put(imageId, { imageId, bytes: file.bytes.length, at: works.clock.now() })
  return { image_id: imageId }
}

const numberOf = (works: Works) =>
  `${beijing(works.clock.now()).slice(0, 10).replaceAll('-', '')}${String([...works.book.zftOrders.values()].length).padStart(6, '0')}${randomInt(1e6)}`
const newSmid = () => `2088${Array.from({ length: 12 }, () => randomInt(10)).join('')}`

const known = new Set([
  ...['external_id', 'merchant_type', 'name', 'alias_name', 'mcc', 'cert_type', 'cert_no', 'cert_image', 'cert_name'],
  ...['legal_name', 'legal_cert_no', 'legal_cert_type', 'legal_cert_front_image', 'legal_cert_back_image'],
  ...['contact_infos', 'business_address', 'service_phone', 'service', 'out_door_images', 'in_door_images'],
  ...['biz_cards', 'default_settle_rule', 'binding_alipay_logon_id'],
])
const services = ['当面付', 'jsapi支付', 'app支付', 'wap支付', '电脑支付', '小程序支付', '订单码支付']

function checkApplication(works: Works, biz: Biz): undefined {
  for (const name of Object.keys(biz)) if (!known.has(name)) wrong(name, '存在多余字段')
  const kind = required(biz, 'merchant_type', 2)
  if (kind !== '01' && kind !== '07') wrong('merchant_type', '取值为 01 或 07')
  for (const [name, max] of [
    ['name', 128],
    ['alias_name', 128],
    ['legal_name', 64],
    ['service_phone', 20],
  ] as const)
    required(biz, name, max)
  if (!/^\d{4}$/.test(required(biz, 'mcc', 10))) wrong('mcc', '格式错误')
  if (required(biz, 'cert_type', 3) !== '201') wrong('cert_type', '与 merchant_type 不匹配')
  if (!/^[0-9A-Z]{18}$/.test(required(biz, 'cert_no', 20))) wrong('cert_no', '统一社会信用代码格式错误')
  if (kind === '07') required(biz, 'cert_name', 128)
  if (required(biz, 'legal_cert_type', 3) !== '100') wrong('legal_cert_type', '取值为 100')
  if (!isIdNumber(required(biz, 'legal_cert_no', 20))) wrong('legal_cert_no', '身份证号码格式错误')
  const [contact] = listOf(biz, 'contact_infos')
  if (!/^1\d{10}$/.test(required(contact!, 'mobile', 20))) wrong('contact_infos.mobile', '手机号码格式错误')
  required(contact!, 'name', 64)
  const address = biz.business_address
  if (!isObject(address)) wrong('business_address', '不能为空')
  for (const name of ['province_code', 'city_code', 'district_code'])
    if (!/^\d{6}$/.test(required(address as Biz, name, 6))) wrong(`business_address.${name}`, '格式错误')
  const asked = Array.isArray(biz.service) ? biz.service : []
  if (asked.length === 0 || asked.some((one) => !services.includes(String(one)))) wrong('service', '取值错误')
  const images = [
    ...['cert_image', 'legal_cert_front_image', 'legal_cert_back_image'].map((name) => required(biz, name, 256)),
    ...['out_door_images', 'in_door_images'].flatMap((name) =>
      Array.isArray(biz[name]) ? (biz[name] as string[]) : wrong(name, '不能为空'),
    ),
  ]
  if (images.some((id) => works.book.zftImages.get(id) === undefined))
    refuseBusiness('IMAGE_NOT_EXIST', '图片不存在或已失效，请重新上传')
  checkCards(biz, kind === '01' ? required(biz, 'name', 128) : null)
  required(biz, 'binding_alipay_logon_id', 64)
}

const listOf = (biz: Biz, name: string): readonly Biz[] => {
  const list = biz[name]
  return Array.isArray(list) && list.length > 0 && list.every(isObject) ? (list as Biz[]) : wrong(name, '不能为空')
}

/** GB 11643: the last of 18 is a checksum. */
function isIdNumber(number: string): boolean {
  const sum = [...number.slice(0, 17)].reduce((total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11), 0)
  return /^\d{17}[\dX]$/.test(number) && '10X98765432'[sum % 11] === number[17]
}

function checkCards(biz: Biz, company: string | null): string {
  const [card] = listOf(biz, 'biz_cards')
  const usage = required(card!, 'usage_type', 2)
  const number = required(card!, 'account_no', 32)
  const holder = required(card!, 'account_holder_name', 128)
  if (usage !== '01' && usage !== '02') wrong('biz_cards.usage_type', '取值为 01 或 02')
  if (usage === '01' ? !/^\d{8,30}$/.test(number) : !isCard(number)) wrong('biz_cards.account_no', '卡号格式错误')
  if (company !== null && usage === '01' && holder !== company)
    wrong('biz_cards.account_holder_name', '与商户名称不一致')
  for (const name of ['account_inst_province', 'account_inst_city', 'account_branch_name', 'account_inst_name'])
    required(card!, name, 128)
  const rule = biz.default_settle_rule
  if (!isObject(rule) || required(rule, 'default_settle_type', 32) !== 'bankCard')
    wrong('default_settle_rule', '不正确')
  if (required(rule as Biz, 'default_settle_target', 64) !== number) wrong('default_settle_rule', '与 biz_cards 不一致')
  return number
}

const ordersOf = ({ book }: Works, externalId: string) =>
  [...book.zftOrders.values()].filter((one) => one.kind === 'create' && one.externalId === externalId)

const create: Method = (works, { biz }: Call) =>
  withoutPrefix(() => {
    const externalId = required(biz, 'external_id', 64)
    checkApplication(works, biz)
    const content = JSON.stringify(biz)
    const now = works.clock.now()
    const last = ordersOf(works, externalId).at(-1)
    const status = last && statusOf(last, now)
    if (last && status === '031' && last.content === content) return { order_id: last.orderId }
    if (status === '031') return refuseBusiness('ORDER_IN_PROCESS', '申请单处理中，不能重复提交')
    if (status === '99') return refuseBusiness('MERCHANT_ALREADY_EXIST', '商户已存在')
    const made: ZftOrder = {
      ...{
        orderId: numberOf(works),
        externalId,
        kind: 'create',
        content,
        smid: newSmid(),
        card: checkCards(biz, null),
      },
      ...{ at: now, confirmedAt: null, signToken: randomBytes(16).toString('hex'), reason: null },
    }
    works.book.zftOrders.put(made.orderId, made)
    return { order_id: made.orderId }
  })

const query: Method = (works, { biz }) =>
  withoutPrefix(() => {
    const orderId = text(biz, 'order_id', 64)
    const one = orderId === null ? null : works.book.zftOrders.get(orderId)
    const found = orderId === null ? ordersOf(works, required(biz, 'external_id', 64)) : one ? [one] : []
    if (found.length === 0) return refuseBusiness('ORDER_NOT_EXIST', '申请单不存在')
    const now = works.clock.now()
    return { orders: found.map((order) => shown(works, order, now)) }
  })

function shown(works: Works, order: ZftOrder, now: Instant): Said {
  const status = statusOf(order, now)
  const waits = order.kind === 'create' && order.confirmedAt === null && status === '031'
  return {
    ...{ order_id: order.orderId, external_id: order.externalId, status, apply_time: beijing(order.at) },
    ...{ fk_audit: status === '99' ? 'PASS' : 'CREATE', kz_audit: status === '99' ? 'PASS' : 'CREATE' },
    ...(order.kind === 'create' ? { sub_confirm: waits ? 'NOT_CONFIRM' : 'FINISH' } : {}),
    ...(waits ? { sub_sign_short_chain_url: `${works.url()}/zft/sign?token=${order.signToken}` } : {}),
    ...(status === '99' ? { smid: order.smid } : {}),
    ...(order.reason === null ? {} : { reason: order.reason, kz_audit: 'REJECT', kz_audit_memo: order.reason }),
  }
}

/** Merchants that were taken on, and the card of the last order that was carried out. */
export const isSecondTier = (works: Works, smid: string): boolean => cardOf(works, smid) !== undefined
const cardOf = (works: Works, smid: string): string | undefined =>
  [...works.book.zftOrders.values()].findLast((one) => one.smid === smid && statusOf(one, works.clock.now()) === '99')
    ?.card

/** The name of a company that was taken on; null for a business of a person. */
function companyOf(works: Works, smid: string): string | null {
  const order = [...works.book.zftOrders.values()].find((one) => one.kind === 'create' && one.smid === smid)
  const told = order && (JSON.parse(order.content) as Biz)
  return told?.merchant_type === '01' ? String(told.name) : null
}

const settlementModify: Method = (works, { biz }) =>
  withoutPrefix(() => {
    const smid = required(biz, 'smid', 20)
    if (!isSecondTier(works, smid)) return refuseBusiness('MERCHANT_NOT_EXIST', '商户不存在')
    const card = checkCards(biz, companyOf(works, smid))
    const now = works.clock.now()
    // The one card that the bank does not know.
    const refusal = card.endsWith('0000') ? '银行卡信息校验不通过' : null
    const made: ZftOrder = {
      ...{
        orderId: numberOf(works),
        externalId: '',
        kind: 'settle',
        content: JSON.stringify(biz),
        smid,
        card,
        at: now,
      },
      ...{ confirmedAt: now, signToken: '', reason: refusal },
    }
    works.book.zftOrders.put(made.orderId, made)
    return { order_id: made.orderId }
  })

const settlement: Method = (works, { biz }) =>
  withoutPrefix(() => {
    const card = cardOf(works, required(biz, 'smid', 20))
    if (card === undefined) return refuseBusiness('MERCHANT_NOT_EXIST', '商户不存在')
    return { biz_cards: [{ account_no: `${'*'.repeat(card.length - 4)}${card.slice(-4)}` }] }
  })

/** Money for a second-tier merchant: it is one, and how it is settled is said (alipay.md 7.2, 7.13). */
export function checkSubMerchant(works: Works, biz: Biz): undefined {
  if (biz.sub_merchant === undefined) return
  if (!isObject(biz.sub_merchant)) wrong('sub_merchant', '必须是对象')
  const smid = required(biz.sub_merchant as Biz, 'merchant_id', 20)
  if (!isSecondTier(works, smid)) refuseTrade('SECONDARY_MERCHANT_ID_INVALID', '二级商户编号无效')
  if (biz.seller_id !== undefined) wrong('seller_id', '与 sub_merchant 不能同时传入')
  const infos = isObject(biz.settle_info) ? biz.settle_info.settle_detail_infos : undefined
  const [info, ...more] = Array.isArray(infos) ? (infos as Biz[]) : []
  if (info === undefined || more.length > 0 || info.amount !== biz.total_amount)
    wrong('settle_info', '结算信息必须有且只有一条，金额等于交易金额')
}

export const zftMethods: Readonly<Record<string, Method>> = {
  'ant.merchant.expand.indirect.zft.create': create,
  'ant.merchant.expand.indirect.zftorder.query': query,
  'ant.merchant.expand.indirect.zft.settlementmodify': settlementModify,
  'ant.merchant.expand.indirect.zftsubsettle.query': settlement,
}

const openOrder = (works: Works, fits: (one: ZftOrder) => boolean): ZftOrder => {
  const found = [...works.book.zftOrders.values()].find(
    (one) => fits(one) && one.kind === 'create' && statusOf(one, works.clock.now()) === '031',
  )
  if (!found) throw new RangeError('there is no such application under way')
  return found
}

/** Whoever opens the link in Alipay and confirms. @throws RangeError where there is nothing to confirm. */
export function confirmZft(works: Works, token: string): void {
  const order = openOrder(works, (one) => one.signToken === token && one.confirmedAt === null)
  works.book.zftOrders.put(order.orderId, { ...order, confirmedAt: works.clock.now() })
}

/** What a reviewer does. @throws RangeError where there is none under way. */
export function rejectZft(works: Works, externalId: string, reason: string): void {
  const order = openOrder(works, (one) => one.externalId === externalId)
  works.book.zftOrders.put(order.orderId, { ...order, reason })
}
