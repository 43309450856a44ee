import type { PageDefinition } from '../../page-definition.ts'

export const sessionsPage: PageDefinition = {
  path: '/sessions',
  title: { zh: '停车记录', en: 'Sessions' },
  menu: { group: 'traffic', order: 10 },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
/** The same for whoever sits at a lane: the stays of that lane. */
export const laneSessionsPage: PageDefinition = {
  path: '/lane-sessions',
  title: { zh: '我的通道', en: 'My lane' },
  menu: { group: 'traffic', order: 11 },
  who: { act: 'traffic.read', at: 'lane', alone: true },
  view: () => import('./view.tsx'),
}
