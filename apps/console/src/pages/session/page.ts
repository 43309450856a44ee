import type { PageDefinition } from '../../page-definition.ts'

export const sessionPage: PageDefinition = {
  path: '/sessions/:lot/:session',
  title: { zh: '一次停车', en: 'One stay' },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
/** For whoever sits at a lane. */
export const laneSessionPage: PageDefinition = {
  path: '/lane-sessions/:lot/:lane/:session',
  title: { zh: '一次停车', en: 'One stay' },
  who: { act: 'traffic.read', at: 'lane', alone: true },
  view: () => import('./view.tsx'),
}
