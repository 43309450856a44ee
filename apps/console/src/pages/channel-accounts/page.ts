import type { PageDefinition } from '../../page-definition.ts'

export const channelAccountsPage: PageDefinition = {
  path: '/platform/accounts',
  title: { zh: '收款账户与证书', en: 'Accounts and certificates' },
  menu: { group: 'platform', order: 30 },
  who: { act: 'operators.read', at: 'platform' },
  view: () => import('./view.tsx'),
}
