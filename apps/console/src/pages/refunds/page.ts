import type { PageDefinition } from '../../page-definition.ts'

export const refundsPage: PageDefinition = {
  path: '/refunds',
  title: { zh: '退款', en: 'Refunds' },
  menu: { group: 'money', order: 20 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
