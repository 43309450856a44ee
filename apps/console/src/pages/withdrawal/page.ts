import type { PageDefinition } from '../../page-definition.ts'

export const withdrawalPage: PageDefinition = {
  path: '/withdrawals/:withdrawal',
  title: { zh: '提现详情', en: 'Withdrawal' },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
