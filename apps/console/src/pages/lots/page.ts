import type { PageDefinition } from '../../page-definition.ts'

export const lotsPage: PageDefinition = {
  path: '/lots',
  title: { zh: '车场与设备', en: 'Lots and devices' },
  menu: { group: 'lots', order: 10 },
  who: { act: 'devices.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
