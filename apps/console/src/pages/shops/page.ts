import type { PageDefinition } from '../../page-definition.ts'

export const shopsPage: PageDefinition = {
  path: '/shops',
  title: { zh: '商户优惠', en: 'Shops and coupons' },
  menu: { group: 'traffic', order: 50 },
  who: { act: 'coupons.read', at: 'lot' },
  view: () => import('./view.tsx'),
}
