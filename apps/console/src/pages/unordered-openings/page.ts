import type { PageDefinition } from '../../page-definition.ts'

export const unorderedOpeningsPage: PageDefinition = {
  path: '/unordered-openings',
  title: { zh: '没有原因的抬杆', en: 'Openings without a reason' },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
