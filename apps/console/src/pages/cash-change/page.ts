import type { PageDefinition } from '../../page-definition.ts'

export const cashChangePage: PageDefinition = {
  path: '/cash-change',
  title: { zh: '找零', en: 'Cash change' },
  menu: { group: 'money', order: 22 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
