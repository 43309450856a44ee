import type { PageDefinition } from '../../page-definition.ts'

/** The persons of the operator on the screen. */
export const staffPage: PageDefinition = {
  path: '/staff',
  title: { zh: '人员', en: 'Staff' },
  menu: { group: 'people', order: 10 },
  who: { act: 'staff.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
/** The platform's own, and partners. */
export const platformStaffPage: PageDefinition = {
  path: '/platform/staff',
  title: { zh: '平台人员', en: 'Platform staff' },
  menu: { group: 'platform', order: 80 },
  who: { act: 'staff.read', at: 'platform' },
  view: () => import('./platform-view.tsx'),
}
