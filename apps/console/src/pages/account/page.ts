import type { PageDefinition } from '../../page-definition.ts'

export const accountPage: PageDefinition = {
  path: '/account',
  title: { zh: '我的账号', en: 'My account' },
  menu: { group: 'people', order: 90 },
  who: 'signed-in',
  view: () => import('./view.tsx'),
}
