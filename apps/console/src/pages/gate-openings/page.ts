import type { PageDefinition } from '../../page-definition.ts'

export const gateOpeningsPage: PageDefinition = {
  path: '/gate-openings',
  title: { zh: '抬杆记录', en: 'Gate openings' },
  menu: { group: 'traffic', order: 20 },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
