import type { PageDefinition } from '../../page-definition.ts'

export const allLotsPage: PageDefinition = {
  path: '/platform/lots',
  title: { zh: '全部车场', en: 'All lots' },
  menu: { group: 'platform', order: 20 },
  who: { act: 'operators.read', at: 'platform' },
  view: () => import('./view.tsx'),
}
