import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Role } from '@lanepay/cloud/staff/acts.ts'
import type { PageDefinition } from '../src/page-definition.ts'
import { pages } from '../src/pages.ts'
import { demonstration } from './demonstration.ts'
import { examples } from './examples.ts'
import { holds, type Office, picture, settled, sights, startOffice } from './office.ts'

/*
 * Every page of the console (pages.ts), looked at in both languages, light and dark, on a desk and on a telephone, by a person of a role that
 * sees it. What a page with a parameter in its path shows is said in examples.ts.
 */

let office: Office
before(async () => {
  office = await startOffice()
  await demonstration(office)
})
after(() => office?.close())

type Viewer = { readonly role: Role | null; readonly operatorId?: string; readonly party?: string }
/** Somebody who sees the page. */
const viewerOf = ({ who }: PageDefinition): Viewer => {
  if (who === 'everybody') return { role: null }
  if (who === 'signed-in') return { role: 'owner', operatorId: '1' }
  if (who.at === 'platform') return { role: who.act === 'reviews.do' ? 'reviewer' : 'platform-admin' }
  if (who.at === 'partner') return { role: 'partner', party: '9' }
  return { role: 'owner', operatorId: '1' }
}

describe('each page', () => {
  for (const sight of sights)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const faults: string[] = []
      // One browser for each kind of person: what all pages load is loaded once.
      const byViewer = Map.groupBy(
        pages.filter(({ path }) => !path.includes(':') || path in examples),
        (page) => JSON.stringify(viewerOf(page)),
      )
      for (const [viewer, seen] of byViewer) {
        const { context, page: screen, complaints } = await office.sits(JSON.parse(viewer) as Viewer, sight)
        for (const page of seen) {
          complaints.length = 0
          try {
            await screen.goto(office.url + ((await examples[page.path]?.(office)) ?? page.path))
            await settled(screen)
            await picture(screen, page.path.slice(1).replaceAll(/[/:]/g, '-') || 'front', sight)
            await holds(screen, sight, page.path)
            assert.deepEqual(complaints, [], page.path)
            assert.equal(await screen.evaluate(() => window.hacked), undefined, `${page.path} shows text as text`)
          } catch (error) {
            faults.push(`${page.path}: ${(error as Error).message}`)
          }
        }
        await context.close()
      }
      assert.deepEqual(faults, [])
    })
})
