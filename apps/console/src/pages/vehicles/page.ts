import type { PageDefinition } from '../../page-definition.ts'

export const vehiclesPage: PageDefinition = {
  path: '/vehicles',
  title: { zh: '免费、访客与黑名单', en: 'Free, guests, blocked' },
  menu: { group: 'traffic', order: 40 },
  who: { act: 'vehicles.read', at: 'lot' },
  view: () => import('./view.tsx'),
}
