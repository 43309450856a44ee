import type { PageDefinition } from '../../page-definition.ts'

export const feesPage: PageDefinition = {
  path: '/fees',
  title: { zh: '渠道手续费', en: 'Channel fees' },
  menu: { group: 'money', order: 25 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
