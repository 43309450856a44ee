import type { PageDefinition } from '../../page-definition.ts'

export const cardPage: PageDefinition = {
  path: '/accounts/:account/card',
  title: { zh: '收款银行卡', en: 'Bank card' },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
