import type { PageDefinition } from '../../page-definition.ts'

/** What was done at the operator on the screen. */
export const trailPage: PageDefinition = {
  path: '/trail',
  title: { zh: '操作记录', en: 'Trail' },
  menu: { group: 'people', order: 20 },
  who: { act: 'staff.audit.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
/** What was done anywhere. */
export const platformTrailPage: PageDefinition = {
  path: '/platform/trail',
  title: { zh: '全部操作记录', en: 'Trail of everything' },
  menu: { group: 'platform', order: 85 },
  who: { act: 'staff.audit.read', at: 'platform' },
  view: () => import('./platform-view.tsx'),
}
