import type { PageDefinition } from '../../page-definition.ts'

export const leftOwingPage: PageDefinition = {
  path: '/left-owing',
  title: { zh: '欠费离场', en: 'Left owing' },
  menu: { group: 'traffic', order: 15 },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
