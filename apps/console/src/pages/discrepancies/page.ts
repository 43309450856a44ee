import type { PageDefinition } from '../../page-definition.ts'

export const discrepanciesPage: PageDefinition = {
  path: '/discrepancies',
  title: { zh: '差错', en: 'Discrepancies' },
  menu: { group: 'money', order: 50 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
