import type { PageDefinition } from '../../page-definition.ts'

/** For whoever may read shares too: the books are of everything. */
export const booksPage: PageDefinition = {
  path: '/books',
  title: { zh: '月度账册', en: 'A month’s books' },
  menu: { group: 'money', order: 42 },
  who: { act: 'shares.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
