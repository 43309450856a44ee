import { type Fields, matches, type Rule } from './fields.ts'

/* The tables of wechat-pay.md 18.1 and 18.4 as data. */

const text = (label: string, max: number) => ({ label, kind: 'text', max }) as const
const optional = { optional: true } as const
const media = (label: string) => text(label, 256)
const pictures = (label: string) => ({ label, kind: 'list', max: 5, of: media(label) }) as const
const choice = (label: string, ...values: readonly string[]) => ({
  ...text(label, 64),
  check: (value: string) => (values.includes(value) ? null : '不在枚举值范围内'),
})
const day = (label: string) => ({ ...text(label, 32), check: matches(/^\d{4}-\d\d-\d\d$/, '日期格式不正确') })
const dayOrNever = (label: string) => ({
  ...text(label, 32),
  check: matches(/^(\d{4}-\d\d-\d\d|长期)$/, '日期格式不正确，应为yyyy-MM-dd或长期'),
})
/** Encrypted: what is in it is looked at afterwards (applyments.ts). */
const sealed = (label: string) => text(label, 2048)
const idKinds = [
  ...['IDCARD', 'OVERSEA_PASSPORT', 'HONGKONG_PASSPORT', 'MACAO_PASSPORT', 'TAIWAN_PASSPORT'],
  ...['FOREIGN_RESIDENT', 'HONGKONG_MACAO_RESIDENT', 'TAIWAN_RESIDENT'],
].map((kind) => `IDENTIFICATION_TYPE_${kind}`)
const object = (label: string, fields: Fields): Rule => ({ label, kind: 'object', fields })

const contact: Fields = {
  contact_type: choice('超级管理员类型', 'LEGAL', 'SUPER'),
  contact_name: sealed('超级管理员姓名'),
  contact_id_doc_type: { ...choice('超级管理员证件类型', ...idKinds), ...optional },
  contact_id_number: { ...sealed('超级管理员身份证件号码'), ...optional },
  contact_id_doc_copy: { ...media('超级管理员证件正面照片'), ...optional },
  contact_id_doc_copy_back: { ...media('超级管理员证件反面照片'), ...optional },
  contact_period_begin: { ...day('超级管理员证件有效期开始时间'), ...optional },
  contact_period_end: { ...dayOrNever('超级管理员证件有效期结束时间'), ...optional },
  business_authorization_letter: { ...media('业务办理授权函'), ...optional },
  openid: { ...text('超级管理员微信OpenID', 128), ...optional },
  mobile_phone: sealed('联系手机'),
  contact_email: sealed('联系邮箱'),
}

const licence: Fields = {
  license_copy: media('营业执照照片'),
  license_number: {
    ...text('注册号/统一社会信用代码', 18),
    check: matches(/^(\d{15}|[0-9A-Z]{18})$/, '请填写15位数字，或18位数字|大写字母'),
  },
  merchant_name: { ...text('商户名称', 110), min: 2 },
  legal_person: { ...text('经营者/法定代表人姓名', 64), min: 2 },
  license_address: { ...text('注册地址', 128), ...optional },
  period_begin: { ...day('有效期限开始日期'), ...optional },
  period_end: { ...dayOrNever('有效期限结束日期'), ...optional },
}

const idCard: Fields = {
  id_card_copy: media('身份证人像面照片'),
  id_card_national: media('身份证国徽面照片'),
  id_card_name: sealed('身份证姓名'),
  id_card_number: sealed('身份证号码'),
  id_card_address: { ...sealed('身份证居住地址'), ...optional },
  card_period_begin: day('身份证有效期开始时间'),
  card_period_end: dayOrNever('身份证有效期结束时间'),
}

const subject: Fields = {
  subject_type: choice('主体类型', 'SUBJECT_TYPE_INDIVIDUAL', 'SUBJECT_TYPE_ENTERPRISE'),
  finance_institution: { label: '是否是金融机构', kind: 'flag', ...optional },
  business_license_info: object('营业执照', licence),
  identity_info: object('经营者/法人身份证件', {
    id_doc_type: choice('证件类型', 'IDENTIFICATION_TYPE_IDCARD'),
    owner: { label: '经营者/法人是否为受益人', kind: 'flag', ...optional },
    id_card_info: object('身份证信息', idCard),
  }),
}

const store: Fields = {
  biz_store_name: text('线下场所名称', 50),
  biz_address_code: { ...text('线下场所省市编码', 20), check: matches(/^\d{6}$/, '省市编码不正确') },
  biz_store_address: text('线下场所地址', 60),
  store_entrance_pic: pictures('线下场所门头照片'),
  indoor_pic: pictures('线下场所内部照片'),
  biz_sub_appid: { ...text('线下场所对应的商家AppID', 32), ...optional },
}

const business: Fields = {
  merchant_shortname: { ...text('商户简称', 21), min: 2 },
  service_phone: {
    ...text('客服电话', 32),
    check: matches(/^[0-9-]{5,32}$/, '客服电话格式不正确'),
  },
  sales_info: object('经营场景', {
    sales_scenes_type: {
      label: '经营场景类型',
      kind: 'list',
      max: 6,
      of: choice('经营场景类型', 'SALES_SCENES_STORE'),
    },
    biz_store_info: object('线下场所场景', store),
  }),
}

export const applymentFields: Fields = {
  business_code: { ...text('业务申请编号', 124), check: matches(/^\w+$/, '只能由数字、字母或下划线组成') },
  contact_info: object('超级管理员信息', contact),
  subject_info: object('主体资料', subject),
  business_info: object('经营资料', business),
  settlement_info: object('结算规则', {
    settlement_id: text('入驻结算规则ID', 3),
    qualification_type: text('所属行业', 128),
  }),
  bank_account_info: object('结算银行账户', {
    bank_account_type: choice('账户类型', 'BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL'),
    account_name: sealed('开户名称'),
    account_bank: text('开户银行', 128),
    bank_address_code: { ...text('开户银行省市编码', 20), ...optional, check: matches(/^\d{6}$/, '省市编码不正确') },
    bank_branch_id: { ...text('开户银行联行号', 64), ...optional },
    bank_name: { ...text('开户银行全称（含支行）', 128), ...optional },
    account_number: sealed('银行账号'),
  }),
}

export const modifyFields: Fields = {
  account_type: choice('账户类型', 'ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE'),
  account_bank: text('开户银行', 128),
  bank_address_code: { ...text('开户银行省市编码', 20), check: matches(/^\d{6}$/, '省市编码不正确') },
  bank_name: { ...text('开户银行全称（含支行）', 128), ...optional },
  bank_branch_id: { ...text('开户银行联行号', 128), ...optional },
  account_number: sealed('银行账号'),
  account_name: { ...sealed('开户名称'), ...optional },
  modify_mode: choice('修改模式', 'MODIFY_MODE_ASYNC'),
}

/** Rows of the table of rates that this simulator has (wechat-pay.md 18.1). */
export const rates = [
  { id: '716', subject: 'SUBJECT_TYPE_ENTERPRISE', industry: '停车缴费' },
  { id: '719', subject: 'SUBJECT_TYPE_INDIVIDUAL', industry: '停车缴费' },
] as const
