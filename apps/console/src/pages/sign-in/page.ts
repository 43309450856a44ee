import type { PageDefinition } from '../../page-definition.ts'

export const signInPage: PageDefinition = {
  path: '/sign-in',
  title: { zh: '登录', en: 'Sign in' },
  who: 'everybody',
  view: () => import('./view.tsx'),
}
