import type { PageDefinition } from '../../page-definition.ts'

export const paymentPage: PageDefinition = {
  path: '/payments/:payment',
  title: { zh: '支付详情', en: 'Payment' },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
