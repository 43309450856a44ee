import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { hostile } from './demonstration.ts'
import { examples } from './examples.ts'
import type { Office } from './office.ts'
import { anApplication, aReviewer } from './rows/application.ts'
import { byViewer, type Viewer } from './seen-by.ts'

/* Every dialog that the console has, and where each is opened to be looked at (dialogs.live.test.ts). */

/** Opened by something else than a button of a page: a test of its own. */
export const own = {
  menu: 'the menu of a telephone',
  factor: 'the second factor',
  link: 'a link that is shown once',
} as const

/**
 * By the file of the console's source and what its title is there: the page on which it opens, and the button, in Chinese. A dialog that is
 * in no line here fails the suite.
 */
export const dialogs: Readonly<Record<string, string>> = {
  'frame/frame.tsx t.menu': own.menu,
  'kit/lot/open-gate.tsx t.title(who)': '/sessions/:lot/:session 远程开闸',
  'kit/payment/refund.tsx t.title': '/payments/:payment 退款',
  'kit/rows-told.tsx t.again': '/vehicles 再发一次',
  'kit/rows-told.tsx t.forget': '/vehicles 不再发',
  'kit/second-factor-dialog.tsx t.title': own.factor,
  'pages/application/channels.tsx t.byHandOf(t.names[channel])': '/applications/:application 登记商户号',
  'pages/application/deciding.tsx t.approve': '/applications/:application 审核通过',
  'pages/application/view.tsx t.resume': '/applications/:application 恢复',
  'pages/application/view.tsx t.suspend': '/applications/:application 暂停',
  'pages/card/put.tsx title': '/accounts/:account/card 更换银行卡',
  'pages/card/view.tsx t.end': '/accounts/:account/card 停用银行卡',
  'pages/cards/open.tsx t.open': '/cards 开卡',
  'pages/cards/products.tsx t.endProduct': '/cards 停售',
  'pages/cards/products.tsx t.newProduct': '/cards 新建产品',
  'pages/cards/story.tsx `${t.change}: ${card.card}`': '/cards 修改车牌与期限',
  'pages/cards/story.tsx `${t.renew} ${card.card}`': '/cards 续期',
  'pages/cards/story.tsx `${t.stop} ${card.card}`': '/cards 停用',
  'pages/codes/aliases.tsx `${t.removeAlias}: ${alias}`': '/codes/:lot 移除',
  'pages/codes/screens.tsx `${t.endScreen}: ${name}`': '/codes/:lot 停用屏幕',
  'pages/codes/view.tsx t.replaceTitle(place)': '/codes/:lot 更换',
  'pages/codes/view.tsx t.revokeTitle(place)': '/codes/:lot 停用',
  'pages/lot/agent.tsx t.codeTitle': '/lots/:lot 生成注册码',
  'pages/lot/lanes.tsx t.moveTitle[move](name)': '/lots/:lot 闸常开',
  'pages/lot/lanes.tsx t.showTitle(lane)': '/lots/:lot 显示屏文字',
  'pages/lot/untold.tsx t.tellAgain': '/lots/:lot 再通知一次',
  'pages/patrol/end.tsx t.endTitle': '/codes/:lot/patrols/:patrol 结束巡查',
  'pages/payment/waiting-shares.tsx t.again': '/payments/:payment 再试一次',
  'pages/payment/waiting-shares.tsx t.leave': '/payments/:payment 留给运营方',
  'pages/reconciliation/act.tsx label ?? t.actOn(count)': '/reconciliation 处理 1 项',
  'pages/said/wish.tsx t.endTitle[state](number)': '/said 登记已开票',
  'pages/session/acts.tsx locked ? t.lockTitle : t.unlockTitle': '/sessions/:lot/:session 锁车',
  'pages/session/acts.tsx t.closeTitle': '/sessions/:lot/:session 结束',
  'pages/session/acts.tsx t.correctTitle': '/sessions/:lot/:session 更正',
  'pages/session/acts.tsx t.voidTitle': '/sessions/:lot/:session 作废',
  'pages/share-rules/put.tsx t.put': '/share-rules 设一条规则',
  'pages/share-rules/view.tsx t.end': '/share-rules 停止分润',
  'pages/shops/shops.tsx `${t.change}: ${shop.name}`': '/shops 修改',
  'pages/shops/shops.tsx `${t.end}: ${shop.name}`': '/shops 停用',
  'pages/shops/shops.tsx `${t.link}: ${shop.name}`': '/shops 新链接',
  'pages/shops/shops.tsx t.add': '/shops 加商户',
  'pages/staff/link-shown.tsx t.linkReady': own.link,
  'pages/staff/person-dialog.tsx person === null ? t.openTitle : t.changeTitle(person.account)': '/staff 改角色或车场',
  'pages/staff/persons.tsx t.dropTitle(one.account)': '/staff 取消身份验证器',
  'pages/staff/persons.tsx t.endTitle(one.account)': '/staff 停用',
  'pages/staff/persons.tsx t.linkTitle(one.account)': '/staff 发新链接',
  'pages/tariff/editor.tsx t.publish': '/tariff 发布',
  'pages/tariff/view.tsx t.takeBack': '/tariff 撤回',
  'pages/templates/apply.tsx `${t.apply}: ${template.name}`': '/platform/templates 应用到车场',
  'pages/templates/edit.tsx template?.name ?? t.put': '/platform/templates 新建模板',
  'pages/templates/view.tsx `${t.end}: ${template.name}`': '/platform/templates 停用',
  'pages/vehicles/view.tsx t.remove': '/vehicles 移除',
  'pages/vehicles/view.tsx t.setCapacity': '/vehicles 改车位总数',
  'pages/withdrawals/withdraw.tsx t.asking(name)': '/withdrawals 即时提现',
}

const source = new URL('../src/', import.meta.url)
/** What a dialog is made of, here and in React; `kit/because.tsx` is the one in all that ask for a reason. */
const makesOne =
  /<(?:Because|Modal|Drawer|Popconfirm|Popover|dialog)\b|\bModal\.\w+\(|\buseModal\b|role="(?:alert)?dialog"/g
/** Each dialog in the sources, as `dialogs` names it. */
export function dialogsInSource(): readonly string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'))
  return files
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file !== 'kit/because.tsx')
    .flatMap((file) => {
      const text = readFileSync(new URL(file, source), 'utf8')
      return [...text.matchAll(makesOne)].map(({ index }) => `${file} ${titleAfter(text, index)}`)
    })
    .sort()
}

/** What stands in `title={…}` of the element that begins here, in one line. */
function titleAfter(text: string, from: number): string {
  const begins = text.indexOf(' title={', from)
  const isOwn = begins !== -1 && !/<\/|\/>/.test(text.slice(from, begins))
  assert.ok(isOwn, `a dialog without a title: ${text.slice(from, from + 60)}`)
  let depth = 0
  let at = text.indexOf('{', begins)
  const first = at + 1
  do {
    if (text[at] === '{') depth++
    if (text[at] === '}') depth--
    at++
  } while (depth > 0)
  return text
    .slice(first, at - 1)
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** A page that is looked at for its dialogs, by somebody to whom it shows them. */
export type Visit = {
  readonly path: string
  /** Of its pictures. */
  readonly name: string
  readonly addressOf: (office: Office) => Promise<string>
  /** Before it is opened, and when it is there: until the buttons of the dialogs are. */
  readonly before?: ((page: Page) => Promise<unknown>) | undefined
  readonly there?: ((page: Page) => Promise<unknown>) | undefined
}

/** The cloud's answer to a page, as it would be of somebody else. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the cloud answers
const answers = (url: RegExp, become: (answer: any) => object) => (page: Page) =>
  page.route(url, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: become(await response.json()) })
  })
const before: Readonly<Record<string, Visit['before']>> = {
  // Money that may be asked for at once.
  '/withdrawals': answers(/\/api\/operator\/balances/, (answer) => ({
    ...answer,
    balances: answer.balances.map((one: { instant: object }) => ({
      ...one,
      availableFen: 100_000,
      instant: { ...one.instant, leftTodayFen: 100_000, refusal: null },
    })),
  })),
}
const there: Readonly<Record<string, Visit['there']>> = {
  '/reconciliation': (page) => page.getByRole('checkbox').first().check(),
  '/applications/:application': async (page) => {
    const take = page.getByRole('button', { name: /^(?:接手审核|Take it)$/ })
    if ((await take.count()) > 0) await take.click()
    const list = page.getByRole('region', { name: /^(?:核对清单|Check list)$/ })
    await list.waitFor()
    for (const box of await list.getByRole('checkbox').all()) await box.check()
  },
}

/** Pages as they are of something else than the example. */
const more: readonly (readonly [Viewer, Visit])[] = [
  [
    { role: 'owner', operatorId: '1' },
    {
      // Of a lot whose system has a word for all, and was told something in vain.
      ...{ path: '/lots/:lot', name: 'lots-that-can-all', addressOf: examples['/lots/:lot']! },
      before: async (page) => {
        await answers(/\/api\/operator\/lots\/4001$/, (answer) => ({ ...answer, cannot: [] }))(page)
        await answers(/\/lots\/4001\/untold$/, () => ({
          rows: [
            { to: 'wallet', id: '1', what: 'in-notice', wallet: '200279', plate: '粤B1***5', at: 1_780_000_000_000 },
          ],
        }))(page)
      },
      there: (page) => page.getByRole('button', { name: /^(?:再通知一次|Tell again)$/ }).waitFor(),
    },
  ],
  [
    { role: 'owner', operatorId: '1' },
    {
      ...{
        path: '/sessions/:lot/:session',
        name: 'session-that-can-all',
        addressOf: examples['/sessions/:lot/:session']!,
      },
      before: answers(/\/sessions\/\d+$/, (answer) => ({ ...answer, cannot: [] })),
    },
  ],
  [
    { role: 'owner', operatorId: '1' },
    {
      ...{ path: '/vehicles', name: 'vehicles-told-by-row', addressOf: examples['/vehicles']! },
      // A lot whose software is told row by row, and has refused one.
      before: answers(/\/lots\/4001\/vehicles$/, (answer) => ({
        ...answer,
        taken: 'rows',
        rows: {
          ...{ waiting: 0, refused: 1, silent: 0 },
          troubles: [
            {
              ...{ kind: 'blocked', key: '1', called: '粤B00003', goes: true },
              ...{ state: 'refused', because: hostile, at: answer.now },
            },
          ],
        },
      })),
    },
  ],
  [
    { role: 'platform-admin' },
    {
      // Of the operator that it has chosen: names of codes are the house's.
      ...{ path: '/codes/:lot', name: 'codes-of-chosen', addressOf: examples['/codes/:lot']! },
      before: (page) => page.addInitScript(() => sessionStorage.setItem('lanepay.operator', '1')),
    },
  ],
  [
    { role: 'reviewer' },
    {
      ...{ path: '/applications/:application', name: 'application-suspended' },
      addressOf: async (office) => {
        const { id } = await anApplication(office)
        await (await aReviewer(office)).ask('POST', `/api/platform/applications/${id}/suspend`, {
          reason: '资料有疑问',
        })
        return `/applications/${id}`
      },
    },
  ],
  [
    { role: 'platform-admin' },
    {
      ...{ path: '/applications/:application', name: 'application-at-channels' },
      addressOf: async (office) => {
        const { id } = await anApplication(office)
        await office.cloud.sql.query(
          `update application set state = 'approved', approved_at = made_at, opened_at = made_at, party = 9 where id = $1`,
          [id],
        )
        await office.cloud.sql.query(
          `insert into application_channel (bucket, lot_id, application_id, channel, state, told_at)
           select bucket, lot_id, id, 'alipay', 'asked', now() from application where id = $1`,
          [id],
        )
        return `/applications/${id}`
      },
    },
  ],
]

const lane = ['/lanes/:lot/:lane', '/lane-sessions/:lot/:lane/:session']
const paths = new Set([...lane, ...Object.values(dialogs).map((where) => where.split(' ')[0])])
/** Every page that has dialogs, by each to whom it is another one. */
export const visits: readonly (readonly [Viewer, readonly Visit[]])[] = [
  ...byViewer().map(([viewer, seen]): readonly [Viewer, readonly Visit[]] => [
    viewer,
    seen
      .filter(({ page }) => paths.has(page.path))
      .map(({ page: { path }, name, addressOf }) => ({
        ...{ path, name, addressOf, before: before[path], there: there[path] },
      })),
  ]),
  ...more.map(([viewer, visit]) => [viewer, [visit]] as const),
].filter(([, all]) => all.length > 0)

/** Where a dialog is said to open there is such a page. */
export const unknownPaths = (): readonly (string | undefined)[] =>
  [...paths].filter((path) => path?.startsWith('/') && !visits.some(([, all]) => all.some((one) => one.path === path)))
