import type { PageDefinition } from '../../page-definition.ts'

export const overviewPage: PageDefinition = {
  path: '/',
  title: { zh: '首页', en: 'Overview' },
  menu: { group: 'today', order: 1 },
  who: 'signed-in',
  view: () => import('./view.tsx'),
}
