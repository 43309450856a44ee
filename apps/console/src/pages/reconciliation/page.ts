import type { PageDefinition } from '../../page-definition.ts'

export const reconciliationPage: PageDefinition = {
  path: '/reconciliation',
  title: { zh: '对账台', en: 'Reconciliation desk' },
  menu: { group: 'money', order: 5 },
  who: { act: 'discrepancies.work', at: 'platform' },
  view: () => import('./view.tsx'),
}
