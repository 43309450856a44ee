import type { PageDefinition } from '../../page-definition.ts'

export const lotPage: PageDefinition = {
  path: '/lots/:lot',
  title: { zh: '一个车场', en: 'One lot' },
  who: { act: 'devices.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
/** The lane of whoever sits at one. */
export const lanePage: PageDefinition = {
  path: '/lanes/:lot/:lane',
  title: { zh: '一条通道', en: 'One lane' },
  who: { act: 'devices.read', at: 'lane', alone: true },
  view: () => import('./view.tsx'),
}
