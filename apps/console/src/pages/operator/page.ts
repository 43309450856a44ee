import type { PageDefinition } from '../../page-definition.ts'

export const operatorPage: PageDefinition = {
  path: '/platform/operators/:operator',
  title: { zh: '运营方', en: 'Operator' },
  who: { act: 'operators.read', at: 'platform' },
  view: () => import('./view.tsx'),
}
