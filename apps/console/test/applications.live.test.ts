import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { holds, type Office, picture, settled, sights, startOffice } from './office.ts'
import { anApplication, aReviewer } from './rows/application.ts'

/* The pages of an application, in the states that the walk over all pages does not come by: what the applicant sees, and the reviewer's desk. */

let office: Office
before(async () => {
  office = await startOffice()
})
after(() => office?.close())

const mend = [
  { field: 'papers/id-front', reason: 'unreadable', note: '' },
  { field: 'bankBranch', reason: 'other', note: '与许可证不一致 <img src=x onerror=alert(1)>' },
]

describe('what the applicant sees', () => {
  for (const sight of sights)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const { context, page, complaints } = await office.sits({ role: null }, sight)
      const draft = await anApplication(office, { submitted: false })
      const returned = await anApplication(office)
      const reviewer = await aReviewer(office)
      const desk = `/api/platform/applications/${returned.id}`
      await reviewer.ask('POST', `${desk}/take`, {})
      await reviewer.ask('POST', `${desk}/return`, { mend })
      const handedIn = await anApplication(office)
      for (const [name, link] of [
        ['apply-draft', draft.link],
        ['apply-returned', returned.link],
        ['apply-submitted', handedIn.link],
        ['apply-unknown', `1.${'A'.repeat(43)}`],
      ] as const) {
        await page.goto(`${office.url}/apply#${link}`)
        await settled(page)
        await picture(page, name, sight)
        await holds(page, sight, name)
      }
      assert.deepEqual(complaints, [])
      await context.close()
    })
})

describe("the reviewer's desk", () => {
  for (const sight of sights)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const { context, page, complaints } = await office.sits({ role: 'reviewer' }, sight)
      const { id } = await anApplication(office)
      await page.goto(`${office.url}/applications?state=submitted`)
      await settled(page)
      await picture(page, 'applications', sight)
      await holds(page, sight, 'the queue')
      await page.goto(`${office.url}/applications/${id}`)
      await settled(page)
      await page.getByRole('button', { name: sight.language === 'zh' ? '接手审核' : 'Take it' }).click()
      await page.getByRole('region', { name: sight.language === 'zh' ? '核对清单' : 'Check list' }).waitFor()
      await page
        .getByRole('button', { name: sight.language === 'zh' ? /身份证人像面: 打开/ : /photograph side: Open/ })
        .click()
      await page.locator('.lp-picture img').waitFor()
      await page.waitForFunction(() =>
        [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
      )
      await page
        .getByRole('checkbox', {
          name: sight.language === 'zh' ? /开户支行全称: 需修改/ : /^Full name of the bank branch: to be mended/,
        })
        .check()
      await picture(page, 'application-desk', sight)
      await holds(page, sight, 'the desk')
      assert.deepEqual(complaints, [])
      await context.close()
    })
})
