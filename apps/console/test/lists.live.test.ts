import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { Channel } from '@lanepay/channels/channel.ts'
import { acts, operatorRoles, type Role } from '@lanepay/cloud/staff/acts.ts'
import type { Instant } from '@lanepay/domain/types.ts'
import type { Locator, Page, Response } from 'playwright-core'
import { demonstration } from './demonstration.ts'
import { type Office, settled, startOffice } from './office.ts'
import { byViewer, type Seen } from './seen-by.ts'

/*
 * Every list of every page of the console (pages.ts), looked at by everybody to whom it is another one, and held to what every list is: it is
 * narrowed, it is sorted, it is paged by key, all of that stands in the address and is there again when the page is opened by it, and it is taken
 * away as Excel. A table says by itself whether it is a list (kit/table.tsx); a new one is walked with the others.
 */

/** All that is asked of a channel here is when what it works with ends. */
const certificates: NonNullable<Channel['certificates']> = () => [
  { whose: 'merchant', serial: '5A1B', validUntil: (Date.now() + 400 * 86_400_000) as Instant },
]
let office: Office
before(async () => {
  office = await startOffice({ channels: { wechatpay: { certificates } as unknown as Channel } })
  await demonstration(office)
})
after(() => office?.close())

/** Whoever sits at a lane or only reads takes nothing away (domain.md 8): its lists have no file. */
const takesAway = (role: Role | null): boolean =>
  role !== null && (!(operatorRoles as readonly Role[]).includes(role) || role in acts.export.roles)

/** A list of a page as it stands there, with all that belongs to it and to no other list. */
type Shown = {
  readonly label: string
  readonly extent: string
  readonly hasFile: boolean
  readonly hasPager: boolean
  /** By pressing a heading, or by a choice beside the filters. */
  readonly sorts: 'heading' | 'choice' | null
  /** Of what narrows it the first: its place among all of the page that are called so. */
  readonly filter: { readonly label: string; readonly nth: number } | null
}

/** The lists on the screen; each is marked by its number in `data-walked`, with all around it that is of no other list. */
const listsOn = (page: Page): Promise<readonly Shown[]> =>
  page.evaluate(() => {
    const main = document.querySelector('main')!
    const isList = 'section.lp-table:not([data-extent="part"])'
    const nameOf = (control: Element) => document.querySelector(`label[for="${control.id}"]`)?.textContent?.trim() ?? ''
    const controls = [...main.querySelectorAll<HTMLInputElement | HTMLSelectElement>('.lp-filters :is(select, input)')]
    return [...main.querySelectorAll(isList)].map((table, n) => {
      let around = table
      while (around !== main && around.parentElement!.querySelectorAll(isList).length === 1)
        around = around.parentElement!
      around.setAttribute('data-walked', String(n))
      const own = controls.filter((control) => around.contains(control) && nameOf(control) !== '')
      const orders = own.filter((control) => nameOf(control) === '顺序')
      const narrowing = own.filter(
        (control) => !orders.includes(control) && (control.tagName !== 'SELECT' || control.children.length > 1),
      )
      // A day is a filter too, but what is left by one is all that there is.
      const filter = narrowing.find(({ type }) => type !== 'date') ?? narrowing[0]
      const alike = controls.filter((control) => filter && nameOf(control) === nameOf(filter))
      return {
        label: table.getAttribute('aria-label') ?? '',
        extent: table.getAttribute('data-extent') ?? '',
        hasFile: [...around.querySelectorAll('button')].some(({ textContent }) => textContent?.includes('Excel')),
        hasPager: around.querySelector('.lp-pager') !== null,
        sorts: table.querySelector('th .lp-sorts') ? 'heading' : orders.length > 0 ? 'choice' : null,
        filter: filter ? { label: nameOf(filter), nth: alike.indexOf(filter) } : null,
      }
    })
  })

const faults: string[] = []
const walked: string[] = []

async function hold(page: Page, address: string, { viewer, name }: Seen): Promise<void> {
  /** What a list is paged by comes with its rows. */
  const paged = new Set<string>()
  const hear = async (response: Response) => {
    if (!response.url().includes('/api/') || !response.headers()['content-type']?.includes('json')) return
    const answer = await response.json().catch(() => null)
    if (answer !== null && typeof answer === 'object' && 'next' in answer) paged.add(new URL(response.url()).pathname)
  }
  page.on('response', hear)
  const open = async () => {
    await page.goto(address)
    await settled(page)
    return listsOn(page)
  }
  const lists = await open()
  page.off('response', hear)
  const empties = await page.locator('main .lp-empty-title').allTextContents()
  if (empties.length > 0) faults.push(`${name}: nothing is there to be held: ${empties.join(', ')}`)
  const pages = lists.filter(({ extent }) => extent === 'page').length
  if (paged.size < pages) faults.push(`${name}: ${pages} lists by pages, and ${paged.size} answers with a next one`)

  for (const [n, list] of lists.entries()) {
    const what = `${name}, ${list.label}`
    walked.push(what)
    const fault = (says: string) => void faults.push(`${what}: ${says}`)
    if (list.filter === null) fault('is narrowed by nothing')
    if (list.sorts === null) fault('is sorted by nothing')
    if (!list.hasPager) fault('is paged by nothing')
    if (!list.hasFile && takesAway(viewer.role)) fault('is taken away by nobody')
    const at = page.locator(`[data-walked="${n}"]`)
    if (list.hasFile) await takenAway(page, at).catch((error: Error) => fault(`as Excel: ${error.message}`))
    if (list.sorts !== null) await sorted(page, at, list).catch((error: Error) => fault(`sorted: ${error.message}`))
    await open()
    if (list.filter !== null)
      await narrowed(page, list.filter).catch((error: Error) => fault(`narrowed: ${error.message}`))
    await open()
  }
}

async function takenAway(page: Page, at: Locator): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    at.getByRole('button', { name: '导出 Excel' }).click(),
  ])
  assert.match(download.suggestedFilename(), /\.xlsx$/)
  const bytes = await readFile((await download.path())!)
  assert.equal(bytes.subarray(0, 2).toString(), 'PK', 'a book')
}

/** What the address says has changed. */
const said = (page: Page) => new URL(page.url()).search
const changed = (page: Page, before: string) => page.waitForFunction((was) => location.search !== was, before)
const again = async (page: Page) => {
  await page.reload()
  await settled(page)
}

async function sorted(page: Page, at: Locator, { label, sorts }: Shown): Promise<void> {
  const before = said(page)
  if (sorts === 'heading') {
    await at.locator('.lp-table:not([data-extent="part"]) .lp-sorts').first().click()
    await changed(page, before)
    await again(page)
    await page.locator(`main .lp-table[aria-label="${label}"] th[aria-sort]`).first().waitFor()
    return
  }
  const order = at.getByLabel('顺序', { exact: true })
  const was = await order.inputValue()
  const options = await order
    .locator('option')
    .evaluateAll((all) => (all as HTMLOptionElement[]).map(({ value }) => value))
  const other = options.find((value) => value !== was)!
  await order.selectOption(other)
  await changed(page, before)
  await again(page)
  assert.equal(await page.locator('main').getByLabel('顺序', { exact: true }).first().inputValue(), other)
}

async function narrowed(page: Page, filter: NonNullable<Shown['filter']>): Promise<void> {
  const before = said(page)
  const control = () =>
    page
      .locator('main .lp-filters')
      .getByLabel(filter.label, { exact: true })
      .and(page.locator('select, input'))
      .nth(filter.nth)
  const isChoice = (await control().evaluate(({ tagName }) => tagName)) === 'SELECT'
  const type = await control().getAttribute('type')
  const typed: Readonly<Record<string, string>> = { month: '2026-01', date: '2026-11-05' }
  const word = isChoice
    ? await control()
        .locator('option')
        .evaluateAll((all) => (all as HTMLOptionElement[]).at(-1)!.value)
    : (typed[type ?? ''] ?? 'B12')
  await (isChoice ? control().selectOption(word) : control().fill(word))
  const search = control().locator('xpath=ancestor::*[contains(@class, "lp-filters")]').locator('button[type="submit"]')
  if (said(page) === before && (await search.count()) > 0) await search.click()
  await changed(page, before)
  await again(page)
  assert.equal(await control().inputValue(), word, 'is kept in the address')
}

describe('every list', () => {
  for (const [viewer, seen] of byViewer())
    test(`as ${viewer.role ?? 'nobody'} has it`, async () => {
      const { context, page } = await office.sits(viewer)
      for (const one of seen)
        await hold(page, office.url + (await one.addressOf(office)), one).catch(({ message }: Error) =>
          faults.push(`${one.name}: ${message}`),
        )
      await context.close()
      assert.deepEqual(faults.splice(0), [])
    })

  test('was walked, and there are some of each kind', () => {
    for (const one of ['payments', 'sessions', 'staff', 'platform-templates', 'shops'])
      assert.ok(
        walked.some((what) => what.startsWith(`${one},`)),
        one,
      )
  })
})
