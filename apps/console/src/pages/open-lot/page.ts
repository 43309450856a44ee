import type { PageDefinition } from '../../page-definition.ts'

export const openLotPage: PageDefinition = {
  path: '/platform/open-lot',
  title: { zh: '开通车场', en: 'Open a lot' },
  menu: { group: 'platform', order: 25 },
  who: { act: 'lots.open', at: 'platform' },
  view: () => import('./view.tsx'),
}
