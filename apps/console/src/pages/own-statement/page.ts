import type { PageDefinition } from '../../page-definition.ts'

/** What a partner is owed, what of it is on its way, and the account of it. */
export const ownStatementPage: PageDefinition = {
  path: '/own-statement',
  title: { zh: '我的对账单', en: 'My statement' },
  menu: { group: 'money', order: 32 },
  who: { act: 'shares.read', at: 'partner' },
  view: () => import('./view.tsx'),
}
