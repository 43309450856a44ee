import type { PageDefinition } from '../../page-definition.ts'

export const paymentsPage: PageDefinition = {
  path: '/payments',
  title: { zh: '支付', en: 'Payments' },
  menu: { group: 'money', order: 10 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
