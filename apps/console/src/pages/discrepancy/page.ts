import type { PageDefinition } from '../../page-definition.ts'

export const discrepancyPage: PageDefinition = {
  path: '/discrepancy',
  title: { zh: '差错详情', en: 'Discrepancy' },
  who: 'signed-in',
  view: () => import('./view.tsx'),
}
