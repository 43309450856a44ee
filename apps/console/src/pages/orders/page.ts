import type { PageDefinition } from '../../page-definition.ts'

export const ordersPage: PageDefinition = {
  path: '/orders',
  title: { zh: '支付订单（含未支付）', en: 'Orders, the unpaid too' },
  menu: { group: 'money', order: 12 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
