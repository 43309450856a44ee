import type { PageDefinition } from '../../page-definition.ts'

/** What a partner gets of payments, of whichever lots share with it. */
export const ownSharesPage: PageDefinition = {
  path: '/own-shares',
  title: { zh: '我的分润', en: 'My shares' },
  menu: { group: 'money', order: 30 },
  who: { act: 'shares.read', at: 'partner' },
  view: () => import('./view.tsx'),
}
/** And what refunds took back of it. */
export const ownShareReturnsPage: PageDefinition = {
  path: '/own-share-returns',
  title: { zh: '我的分润回退', en: 'Taken back from my shares' },
  menu: { group: 'money', order: 31 },
  who: { act: 'shares.read', at: 'partner' },
  view: () => import('./returns-view.tsx'),
}
