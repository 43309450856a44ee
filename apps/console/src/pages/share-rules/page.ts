import type { PageDefinition } from '../../page-definition.ts'

export const shareRulesPage: PageDefinition = {
  path: '/share-rules',
  title: { zh: '分润规则', en: 'Share rules' },
  menu: { group: 'money', order: 35 },
  who: { act: 'shares.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
