import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { demonstration } from './demonstration.ts'
import { dialogs, dialogsInSource, own, unknownPaths, type Visit, visits } from './dialogs.ts'
import { holds, type Office, picture, type Sight, settled, sights, startOffice } from './office.ts'

/*
 * Each dialog of the console (dialogs.ts), as each of its pages shows it: read and used by everybody, opened, kept to and shut by the keyboard,
 * which then stands where it was, and nothing in it that the page's policy refuses. A button that opens one says so (`aria-haspopup`).
 */

let office: Office
before(async () => {
  office = await startOffice()
  await demonstration(office)
})
after(() => office?.close())

test('no dialog is left out, and none is looked for that is not there', () => {
  assert.deepEqual(dialogsInSource(), Object.keys(dialogs).sort())
  assert.deepEqual(unknownPaths(), [])
})

/** Where a dialog was opened, as `dialogs` says it. */
const opened = new Set<string>()
const [desk, , , telephone] = sights as readonly [Sight, Sight, Sight, Sight]
const openers = (page: Page) => page.locator('main button[aria-haspopup="dialog"]:enabled')
const labelled = (page: Page, label: string) =>
  openers(page).filter({ hasText: new RegExp(`^\\s*${RegExp.escape(label)}\\s*$`) })

/** The keyboard stands in a dialog. */
const isInside = (page: Page) => page.waitForFunction(() => document.activeElement?.closest('[role="dialog"]') !== null)

/** Holds the dialog that is open to what each promises; it stays open. */
async function looksAt(page: Page, sight: Sight, { what, name }: { readonly what: string; readonly name: string }) {
  const dialog = page.getByRole('dialog').last()
  await dialog.getByRole('button').first().waitFor()
  await page.waitForFunction(() => document.querySelector('[role="dialog"] .lp-wait') === null)
  await isInside(page)
  // Backwards from the first is its last, and never the page behind it.
  await page.keyboard.press('Shift+Tab')
  await isInside(page)
  await picture(page, `dialog-${name}`, sight)
  await holds(page, sight, what)
  const text = (await dialog.textContent()) ?? ''
  assert.notEqual(text, '', what)
  if (sight.language === 'en') assert.doesNotMatch(text, /(?:请|的|确认|取消|没有|全部)/, `${what} speaks English`)
}

/** Opens a dialog by its button, with the keyboard alone, looks at it and shuts it: then the keyboard stands on the button again. */
async function opensAndShuts(page: Page, sight: Sight, button: Locator, told: Parameters<typeof looksAt>[2]) {
  const handle = await button.elementHandle()
  await button.press('Enter')
  await looksAt(page, sight, told)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.waitForFunction((it) => document.activeElement === it, handle)
}

async function arrives(page: Page, visit: Visit): Promise<void> {
  await visit.before?.(page)
  await page.goto(office.url + (await visit.addressOf(office)))
  await settled(page)
  await visit.there?.(page)
}

describe('each dialog', () => {
  for (const [viewer, all] of visits)
    test(`that ${viewer.role} opens on ${all.map(({ name }) => name).join(', ')}`, async () => {
      const faults: string[] = []
      const { context, page, complaints } = await office.sits(viewer, desk)
      for (const visit of all) {
        await arrives(page, visit)
        const labels = [...new Set((await openers(page).allTextContents()).map((label) => label.trim()))]
        for (const [at, label] of labels.entries()) {
          complaints.length = 0
          const what = `${visit.path} ${label}`
          try {
            await opensAndShuts(page, desk, labelled(page, label).first(), { what, name: `${visit.name}-${at + 1}` })
            assert.deepEqual(complaints, [], what)
            opened.add(what)
          } catch (error) {
            faults.push(`${what}: ${(error as Error).message}`)
            await arrives(page, visit)
          }
        }
        await page.unrouteAll({ behavior: 'ignoreErrors' })
      }
      await context.close()
      assert.deepEqual(faults, [])
    })
})

test('the menu of a telephone', async () => {
  const { context, page, complaints } = await office.sits({ role: 'owner', operatorId: '1' }, telephone)
  await page.goto(`${office.url}/sessions`)
  await settled(page)
  const button = page.getByRole('button', { name: 'Menu', exact: true })
  await opensAndShuts(page, telephone, button, { what: 'the menu', name: 'menu' })
  assert.deepEqual(complaints, [])
  opened.add(own.menu)
  await context.close()
})

test('a link that is shown once', async () => {
  const { context, page, complaints } = await office.sits({ role: 'owner', operatorId: '1' }, desk)
  await page.goto(`${office.url}/staff`)
  await settled(page)
  await labelled(page, '发新链接').first().click()
  await page.getByRole('dialog').getByLabel(/^原因/).fill('手机丢了')
  await page.getByRole('dialog').getByRole('button', { name: '确认', exact: true }).press('Enter')
  const shown = page.getByRole('dialog', { name: '把这个链接发给本人' })
  await shown.waitFor()
  await page.getByRole('dialog').nth(1).waitFor({ state: 'hidden' })
  await looksAt(page, desk, { what: own.link, name: 'link' })
  await page.keyboard.press('Escape')
  await shown.waitFor({ state: 'hidden' })
  await page.waitForFunction(() => document.activeElement?.localName === 'h1')
  assert.deepEqual(complaints, [])
  opened.add(own.link)
  await context.close()
})

describe('the second factor', () => {
  for (const [what, forgotten] of [
    ['asked for', 'update staff_sign_in set factor_at = null'],
    ['not set up', 'update staff set totp_sealed = null'],
  ] as const)
    test(`${what}, above the dialog of what needs it`, async () => {
      const { context, page, complaints } = await office.sits({ role: 'owner', operatorId: '1' }, desk)
      await office.cloud.sql.query(forgotten)
      await page.goto(`${office.url}/lots/4001`)
      await settled(page)
      await labelled(page, '生成注册码').click()
      const below = page.getByRole('dialog', { name: '让一台主机成为这个车场的主机' })
      await below.locator('button[type=submit]').press('Enter')
      const above = page.getByRole('dialog', { name: '请出示动态口令' })
      await above.waitFor()
      await looksAt(page, desk, {
        what: `the second factor ${what}`,
        name: `second-factor-${what.replaceAll(' ', '-')}`,
      })
      await page.keyboard.press('Escape')
      await above.waitFor({ state: 'hidden' })
      // It alone is given up: what needs it is still there, and so is the keyboard.
      assert.equal(await below.isVisible(), true)
      await isInside(page)
      assert.deepEqual(complaints, [])
      opened.add(own.factor)
      await context.close()
    })
})

test('each was opened where it is said to open', () =>
  assert.deepEqual(
    Object.entries(dialogs).filter(([, where]) => !opened.has(where)),
    [],
  ))
