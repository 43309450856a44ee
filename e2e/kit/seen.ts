import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What a page complains of in its console, or throws: everything but what the API refuses, which is for the page itself to say. */
export function watched(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // The browser writes down each refusal of the API by itself.
    if (/^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())) return
    complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  return complaints
}

/** What axe finds in a page, like `color-contrast: .ant-btn`. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  type Found = Record<'violations', { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[]>
  const { violations } = await page.evaluate<Found>('axe.run()')
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary})`).join(', ')}`,
  )
}
