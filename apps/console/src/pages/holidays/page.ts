import type { PageDefinition } from '../../page-definition.ts'

export const holidaysPage: PageDefinition = {
  path: '/platform/holidays',
  title: { zh: '放假安排', en: 'Public holidays' },
  menu: { group: 'platform', order: 15 },
  who: { act: 'holidays.keep', at: 'platform' },
  view: () => import('./view.tsx'),
}
