import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { demonstration } from './demonstration.ts'
import { holds, type Office, picture, settled, sights, startOffice } from './office.ts'
import { byViewer } from './seen-by.ts'

/*
 * Each dialog of the pages that have the most of them, as the page shows it (seen-by.ts): read and used by everybody, shut by the keyboard, and
 * nothing in it that the page's policy refuses. A button that opens one says so (`aria-haspopup`). Those of money are in money.live.test.ts.
 */

const those = [
  '/sessions/:lot/:session',
  '/lane-sessions/:lot/:lane/:session',
  '/lanes/:lot/:lane',
  '/cards',
  '/staff',
  '/codes/:lot',
]

let office: Office
before(async () => {
  office = await startOffice()
  await demonstration(office)
})
after(() => office?.close())

const openers = (page: Page) => page.locator('main button[aria-haspopup="dialog"]:enabled')

describe('each dialog', () => {
  for (const sight of [sights[0]!])
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const faults: string[] = []
      const opened = new Set<string>()
      for (const [viewer, seen] of byViewer()) {
        const mine = seen.filter((one) => those.includes(one.page.path))
        if (mine.length === 0) continue
        const { context, page, complaints } = await office.sits(viewer, sight)
        for (const { name, addressOf } of mine) {
          await page.goto(office.url + (await addressOf(office)))
          await settled(page)
          const labels = new Set((await openers(page).allTextContents()).map((label) => label.trim()))
          for (const label of labels) {
            complaints.length = 0
            const what = `${name}: ${label}`
            try {
              await openers(page).filter({ hasText: label }).first().click()
              const dialog = page.getByRole('dialog')
              await dialog.getByRole('button').first().waitFor()
              await page.waitForFunction(() => document.querySelector('[role="dialog"] .lp-wait') === null)
              await picture(page, `dialog-${name}-${[...labels].indexOf(label) + 1}`, sight)
              await holds(page, sight, what)
              assert.notEqual(await dialog.textContent(), '', what)
              assert.deepEqual(complaints, [], what)
              await page.keyboard.press('Escape')
              await dialog.waitFor({ state: 'hidden' })
              opened.add(what)
            } catch (error) {
              faults.push(`${what}: ${(error as Error).message}`)
              await page.reload()
              await settled(page)
            }
          }
        }
        await context.close()
      }
      assert.deepEqual(faults, [])
      assert.ok(opened.size > 20, `${opened.size} were opened: ${[...opened].join(', ')}`)
    })
})
