import type { PageDefinition } from '../../page-definition.ts'

export const tariffPage: PageDefinition = {
  path: '/tariff',
  title: { zh: '收费规则', en: 'Price list' },
  menu: { group: 'lots', order: 30 },
  who: { act: 'prices.read', at: 'lot' },
  view: () => import('./view.tsx'),
}
