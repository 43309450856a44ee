type Words = { readonly zh: string; readonly en: string }

/** What the roles of persons are called, on screens and in files; which there are says `services/cloud/src/staff/acts.ts`. */
export const roleWords = {
  'platform-admin': { zh: '平台管理员', en: 'Platform administrator' },
  reviewer: { zh: '审核员', en: 'Reviewer' },
  support: { zh: '客服', en: 'Support' },
  'platform-finance': { zh: '平台财务', en: 'Platform finance' },
  owner: { zh: '负责人', en: 'Owner' },
  manager: { zh: '经理', en: 'Manager' },
  finance: { zh: '财务', en: 'Finance' },
  attendant: { zh: '值守人员', en: 'Attendant' },
  'read-only': { zh: '只读', en: 'Read only' },
  partner: { zh: '分润方', en: 'Partner' },
} as const satisfies Readonly<Record<string, Words>>
