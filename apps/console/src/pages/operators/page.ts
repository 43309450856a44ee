import type { PageDefinition } from '../../page-definition.ts'

export const operatorsPage: PageDefinition = {
  path: '/platform/operators',
  title: { zh: '运营方', en: 'Operators' },
  menu: { group: 'platform', order: 10 },
  who: { act: 'operators.read', at: 'platform' },
  view: () => import('./view.tsx'),
}
