import type { PageDefinition } from '../../page-definition.ts'

export const patrolsPage: PageDefinition = {
  path: '/codes/:lot/patrols',
  title: { zh: '停车码巡查', en: 'Patrols of codes' },
  who: { act: 'codes.read', at: 'operator' },
  view: () => import('./list.tsx'),
}
export const patrolPage: PageDefinition = {
  path: '/codes/:lot/patrols/:patrol',
  title: { zh: '一次巡查', en: 'One patrol' },
  who: { act: 'codes.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
