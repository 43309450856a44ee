import type { Role } from '@lanepay/cloud/staff/api.ts'
import type { Both } from './language.ts'

/** What roles are called. */
export const roleTexts: Both<Readonly<Record<Role, string>>> = {
  zh: {
    'platform-admin': '平台管理员',
    reviewer: '审核员',
    support: '客服',
    'platform-finance': '平台财务',
    owner: '负责人',
    manager: '经理',
    finance: '财务',
    attendant: '值守人员',
    'read-only': '只读',
    partner: '分润方',
  },
  en: {
    'platform-admin': 'Platform administrator',
    reviewer: 'Reviewer',
    support: 'Support',
    'platform-finance': 'Platform finance',
    owner: 'Owner',
    manager: 'Manager',
    finance: 'Finance',
    attendant: 'Attendant',
    'read-only': 'Read only',
    partner: 'Partner',
  },
}
