import type { PageDefinition } from '../../page-definition.ts'

export const codesPage: PageDefinition = {
  path: '/codes',
  title: { zh: '停车码', en: 'Codes' },
  menu: { group: 'lots', order: 40 },
  who: { act: 'codes.read', at: 'operator' },
  view: () => import('./lots.tsx'),
}
export const lotCodesPage: PageDefinition = {
  path: '/codes/:lot',
  title: { zh: '一个车场的停车码', en: 'Codes of a lot' },
  who: { act: 'codes.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
