import type { PageDefinition } from '../../page-definition.ts'

export const summariesPage: PageDefinition = {
  path: '/summaries',
  title: { zh: '日报与月报', en: 'Days and months' },
  menu: { group: 'money', order: 7 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
