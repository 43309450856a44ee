import { randomBytes } from 'node:crypto'
import { openSubMerchant } from './account.ts'
import { type Answer, answered, badField, numbers, refused } from './answer.ts'
import type { Asked, Route } from './api.ts'
import { applymentFields, modifyFields, rates } from './applyment-fields.ts'
import type { Applyment, ApplymentState, CardChange } from './book.ts'
import { checkFields, writeTime } from './fields.ts'
import { mediaRoute } from './media.ts'
import { canonical, checkMerchants } from './orders.ts'
import { randomDigits } from './sealing.ts'
import { readSensitive } from './sensitive.ts'
import type { Works } from './works.ts'

/* Sub-merchants on their way in, and their settlement accounts afterwards (wechat-pay.md 18). Partners only. */

const second = 1_000
const day = 86_400_000
/** A real review takes days, and here a minute of the clock; opening what was signed for, half an hour as it is (18.2). */
const reviewMs = 60 * second
const openingMs = 30 * 60 * second
const confirmWithinMs = 10 * day
const signWithinMs = 30 * day
const cardCheckMs = 10 * second
const applymentsPerSecond = 15
const changesPerMinute = 20
const changesPerDay = 5

const notOpened = refused('NO_AUTH', '商户号该产品权限未开通，请前往商户平台>产品中心检查后重试')
const onlyPartners = (works: Works): Answer | null => (works.mode === 'partner' ? null : notOpened)
const tooOften = refused('FREQUENCY_LIMITED', '频率超限，请降低请求频率后重试', { number: numbers.rateLimit })

type Fields = Readonly<Record<string, unknown>>
const within = (body: Fields, path: string): unknown =>
  path
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], body)

const isName = (text: string) => (/^[\p{L}·.() （）\d]{2,100}$/u.test(text) ? null : '格式不正确')
const isIdNumber = (text: string) => (holdsIdNumber(text) ? null : '身份证号码格式不正确')
const isAccount = (text: string) => (/^\d{8,30}$/.test(text) ? null : '银行账号格式不正确')
const identity = '/subject_info/identity_info/id_card_info'
/** What is sealed, and what has to be in it. */
const sealedFields: readonly (readonly [path: string, check: (text: string) => string | null])[] = [
  ['/contact_info/contact_name', isName],
  ['/contact_info/contact_id_number', isIdNumber],
  ['/contact_info/mobile_phone', (text) => (/^1\d{10}$/.test(text) ? null : '手机号码格式不正确')],
  ['/contact_info/contact_email', (text) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : '邮箱格式不正确')],
  [`${identity}/id_card_name`, isName],
  [`${identity}/id_card_number`, isIdNumber],
  [`${identity}/id_card_address`, (text) => ([...text].length >= 4 ? null : '地址过短')],
  ['/bank_account_info/account_name', isName],
  ['/bank_account_info/account_number', isAccount],
]

/** GB 11643: the last of 18 is a checksum. */
function holdsIdNumber(text: string): boolean {
  const sum = [...text.slice(0, 17)].reduce((total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11), 0)
  return /^\d{17}[\dX]$/.test(text) && '10X98765432'[sum % 11] === text[17]
}

type Opened = { readonly texts: ReadonlyMap<string, string> } | { readonly refusal: Answer }

/** Every sealed field that is there, opened and looked at. */
function open(works: Works, { serial, now }: Asked, body: Fields, fields: typeof sealedFields): Opened {
  const texts = new Map<string, string>()
  for (const [field, check] of fields) {
    const value = within(body, field)
    if (typeof value !== 'string') continue
    const read = readSensitive(works.account(), { serial, field, value, now })
    if ('refusal' in read) return read
    const issue = check(read.text)
    if (issue !== null) return { refusal: badField('body', field, '', issue) }
    texts.set(field, read.text)
  }
  return { texts }
}

/** `POST /v3/applyment4sub/applyment/` */
function apply(works: Works, asked: Asked): Answer {
  const shape = onlyPartners(works) ?? checkFields(applymentFields, asked.body, 'body')
  if (shape) return shape
  if (!works.rates.allows('applyment', applymentsPerSecond, asked.now)) return tooOften
  const body = asked.body as Fields
  const code = body.business_code as string
  if (!code.startsWith(works.account().mchid))
    return badField('body', '/business_code', code, '业务申请编号须以服务商商户号为前缀')
  const opened = open(works, asked, body, sealedFields)
  if ('refusal' in opened) return opened.refusal
  const wrong = checkTogether(works, body, opened.texts)
  if (wrong) return wrong
  const content = contentOf(body, opened.texts)
  const known = works.book.get('applyment', code)
  if (known && known.state !== 'REJECTED' && known.state !== 'EDITTING')
    return known.content === content
      ? answered({ applyment_id: known.applymentId })
      : refused('INVALID_REQUEST', '申请单当前状态不可修改', { number: numbers.otherContent })
  const half = works.faults.take('applyment-half') !== null
  const made: Applyment = {
    businessCode: code,
    applymentId: known?.applymentId ?? Number(`2${randomDigits(14)}`),
    content,
    bank: cardOf(body.bank_account_info as Fields, {
      number: opened.texts.get('/bank_account_info/account_number') ?? '',
      holder: opened.texts.get('/bank_account_info/account_name'),
    }),
    state: half ? 'EDITTING' : 'AUDITING',
    since: asked.now,
    endsAt: half ? null : asked.now + reviewMs,
    times: (known?.times ?? 0) + 1,
  }
  works.book.put('applyment', code, made)
  return half
    ? refused('SYSTEM_ERROR', '系统异常，请用相同参数重新调用', { number: 268435456 })
    : answered({ applyment_id: made.applymentId })
}

/** Sealed anew each time, so what was sealed is what a repeat is compared by; and papers by what they show. */
const contentOf = (body: Fields, texts: ReadonlyMap<string, string>): string =>
  canonical([canonical(unsealed(body, '', texts)), [...texts]])
function unsealed(value: unknown, path: string, texts: ReadonlyMap<string, string>): unknown {
  if (texts.has(path)) return ''
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unsealed(one, `${path}/${name}`, texts)]))
}

const cardOf = (
  bank: Fields,
  { number, holder }: { readonly number: string; readonly holder: string | undefined },
): Applyment['bank'] => ({
  isCompany: bank.bank_account_type === 'BANK_ACCOUNT_TYPE_CORPORATE' || bank.account_type === 'ACCOUNT_TYPE_BUSINESS',
  bank: String(bank.account_bank),
  branch: String(bank.bank_name ?? ''),
  number,
  ...(holder === undefined ? {} : { holder }),
})

const superFields = [
  ...['contact_id_doc_type', 'contact_id_number', 'contact_id_doc_copy', 'contact_id_doc_copy_back'],
  ...['contact_period_begin', 'contact_period_end', 'business_authorization_letter'],
]

/** What fields ask of each other (18.1). */
function checkTogether(works: Works, body: Fields, texts: ReadonlyMap<string, string>): Answer | null {
  const missing = (field: string) => badField('body', field, '', '必填性规则校验失败，此字段为必填项')
  const at = (path: string) => within(body, path)
  const isSuper = at('/contact_info/contact_type') === 'SUPER'
  const absent = isSuper ? superFields.find((name) => at(`/contact_info/${name}`) === undefined) : undefined
  if (absent !== undefined) return missing(`/contact_info/${absent}`)
  if (!isSuper && texts.get('/contact_info/contact_name') !== at('/subject_info/business_license_info/legal_person'))
    return badField('body', '/contact_info/contact_name', '', '超级管理员为法人时，姓名须与法人一致')
  const subject = at('/subject_info/subject_type')
  const isCompany = subject === 'SUBJECT_TYPE_ENTERPRISE'
  if (isCompany && at(`${identity}/id_card_address`) === undefined) return missing(`${identity}/id_card_address`)
  if (isCompany && at('/subject_info/identity_info/owner') !== true) return missing('/subject_info/ubo_info_list')
  if (texts.get(`${identity}/id_card_name`) !== at('/subject_info/business_license_info/legal_person'))
    return badField('body', `${identity}/id_card_name`, '', '身份证姓名与营业执照法人姓名不一致')
  const rate = rates.find(({ id }) => id === at('/settlement_info/settlement_id'))
  if (rate?.subject !== subject)
    return badField('body', '/settlement_info/settlement_id', rate?.id, '结算规则与主体类型不匹配')
  if (rate?.industry !== at('/settlement_info/qualification_type'))
    return badField('body', '/settlement_info/qualification_type', '', '所属行业与结算规则不匹配')
  return checkBank(body, texts) ?? checkWords(body) ?? checkMedia(works, body, '')
}

function checkBank(body: Fields, texts: ReadonlyMap<string, string>): Answer | null {
  const at = (path: string) => within(body, path)
  const isCompanys = at('/bank_account_info/bank_account_type') === 'BANK_ACCOUNT_TYPE_CORPORATE'
  if (at('/subject_info/subject_type') === 'SUBJECT_TYPE_ENTERPRISE' && !isCompanys)
    return badField('body', '/bank_account_info/bank_account_type', '', '企业只能使用对公银行账户')
  const holder = isCompanys
    ? at('/subject_info/business_license_info/merchant_name')
    : texts.get(`${identity}/id_card_name`)
  if (texts.get('/bank_account_info/account_name') !== holder)
    return badField('body', '/bank_account_info/account_name', '', '开户名称与主体不一致')
  if (at('/bank_account_info/bank_name') === undefined && at('/bank_account_info/bank_branch_id') === undefined)
    return badField('body', '/bank_account_info/bank_name', '', '开户银行全称（含支行）与联行号须二选一')
  return null
}

const forbidden = ['微信', '腾讯', '测试']
function checkWords(body: Fields): Answer | null {
  const name = String(within(body, '/business_info/merchant_shortname'))
  return forbidden.some((word) => name.includes(word))
    ? refused('INVALID_REQUEST', `商户简称包含违规词，请修改后重新提交`)
    : null
}

const mediaNames =
  /^(license_copy|id_card_copy|id_card_national|contact_id_doc_copy|contact_id_doc_copy_back|business_authorization_letter|store_entrance_pic|indoor_pic)$/
/** A picture is known by its id, and to nobody else. */
function checkMedia({ book }: Works, value: unknown, path: string): Answer | null {
  if (value === null || typeof value !== 'object') return null
  for (const [name, one] of Object.entries(value)) {
    const ids = mediaNames.test(name) ? [one].flat() : []
    const unknown = ids.find((id) => book.get('media', String(id)) === undefined)
    if (unknown !== undefined) return badField('body', `${path}/${name}`, unknown, '证书图片内容无效')
    const deeper = ids.length > 0 ? null : checkMedia({ book } as Works, one, `${path}/${name}`)
    if (deeper) return deeper
  }
  return null
}

/** `GET /v3/applyment4sub/applyment/business_code/{code}` and `/applyment_id/{id}` */
const query =
  (find: (works: Works, part: string) => Applyment | undefined) =>
  (works: Works, { part }: Asked): Answer => {
    const found = onlyPartners(works) ? undefined : find(works, part)
    if (!found)
      return onlyPartners(works) ?? refused('RESOURCE_NOT_EXISTS', '申请单不存在', { number: numbers.orderUnknown })
    const { state } = found
    return answered({
      business_code: found.businessCode,
      applyment_id: found.applymentId,
      applyment_state: `APPLYMENT_STATE_${state}`,
      applyment_state_msg: words[state],
      ...(found.subMchid === undefined ? {} : { sub_mchid: found.subMchid }),
      ...(found.signToken === undefined || !signable.includes(state)
        ? {}
        : { sign_url: `${works.url()}/applyment/sign?token=${found.signToken}` }),
      ...(state === 'REJECTED'
        ? {
            audit_detail: (found.reasons ?? []).map(({ field, reason }) => ({
              field,
              field_name: field,
              reject_reason: reason,
            })),
          }
        : {}),
    })
  }

const signable: readonly ApplymentState[] = ['TO_BE_CONFIRMED', 'TO_BE_SIGNED']
const words: Readonly<Record<ApplymentState, string>> = {
  EDITTING: '提交申请发生错误导致，请尝试重新提交',
  AUDITING: '申请单正在审核中，请耐心等待',
  REJECTED: '请按照驳回原因修改后重新提交',
  TO_BE_CONFIRMED: '请超级管理员使用微信打开返回的签约链接，完成账户验证',
  TO_BE_SIGNED: '请超级管理员使用微信打开返回的签约链接，根据页面指引完成签约',
  SIGNING: '系统开通相关权限中，请耐心等待',
  FINISHED: '商户入驻申请已完成',
  CANCELED: '申请单已被撤销',
}

/** Another state, by the clock or by a hand behind the scenes. @throws RangeError where the state does not lead there. */
export function moveApplyment(
  works: Works,
  businessCode: string,
  to: ApplymentState,
  told: { readonly reasons?: Applyment['reasons']; readonly at?: number } = {},
): Applyment {
  const one = works.book.get('applyment', businessCode)
  if (!one) throw new RangeError(`there is no application ${businessCode}`)
  if (!leadsTo[one.state].includes(to)) throw new RangeError(`an application that is ${one.state} cannot become ${to}`)
  const at = told.at ?? works.clock.now()
  const limits: Partial<Record<ApplymentState, number>> = {
    ...{ TO_BE_CONFIRMED: confirmWithinMs, TO_BE_SIGNED: signWithinMs, SIGNING: openingMs },
  }
  const { reasons: _, ...rest } = one
  const moved: Applyment = {
    ...rest,
    state: to,
    since: at,
    endsAt: limits[to] === undefined ? null : at + limits[to],
    ...(signable.includes(to) ? { signToken: randomBytes(24).toString('base64url') } : {}),
    ...(to === 'REJECTED' ? { reasons: told.reasons ?? [] } : {}),
    ...(to === 'FINISHED' ? { subMchid: takeOn(works, one) } : {}),
  }
  works.book.put('applyment', businessCode, moved)
  return moved
}

const leadsTo: Readonly<Record<ApplymentState, readonly ApplymentState[]>> = {
  EDITTING: [],
  AUDITING: ['REJECTED', 'TO_BE_CONFIRMED', 'TO_BE_SIGNED', 'CANCELED'],
  REJECTED: ['CANCELED'],
  TO_BE_CONFIRMED: ['TO_BE_SIGNED', 'REJECTED', 'CANCELED'],
  TO_BE_SIGNED: ['SIGNING', 'CANCELED', 'REJECTED'],
  SIGNING: ['FINISHED'],
  FINISHED: [],
  CANCELED: [],
}

/** One sub-merchant more, with the settlement account that it applied with. */
function takeOn(works: Works, { bank }: Applyment): string {
  const fresh = openSubMerchant()
  works.keeper.change({ subMerchants: [...works.keeper.now.subMerchants, fresh] })
  works.book.put('settlement-card', fresh.mchid, { ...bank, verified: 'VERIFYING' })
  return fresh.mchid
}

/** Whoever opens the link in the wallet and goes through with it. Null for a link that is none, or is used up. */
export function signApplyment(works: Works, token: string): Applyment | null {
  const one = works.book
    .all('applyment')
    .find(({ signToken, state }) => signToken === token && signable.includes(state))
  if (!one) return null
  return moveApplyment(works, one.businessCode, one.state === 'TO_BE_CONFIRMED' ? 'TO_BE_SIGNED' : 'SIGNING')
}

/** What the clock brings about: reviews end well unless a hand was quicker, links run out, what was signed is opened. */
export function endDueApplyments(works: Works, now: number): void {
  for (const code of [...works.book.unfinished.applyment]) {
    for (;;) {
      const one = works.book.get('applyment', code)!
      if (one.endsAt === null || one.endsAt > now) break
      const at = one.endsAt
      if (one.state === 'AUDITING') {
        const rejected = works.faults.take('applyment-rejected') !== null
        const reasons = [{ field: 'id_card_copy', reason: '身份证人像面照片不清晰，请重新上传' }]
        moveApplyment(works, code, rejected ? 'REJECTED' : 'TO_BE_SIGNED', { reasons, at })
      } else if (one.state === 'TO_BE_CONFIRMED')
        moveApplyment(works, code, 'REJECTED', { reasons: [{ field: 'account_number', reason: '账户验证超时' }], at })
      else moveApplyment(works, code, one.state === 'SIGNING' ? 'FINISHED' : 'CANCELED', { at })
    }
  }
  for (const key of [...works.book.unfinished['card-change']]) {
    const one = works.book.get('card-change', key)!
    if (one.endsAt > now) continue
    const ended: CardChange = {
      ...one,
      result: one.endsBy === null ? 'AUDIT_SUCCESS' : 'AUDIT_FAIL',
      endedAt: one.endsAt,
    }
    works.book.put('card-change', key, ended)
    if (one.endsBy === null) works.book.put('settlement-card', one.owner, { ...one.card, verified: 'VERIFY_SUCCESS' })
  }
}

const changeSealed: typeof sealedFields = [
  ['/account_number', isAccount],
  ['/account_name', isName],
]

/** `POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement` */
function modify(works: Works, asked: Asked): Answer {
  const { part: owner, now } = asked
  const shape =
    onlyPartners(works) ??
    checkMerchants(works, { sub_mchid: owner }, 'query') ??
    checkFields(modifyFields, asked.body, 'body')
  if (shape) return shape
  const ofOwner = works.book.all('card-change').filter((one) => one.owner === owner)
  const beijingDay = (ms: number) => Math.floor((ms + 8 * 3_600_000) / day)
  if (ofOwner.filter(({ createdAt }) => now - createdAt < 60 * second).length >= changesPerMinute) return tooOften
  if (ofOwner.filter(({ createdAt }) => beijingDay(createdAt) === beijingDay(now)).length >= changesPerDay)
    return tooOften
  const body = asked.body as Fields
  const opened = open(works, asked, body, changeSealed)
  if ('refusal' in opened) return opened.refusal
  if (body.bank_name === undefined && body.bank_branch_id === undefined)
    return badField('body', '/bank_name', '', '开户银行全称（含支行）与联行号须二选一')
  if (ofOwner.some(({ result }) => result === 'AUDITING'))
    return refused('INVALID_REQUEST', '已有修改申请正在审核中，请等待审核完成')
  const changeNo = randomDigits(18)
  const [number, holder] = [opened.texts.get('/account_number') ?? '', opened.texts.get('/account_name')]
  const card = cardOf(body, { number, holder })
  const has = works.book.get('settlement-card', owner)
  const isSomebodyElses =
    has?.holder !== undefined && holder !== undefined && has.isCompany === card.isCompany && has.holder !== holder
  const refusal = works.faults.take('card-refused') ? '银行卡户名与账号不匹配，请核对' : null
  works.book.put('card-change', changeNo, {
    changeNo,
    owner,
    card,
    createdAt: now,
    endsAt: now + cardCheckMs,
    endsBy: refusal ?? (isSomebodyElses ? '银行卡户名与商户主体不一致' : null),
    result: 'AUDITING',
  })
  return answered({ application_no: changeNo })
}

const masked = (number: string) => `${'*'.repeat(Math.max(0, number.length - 4))}${number.slice(-4)}`
const shownCard = ({ isCompany, bank, branch, number }: Applyment['bank']) => ({
  account_type: isCompany ? 'ACCOUNT_TYPE_BUSINESS' : 'ACCOUNT_TYPE_PRIVATE',
  account_bank: bank,
  bank_name: branch,
  account_number: masked(number),
})

/** `GET /v3/apply4sub/sub_merchants/{sub_mchid}/application/{application_no}` */
function queryChange(works: Works, { part, rest }: Asked): Answer {
  const refusal = onlyPartners(works) ?? checkMerchants(works, { sub_mchid: part }, 'query')
  if (refusal) return refusal
  const one = works.book.get('card-change', rest)
  if (one?.owner !== part) return refused('RESOURCE_NOT_EXISTS', '申请单不存在', { number: numbers.orderUnknown })
  return answered({
    ...shownCard(one.card),
    verify_result: one.result,
    ...(one.result === 'AUDIT_FAIL' ? { verify_fail_reason: one.endsBy ?? '' } : {}),
    ...(one.endedAt === undefined ? {} : { verify_finish_time: writeTime(one.endedAt) }),
  })
}

/** `GET /v3/apply4sub/sub_merchants/{sub_mchid}/settlement` */
function queryCard(works: Works, { part }: Asked): Answer {
  const refusal = onlyPartners(works) ?? checkMerchants(works, { sub_mchid: part }, 'query')
  if (refusal) return refusal
  const card = works.book.get('settlement-card', part)
  if (!card) return refused('RESOURCE_NOT_EXISTS', '结算账户不存在', { number: numbers.orderUnknown })
  return answered({ ...shownCard(card), verify_result: card.verified })
}

const ofMerchant = (rest: string) => new RegExp(`^/v3/apply4sub/sub_merchants/([^/]+)/${rest}$`)
export const applymentRoutes: readonly Route[] = [
  mediaRoute,
  { call: 'applyment', method: 'POST', path: /^\/v3\/applyment4sub\/applyment\/$/, act: apply },
  {
    call: 'query-applyment',
    method: 'GET',
    path: /^\/v3\/applyment4sub\/applyment\/business_code\/([^/]+)$/,
    act: query(({ book }, part) => book.get('applyment', part)),
  },
  {
    call: 'query-applyment',
    method: 'GET',
    path: /^\/v3\/applyment4sub\/applyment\/applyment_id\/([^/]+)$/,
    act: query(({ book }, part) => book.all('applyment').find(({ applymentId }) => String(applymentId) === part)),
  },
  { call: 'modify-settlement', method: 'POST', path: ofMerchant('modify-settlement'), act: modify },
  { call: 'query-settlement', method: 'GET', path: ofMerchant('application/([^/]+)'), act: queryChange },
  { call: 'query-settlement', method: 'GET', path: ofMerchant('settlement'), act: queryCard },
]
