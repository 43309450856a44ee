import type { PageDefinition } from '../../page-definition.ts'

export const statementsPage: PageDefinition = {
  path: '/statements',
  title: { zh: '账户对账单', en: 'Statements' },
  menu: { group: 'money', order: 40 },
  who: { act: 'reports.read', at: 'operator' },
  view: () => import('./view.tsx'),
}
