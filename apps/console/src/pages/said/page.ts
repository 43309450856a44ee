import type { PageDefinition } from '../../page-definition.ts'

export const saidPage: PageDefinition = {
  path: '/said',
  title: { zh: '车场软件的数据', en: "What the lot's software says" },
  menu: { group: 'traffic', order: 60 },
  who: { act: 'vehicles.read', at: 'lot' },
  view: () => import('./view.tsx'),
}
