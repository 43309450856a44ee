import type { PageDefinition } from '../../page-definition.ts'

export const shareReturnsPage: PageDefinition = {
  path: '/share-returns',
  title: { zh: '分润回退', en: 'Shares taken back' },
  who: { act: 'shares.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
