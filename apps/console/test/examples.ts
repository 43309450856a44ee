import type { Office } from './office.ts'
import { aStay } from './rows/stay.ts'

/**
 * Addresses of the pages that have a parameter in their path, by that path: what the walk over all pages looks at. It may make the rows that
 * the page is about. A page that is not here is not looked at by the walk, and its own test holds it.
 */
export const examples: Readonly<Record<string, (office: Office) => Promise<string>>> = {
  '/sessions/:lot/:session': async (office) => `/sessions/4001/${await aStay(office)}`,
}
