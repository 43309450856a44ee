import type { PageDefinition } from '../../page-definition.ts'

/** Who of the platform looked at the operator on the screen. */
export const looksPage: PageDefinition = {
  path: '/looks',
  title: { zh: '平台查看记录', en: 'Looks by the platform' },
  menu: { group: 'people', order: 30 },
  who: { act: 'looks.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
/** Where somebody of the platform begins a look. */
export const supportPage: PageDefinition = {
  path: '/platform/looks',
  title: { zh: '查看运营方', en: "Look at an operator's view" },
  menu: { group: 'platform', order: 70 },
  who: { act: 'support.look', at: 'platform' },
  view: () => import('./support-view.tsx'),
}
