import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { holds, type Office, picture, type Sight, settled, sights, startOffice } from './office.ts'
import { moneyOf } from './rows/money.ts'

/* The dialogs of the money's pages: read and used by everybody, as the pages are, and nothing that the page's policy refuses. */

let office: Office
before(async () => {
  office = await startOffice()
})
after(() => office?.close())

type Dialog = {
  readonly name: string
  readonly path: (money: Awaited<ReturnType<typeof moneyOf>>) => string
  /** On the button that opens it, in both languages. */
  readonly opens: { readonly zh: string; readonly en: string }
  readonly role: 'owner' | 'platform-finance'
}
const dialogs: readonly Dialog[] = [
  { name: 'refund', path: ({ payment }) => `/payments/${payment}`, opens: { zh: '退款', en: 'Refund' }, role: 'owner' },
  {
    ...{ name: 'share-left', path: ({ payment }) => `/payments/${payment}`, role: 'owner' },
    opens: { zh: '留给运营方', en: 'Leave to the operator' },
  },
  {
    ...{ name: 'card', path: ({ account }) => `/accounts/${account}/card`, role: 'owner' },
    opens: { zh: '更换银行卡', en: 'Change the card' },
  },
  {
    ...{ name: 'card-end', path: ({ account }) => `/accounts/${account}/card`, role: 'owner' },
    opens: { zh: '停用银行卡', en: 'End the card' },
  },
  { name: 'rule', path: () => '/share-rules', opens: { zh: '设一条规则', en: 'Put a rule' }, role: 'owner' },
  { name: 'work', path: () => '/reconciliation', opens: { zh: '全部处理', en: 'Work all' }, role: 'platform-finance' },
]

describe('each dialog', () => {
  const both: readonly Sight[] = [sights[0]!, sights[3]!]
  for (const sight of both)
    test(`in ${sight.language}, ${sight.theme}, ${sight.width} wide`, async () => {
      const money = await moneyOf(office)
      for (const { name, path, opens, role } of dialogs) {
        const who = role === 'owner' ? { role, operatorId: '1' } : { role }
        const { context, page, complaints } = await office.sits(who, sight)
        await page.goto(office.url + path(money))
        await settled(page)
        await page.getByRole('button', { name: opens[sight.language], exact: true }).first().click()
        await page.getByRole('dialog').getByRole('button').first().waitFor()
        await still(page)
        await picture(page, `dialog-${name}`, sight)
        await holds(page, sight, `the dialog ${name}`)
        assert.deepEqual(complaints, [], name)
        await context.close()
      }
    })
})

/** Until the dialog says no more that it loads. */
const still = (page: Page) =>
  page.waitForFunction(() => document.querySelector('.lp-wait') === null && document.querySelector('form .ant-btn'))

test('a person settles all of a class and day at the desk, and hears of each', async () => {
  await moneyOf(office)
  await office.cloud.sql.query(
    `update discrepancy set state = 'with-a-person' where lot_id = 4003 and item = 'payment:1'`,
  )
  const { page, complaints } = await office.sits({ role: 'platform-finance' })
  await page.goto(`${office.url}/reconciliation`)
  const open = page.getByRole('region', { name: '每一项' })
  await open.getByRole('row').nth(4).waitFor()
  await page.getByRole('button', { name: '全部处理' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('怎么处理').selectOption('settle')
  const go = dialog.getByRole('button', { name: '确定', exact: true })
  assert.equal(await go.isDisabled(), true, 'not without a reason')
  await dialog.getByLabel('原因').fill('已与渠道逐笔核对')
  await go.click()
  await dialog.getByRole('region', { name: '逐项结果' }).waitFor()
  assert.equal(await dialog.getByRole('row').filter({ hasText: '已处理' }).count(), 1)
  assert.equal(await dialog.getByRole('row').filter({ hasText: '还在等待自动解释' }).count(), 3)
  await dialog.getByRole('button', { name: '关闭', exact: true }).last().click()
  const { rows } = await office.cloud.sql.query(
    `select account, reason, operator_id from staff_line where act = 'discrepancies.work'`,
  )
  assert.deepEqual(
    rows.map((row) => [row.reason, row.operator_id]),
    [['已与渠道逐笔核对', '1']],
  )
  assert.deepEqual(complaints, [])
})

test('a part that the channel did not pay is not tried again while a refund is under way, and the dialog says why', async () => {
  const { payment } = await moneyOf(office)
  const { page } = await office.sits({ role: 'owner', operatorId: '1' })
  await page.goto(`${office.url}/payments/${payment}`)
  await page.getByRole('button', { name: '再试一次' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^原因/).fill('分润方账户已恢复')
  await dialog.getByRole('button', { name: '再试一次' }).click()
  await dialog.getByText('这笔支付正在退款').waitFor()
  const { rows } = await office.cloud.sql.query('select state from share_part where lot_id = 4003 and party = 2001')
  assert.ok(rows.some(({ state }) => state === 'with-a-person'))
})
