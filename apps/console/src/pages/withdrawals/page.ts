import type { PageDefinition } from '../../page-definition.ts'

export const withdrawalsPage: PageDefinition = {
  path: '/withdrawals',
  title: { zh: '提现', en: 'Withdrawals' },
  menu: { group: 'money', order: 60 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
