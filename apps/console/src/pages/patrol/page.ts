import type { PageDefinition } from '../../page-definition.ts'

/** For whoever goes round and has none of the codes' other pages: the lots to choose from. */
export const patrolLotsPage: PageDefinition = {
  path: '/patrols',
  title: { zh: '停车码巡查', en: 'Patrols of codes' },
  menu: { group: 'lots', order: 41 },
  who: { act: 'codes.patrol', at: 'lot', alone: true },
  view: () => import('./lots.tsx'),
}
export const patrolsPage: PageDefinition = {
  path: '/codes/:lot/patrols',
  title: { zh: '停车码巡查', en: 'Patrols of codes' },
  who: { act: 'patrols.read', at: 'lot' },
  view: () => import('./list.tsx'),
}
export const patrolPage: PageDefinition = {
  path: '/codes/:lot/patrols/:patrol',
  title: { zh: '一次巡查', en: 'One patrol' },
  who: { act: 'patrols.read', at: 'lot' },
  view: () => import('./view.tsx'),
}
