import type { PageDefinition } from '../../page-definition.ts'

export const cardsPage: PageDefinition = {
  path: '/cards',
  title: { zh: '月卡', en: 'Month cards' },
  menu: { group: 'traffic', order: 30 },
  who: { act: 'vehicles.read', at: 'lot' },
  view: () => import('./view.tsx'),
}
