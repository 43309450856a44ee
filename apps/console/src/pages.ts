import type { PageDefinition } from './page-definition.ts'
import { accountPage } from './pages/account/page.ts'
import { alarmsPage } from './pages/alarms/page.ts'
import { linkPage } from './pages/link/page.ts'
import { overviewPage } from './pages/overview/page.ts'
import { signInPage } from './pages/sign-in/page.ts'

/** Every page of the console, a line each; an address is the first page whose path fits. */
export const pages: readonly PageDefinition[] = [
  signInPage, //
  linkPage,
  overviewPage,
  alarmsPage,
  accountPage,
]
