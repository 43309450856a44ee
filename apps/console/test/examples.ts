import type { Office } from './office.ts'
import { anApplication } from './rows/application.ts'
import { aPatrol } from './rows/codes.ts'
import { aLook, aTemplate, oneMoreLot } from './rows/kept-by-persons.ts'
import { keptLists } from './rows/kept-lists.ts'
import { moneyOf } from './rows/money.ts'
import { aStay } from './rows/stay.ts'

/**
 * Addresses of the pages that have a parameter in their path, by that path: what the walk over all pages looks at. It may make the rows that
 * the page is about. A page that is not here is not looked at by the walk, and its own test holds it.
 */
export const examples: Readonly<Record<string, (office: Office) => Promise<string>>> = {
  '/payments': async (office) => {
    await moneyOf(office)
    return '/payments'
  },
  '/payments/:payment': async (office) => `/payments/${(await moneyOf(office)).payment}`,
  '/withdrawals/:withdrawal': async (office) => `/withdrawals/${(await moneyOf(office)).withdrawal}`,
  '/withdrawals': async () => '/withdrawals?from=2026-11-01',
  '/accounts/:account/card': async (office) => `/accounts/${(await moneyOf(office)).account}/card`,
  '/shares': async () => '/shares?from=2026-11-01',
  '/own-shares': async (office) => {
    await moneyOf(office)
    return '/own-shares?from=2026-11-01'
  },
  '/own-share-returns': async () => '/own-share-returns?from=2026-11-01',
  '/own-statement': async (office) => {
    await moneyOf(office)
    return '/own-statement?from=2026-11-01'
  },
  '/summaries': async (office) => {
    await moneyOf(office)
    return '/summaries?from=2026-11-01'
  },
  '/books': async (office) => {
    await moneyOf(office)
    return '/books?month=2026-11'
  },
  '/orders': async () => '/orders?from=2026-11-01',
  '/fees': async () => '/fees?from=2026-11-01',
  '/left-owing': async () => '/left-owing?from=2026-11-01',
  '/gate-openings': async () => '/gate-openings?from=2026-11-01',
  '/unordered-openings': async () => '/unordered-openings?from=2026-11-01',
  '/shifts': async () => '/shifts?from=2026-11-01',
  '/cash': async () => '/cash?from=2026-11-01',
  '/share-returns': async () => '/share-returns?from=2026-11-01',
  '/cash-change': async (office) => {
    await moneyOf(office)
    return '/cash-change?from=2026-11-01'
  },
  '/refunds': async () => '/refunds?from=2026-11-01',
  '/discrepancies': async () => '/discrepancies?from=2026-11-01',
  '/discrepancy': async () => '/discrepancy?day=2026-11-02&proof=trade&item=payment:0&account=11&lot=4003',
  '/reconciliation': async (office) => {
    await moneyOf(office)
    return '/reconciliation?from=2026-11-01'
  },
  '/applications': async (office) => {
    await anApplication(office)
    return '/applications'
  },
  '/own-applications': async (office) => {
    await oneMoreLot(office)
    return '/own-applications?state=draft'
  },
  '/looks': async (office) => {
    await aLook(office)
    return '/looks'
  },
  '/platform/looks': async (office) => {
    await aLook(office)
    return '/platform/looks'
  },
  '/platform/templates': async (office) => {
    await aTemplate(office)
    return '/platform/templates'
  },
  '/share-rules': async (office) => {
    await moneyOf(office)
    return '/share-rules'
  },
  '/applications/:application': async (office) => `/applications/${(await anApplication(office)).id}`,
  '/platform/operators/:operator': async () => '/platform/operators/1',
  '/lots/:lot': async () => '/lots/4001',
  '/lanes/:lot/:lane': async () => '/lanes/4001/2',
  '/lane-sessions/:lot/:lane/:session': async (office) => `/lane-sessions/4001/2/${await aStay(office)}`,
  '/sessions/:lot/:session': async (office) => `/sessions/4001/${await aStay(office)}`,
  '/codes/:lot': async (office) => {
    await aPatrol(office)
    return '/codes/4001'
  },
  '/codes/:lot/patrols': async (office) => {
    await aPatrol(office)
    return '/codes/4001/patrols'
  },
  '/codes/:lot/patrols/:patrol': async (office) => `/codes/4001/patrols/${await aPatrol(office)}`,
  '/tariff': async (office) => {
    await keptLists(office)
    return '/tariff?lot=4001'
  },
  '/cards': async (office) => `/cards?lot=4001&card=${(await keptLists(office)).card}`,
  '/vehicles': async (office) => {
    await keptLists(office)
    return '/vehicles?lot=4001'
  },
  '/said': async (office) => {
    await keptLists(office)
    return '/said?lot=4001&kind=invoice-wish'
  },
  '/shops': async (office) => {
    await keptLists(office)
    return '/shops?lot=4001'
  },
}
