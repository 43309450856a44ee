import type { PageDefinition } from '../../page-definition.ts'

export const shiftsPage: PageDefinition = {
  path: '/shifts',
  title: { zh: '班次与现金', en: 'Shifts and cash' },
  menu: { group: 'money', order: 45 },
  who: { act: 'traffic.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
