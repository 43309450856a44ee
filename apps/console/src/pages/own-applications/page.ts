import type { PageDefinition } from '../../page-definition.ts'

export const ownApplicationsPage: PageDefinition = {
  path: '/own-applications',
  title: { zh: '新增车场', en: 'One more lot' },
  menu: { group: 'lots', order: 90 },
  who: { act: 'applications.make', at: 'operator' },
  view: () => import('./view.tsx'),
}
