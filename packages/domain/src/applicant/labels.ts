import type { ApplicationForm, FormField, FormLane, PaperKind } from './form.ts'

/* What the fields of an application are called, on the page and on the printed form alike. */

export type Label = { readonly zh: string; readonly en: string }
const label = (zh: string, en: string): Label => ({ zh, en })

export const fieldLabels = {
  kind: label('申请类型', 'Applies as'),
  accountKind: label('账户类型', 'Account'),
  applicantRole: label('申请人身份', 'Applicant is'),
  applicantName: label('申请人姓名', "Applicant's name"),
  applicantId: label('申请人身份证号', "Applicant's ID number"),
  idFrom: label('身份证有效期起', 'ID card valid from'),
  idUntil: label('身份证有效期止', 'ID card valid until'),
  idAddress: label('身份证地址', 'Address on the ID card'),
  email: label('电子邮箱', 'E-mail'),
  legalName: label('法定代表人姓名', "Legal person's name"),
  legalId: label('法定代表人身份证号', "Legal person's ID number"),
  legalIdFrom: label('法定代表人身份证有效期起', "Legal person's ID card valid from"),
  legalIdUntil: label('法定代表人身份证有效期止', "Legal person's ID card valid until"),
  businessName: label('营业执照名称', 'Name on the licence'),
  creditCode: label('统一社会信用代码', 'Unified social credit code'),
  bankBranch: label('开户支行全称', 'Full name of the bank branch'),
  bankCity: label('开户支行所在城市', 'City of the branch'),
  cardNumber: label('银行账号/卡号', 'Account or card number'),
  cardHolder: label('开户名', 'Account holder'),
  bankPhone: label('银行预留手机号', 'Phone reserved at the bank'),
  adminPhone: label('车场管理员手机号', "Phone of the lot's administrator"),
  lotName: label('车场名称', 'Name of the lot'),
  lotNumber: label('车场编号', 'Number of the lot'),
  lotCity: label('车场所在城市', 'City of the lot'),
  lotAddress: label('车场详细地址', 'Full address of the lot'),
  spaces: label('车位数', 'Number of spaces'),
  lanes: label('通道', 'Lanes'),
  filedBy: label('申请人签字', 'Signed by'),
  handler: label('经办人', 'Handler'),
  filedPhone: label('联系电话', 'Phone'),
  filedOn: label('申请日期', 'Date'),
} as const satisfies Record<FormField, Label>

export const laneLabels = {
  number: label('通道编号', 'Lane number'),
  name: label('通道名称', 'Lane name'),
  direction: label('方向', 'Direction'),
} as const satisfies Record<keyof FormLane, Label>

export const paperLabels = {
  'business-licence': label('营业执照', 'Business licence'),
  'opening-permit': label('开户许可证', 'Account-opening permit'),
  'bank-card': label('银行卡正面', 'Bank card'),
  'id-front': label('申请人身份证人像面', "Applicant's ID card, photograph side"),
  'id-back': label('申请人身份证国徽面', "Applicant's ID card, emblem side"),
  'legal-id-front': label('法定代表人身份证人像面', "Legal person's ID card, photograph side"),
  'legal-id-back': label('法定代表人身份证国徽面', "Legal person's ID card, emblem side"),
  authorisation: label('业务办理授权函', 'Letter of authorisation'),
  'lot-entrance': label('车场入口照片', 'Photograph of the entrance'),
  'lot-inside': label('车场内景照片', 'Photograph of the inside'),
  'stamped-form': label('盖章的申请表', 'The form with the stamp'),
} as const satisfies Record<PaperKind, Label>

export const valueLabels = {
  kind: { operator: label('车场运营方', 'operator of a lot'), partner: label('分润方', 'partner who takes a share') },
  accountKind: { corporate: label('对公账户', 'corporate account'), private: label('对私账户', 'private account') },
  applicantRole: {
    'legal-person': label('法定代表人', 'legal person'),
    administrator: label('超级管理员', 'administrator'),
    'card-holder': label('持卡人', 'card holder'),
  },
  direction: { entry: label('入口', 'entry'), exit: label('出口', 'exit'), both: label('出入口', 'entry and exit') },
} as const satisfies {
  readonly [Field in 'kind' | 'accountKind' | 'applicantRole']: Record<ApplicationForm[Field], Label>
} & {
  readonly direction: Record<FormLane['direction'], Label>
}
export const longTerm = label('长期', 'long-term')
