import type { Fen } from '@lanepay/domain/types.ts'
import type { Page } from 'playwright-core'
import { No, type Script } from './fake-cloud.ts'
import { type PageState, payButton, pays } from './states.ts'
import { begun, someChange } from './views.ts'

/** A driver who is owed change and takes it: what the cloud says is as a test tells it. */
export const changeStory = (told: Partial<Script> = {}): Partial<Script> => ({
  change: () => someChange(),
  'take-change': () => begun(),
  ...told,
})
/** Once he has begun, the cloud says this of it. */
export const thenIs = (state: ReturnType<typeof someChange>['state']): Partial<Script> =>
  changeStory({ change: ({ nth }) => someChange(nth === 1 ? {} : { state }) })

const taps = (page: Page) => payButton(page).click()
const finds = (state: ReturnType<typeof someChange>['state']) => changeStory({ change: () => someChange({ state }) })
const refused = (code: No['code']) => changeStory({ 'take-change': () => new No(code) })

/** Lets the page ask so many times by its own clock, which has to be installed. */
export async function letsItAsk(page: Page, times: number): Promise<void> {
  for (let nth = 0; nth < times; nth++)
    await Promise.all([
      page.waitForResponse((response) => response.url().includes('/api/driver/change/')),
      page.clock.runFor(5_000),
    ])
}
export async function withItsClock(page: Page): Promise<void> {
  await page.clock.install()
  await page.reload()
}

const ofChange: readonly PageState[] = [
  { name: 'to take', story: changeStory(), shows: '找给您的零钱' },
  {
    name: 'the most there is, in a lot with a long name, without a telephone',
    story: changeStory({
      change: () =>
        someChange({
          lot: { name: '深圳前海深港现代服务业合作区国际会展中心东区地下二层停车场' },
          amountFen: 10_000 as Fen,
          helpPhone: null,
        }),
    }),
    shows: '请在 16:09 前领取',
  },
  { name: 'begun before', story: finds('waiting'), shows: '找给您的零钱' },
  { name: 'the sheet is up', story: thenIs('waiting'), act: taps, shows: '请在弹出的窗口中确认收款' },
  { name: 'not confirmed', story: thenIs('waiting'), act: pays('cancel'), shows: '您没有确认' },
  { name: 'failed', story: thenIs('waiting'), act: pays('fail'), shows: '这次没有收成' },
  { name: 'unclear', story: thenIs('waiting'), act: pays('strange'), shows: '还不知道您有没有收下' },
  {
    name: 'a WeChat that is too old',
    story: thenIs('open'),
    act: pays('function_not_exist'),
    shows: '请把微信更新到最新版',
  },
  { name: 'confirmed, and not known yet', story: thenIs('waiting'), act: pays('ok'), shows: '正在确认是否到账' },
  {
    name: 'confirmed, and not known for a while',
    story: changeStory({ change: ({ nth }) => someChange({ state: nth <= 2 ? 'open' : 'waiting' }) }),
    act: async (page) => {
      await withItsClock(page)
      await pays('ok')(page)
      await page.getByText('正在确认是否到账').last().waitFor()
      await letsItAsk(page, 2)
    },
    shows: '还在等微信的结果',
  },
  { name: 'the channel is at it', story: finds('sending'), shows: '微信正在处理' },
  { name: 'taken', story: thenIs('taken'), act: pays('ok'), shows: '已收下' },
  { name: "somebody else's", story: finds('anothers'), shows: '已有别人领取' },
  { name: "somebody else's at the tap", story: refused('change-anothers'), act: taps, shows: '已有别人领取' },
  { name: 'over', story: finds('over'), shows: '不能在这里领取了' },
  { name: 'over at the tap', story: refused('change-over'), act: taps, shows: '不能在这里领取了' },
  { name: 'not possible', story: refused('change-not-possible'), act: taps, shows: '车场账户现在不能转账' },
  {
    name: 'a link that is none',
    story: changeStory({ change: () => new No('change-unknown') }),
    shows: '无法识别这个找零码',
  },
  {
    name: 'whoever cannot be known',
    story: changeStory({ change: () => new No('not-identified') }),
    query: '?anonymous=1',
    shows: '没有确认到您的身份',
  },
  {
    name: 'without a line',
    story: changeStory(),
    act: async (page) => {
      await page.route('**/api/**', (route) => route.abort('internetdisconnected'))
      await page.reload()
    },
    shows: '网络不通',
  },
  {
    name: 'the line lost at the tap',
    story: changeStory(),
    act: async (page) => {
      await page.route('**/api/**', (route) => route.abort('internetdisconnected'))
      await taps(page)
    },
    shows: '网络不通',
  },
]
export const changeStates = ofChange.map((state) => ({
  ...state,
  name: `cash change, ${state.name}`,
  page: 'change' as const,
}))
