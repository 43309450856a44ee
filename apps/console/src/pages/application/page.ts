import type { PageDefinition } from '../../page-definition.ts'

export const applicationPage: PageDefinition = {
  path: '/applications/:application',
  title: { zh: '审核申请', en: 'Review an application' },
  who: { act: 'reviews.do', at: 'platform' },
  view: () => import('./view.tsx'),
}
