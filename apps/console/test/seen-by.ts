import type { Role } from '@lanepay/cloud/staff/acts.ts'
import type { PageDefinition } from '../src/page-definition.ts'
import { pages } from '../src/pages.ts'
import { examples } from './examples.ts'
import type { Office } from './office.ts'

/** Somebody who sits at a screen, as `sits` takes it. */
export type Viewer = {
  readonly role: Role | null
  readonly operatorId?: string
  readonly party?: string
  readonly lots?: readonly { readonly lot: number; readonly lanes?: readonly number[] }[]
}
const nobody: Viewer = { role: null }
const owner: Viewer = { role: 'owner', operatorId: '1' }
const admin: Viewer = { role: 'platform-admin' }
const attendant: Viewer = { role: 'attendant', operatorId: '1', lots: [{ lot: 4001, lanes: [1, 2] }] }
const reviewer: Viewer = { role: 'reviewer' }
const partner: Viewer = { role: 'partner', party: '2001' }

/** Everybody to whom a page is another one. */
function viewersOf({ path, who }: PageDefinition): readonly Viewer[] {
  if (who === 'everybody') return [nobody]
  if (who === 'signed-in') return path === '/' ? [owner, admin, attendant, partner] : [owner]
  if (who.at === 'platform') return [who.act === 'reviews.do' ? reviewer : admin]
  if (who.at === 'partner') return [partner]
  if (who.alone) return [attendant]
  return who.act === 'patrols.read' ? [owner, attendant] : [owner]
}

export type Seen = {
  readonly page: PageDefinition
  readonly viewer: Viewer
  /** Of its pictures. */
  readonly name: string
  readonly addressOf: (office: Office) => Promise<string>
}
/** Every page, by each kind of person to whom it is another one. */
export const seenPages: readonly Seen[] = pages.flatMap((page) =>
  viewersOf(page).map((viewer, at): Seen => {
    const name = page.path.slice(1).replaceAll(/[/:]/g, '-') || 'front'
    return {
      ...{ page, viewer, name: at === 0 ? name : `${name}-${viewer.role}` },
      addressOf: async (office) => (await examples[page.path]?.(office)) ?? page.path,
    }
  }),
)

/** Each kind of person once, with what it looks at: what all pages load is loaded once for each. */
export const byViewer = (): readonly (readonly [Viewer, readonly Seen[]])[] =>
  [...Map.groupBy(seenPages, ({ viewer }) => viewer)].map(([viewer, seen]) => [viewer, seen])
