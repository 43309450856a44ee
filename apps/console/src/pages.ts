import type { PageDefinition } from './page-definition.ts'
import { accountPage } from './pages/account/page.ts'
import { alarmsPage } from './pages/alarms/page.ts'
import { allLotsPage } from './pages/all-lots/page.ts'
import { applicationPage } from './pages/application/page.ts'
import { applicationsPage } from './pages/applications/page.ts'
import { applyPage } from './pages/apply/page.ts'
import { booksPage } from './pages/books/page.ts'
import { cardPage } from './pages/card/page.ts'
import { cardsPage } from './pages/cards/page.ts'
import { cashPage } from './pages/cash/page.ts'
import { cashChangePage } from './pages/cash-change/page.ts'
import { channelAccountsPage } from './pages/channel-accounts/page.ts'
import { codesPage, lotCodesPage } from './pages/codes/page.ts'
import { discrepanciesPage } from './pages/discrepancies/page.ts'
import { discrepancyPage } from './pages/discrepancy/page.ts'
import { feesPage } from './pages/fees/page.ts'
import { gateOpeningsPage } from './pages/gate-openings/page.ts'
import { holidaysPage } from './pages/holidays/page.ts'
import { leftOwingPage } from './pages/left-owing/page.ts'
import { linkPage } from './pages/link/page.ts'
import { looksPage, supportPage } from './pages/looks/page.ts'
import { lanePage, lotPage } from './pages/lot/page.ts'
import { lotsPage } from './pages/lots/page.ts'
import { openLotPage } from './pages/open-lot/page.ts'
import { operatorPage } from './pages/operator/page.ts'
import { operatorsPage } from './pages/operators/page.ts'
import { ordersPage } from './pages/orders/page.ts'
import { overviewPage } from './pages/overview/page.ts'
import { ownApplicationsPage } from './pages/own-applications/page.ts'
import { ownShareReturnsPage, ownSharesPage } from './pages/own-shares/page.ts'
import { ownStatementPage } from './pages/own-statement/page.ts'
import { patrolLotsPage, patrolPage, patrolsPage } from './pages/patrol/page.ts'
import { paymentPage } from './pages/payment/page.ts'
import { paymentsPage } from './pages/payments/page.ts'
import { reconciliationPage } from './pages/reconciliation/page.ts'
import { refundsPage } from './pages/refunds/page.ts'
import { saidPage } from './pages/said/page.ts'
import { laneSessionPage, sessionPage } from './pages/session/page.ts'
import { laneSessionsPage, sessionsPage } from './pages/sessions/page.ts'
import { shareReturnsPage } from './pages/share-returns/page.ts'
import { shareRulesPage } from './pages/share-rules/page.ts'
import { sharesPage } from './pages/shares/page.ts'
import { shiftsPage } from './pages/shifts/page.ts'
import { shopsPage } from './pages/shops/page.ts'
import { signInPage } from './pages/sign-in/page.ts'
import { platformStaffPage, staffPage } from './pages/staff/page.ts'
import { statementsPage } from './pages/statements/page.ts'
import { summariesPage } from './pages/summaries/page.ts'
import { tariffPage } from './pages/tariff/page.ts'
import { templatesPage } from './pages/templates/page.ts'
import { platformTrailPage, trailPage } from './pages/trail/page.ts'
import { unorderedOpeningsPage } from './pages/unordered-openings/page.ts'
import { vehiclesPage } from './pages/vehicles/page.ts'
import { withdrawalPage } from './pages/withdrawal/page.ts'
import { withdrawalsPage } from './pages/withdrawals/page.ts'

/** Every page of the console, a line each; an address is the first page whose path fits. */
export const pages: readonly PageDefinition[] = [
  signInPage, //
  linkPage,
  overviewPage,
  alarmsPage,
  reconciliationPage,
  summariesPage,
  paymentsPage,
  paymentPage,
  ordersPage,
  refundsPage,
  cashChangePage,
  feesPage,
  sharesPage,
  shareReturnsPage,
  shareRulesPage,
  ownSharesPage,
  ownShareReturnsPage,
  ownStatementPage,
  statementsPage,
  booksPage,
  shiftsPage,
  cashPage,
  discrepanciesPage,
  discrepancyPage,
  withdrawalsPage,
  withdrawalPage,
  cardPage,
  sessionsPage,
  sessionPage,
  laneSessionsPage,
  laneSessionPage,
  leftOwingPage,
  gateOpeningsPage,
  unorderedOpeningsPage,
  cardsPage,
  vehiclesPage,
  shopsPage,
  saidPage,
  tariffPage,
  lotsPage,
  lotPage,
  lanePage,
  staffPage,
  trailPage,
  looksPage,
  supportPage,
  operatorsPage,
  operatorPage,
  allLotsPage,
  openLotPage,
  channelAccountsPage,
  templatesPage,
  platformStaffPage,
  platformTrailPage,
  codesPage,
  patrolLotsPage,
  patrolsPage,
  patrolPage,
  lotCodesPage,
  applyPage,
  applicationsPage,
  applicationPage,
  ownApplicationsPage,
  holidaysPage,
  accountPage,
]
