import type { PageDefinition } from '../../page-definition.ts'

export const sharesPage: PageDefinition = {
  path: '/shares',
  title: { zh: '分润', en: 'Shares' },
  menu: { group: 'money', order: 30 },
  who: { act: 'shares.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
