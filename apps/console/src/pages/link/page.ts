import type { PageDefinition } from '../../page-definition.ts'

export const linkPage: PageDefinition = {
  path: '/link',
  title: { zh: '设置密码', en: 'Set your password' },
  who: 'everybody',
  view: () => import('./view.tsx'),
}
