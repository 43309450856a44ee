import type { PageDefinition } from '../../page-definition.ts'

export const cashPage: PageDefinition = {
  path: '/cash',
  title: { zh: '现金流水', en: 'Cash' },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
