import type { PageDefinition } from '../../page-definition.ts'

export const applicationsPage: PageDefinition = {
  path: '/applications',
  title: { zh: '进件审核', en: 'Applications' },
  menu: { group: 'platform', order: 10 },
  who: { act: 'reviews.do', at: 'platform' },
  view: () => import('./view.tsx'),
}
