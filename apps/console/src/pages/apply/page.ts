import type { PageDefinition } from '../../page-definition.ts'

export const applyPage: PageDefinition = {
  path: '/apply',
  title: { zh: '停车场进件申请', en: 'Apply for a parking lot' },
  who: 'everybody',
  view: () => import('./view.tsx'),
}
