import type { PageDefinition } from '../../page-definition.ts'

export const templatesPage: PageDefinition = {
  path: '/platform/templates',
  title: { zh: '费率与分润模板', en: 'Templates of terms' },
  menu: { group: 'platform', order: 40 },
  who: { act: 'operators.read', at: 'platform' },
  view: () => import('./view.tsx'),
}
