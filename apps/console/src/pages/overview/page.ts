import type { PageDefinition } from '../../page-definition.ts'

export const overviewPage: PageDefinition = {
  path: '/',
  title: { zh: '概况', en: 'Overview' },
  menu: { group: 'today', order: 1 },
  who: 'signed-in',
  view: () => import('./view.tsx'),
}
