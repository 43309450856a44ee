import type { PageDefinition } from '../../page-definition.ts'

export const alarmsPage: PageDefinition = {
  path: '/alarms',
  title: { zh: '报警', en: 'Alarms' },
  menu: { group: 'today', order: 20 },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
