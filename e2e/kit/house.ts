import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@lanepay/simulator-wire/free-port.testing.ts'
import type { FrameLocator, Locator, Page } from 'playwright-core'
import { type LanepayProcess, lanepay, lanepayOnce } from './process.ts'

export const ports = [
  'LANEPAY_STREET_PORT',
  'LANEPAY_HTTP_PORT',
  'LANEPAY_BROKER_PORT',
  'LANEPAY_WECHATPAY_SIMULATOR_PORT',
  'LANEPAY_ALIPAY_SIMULATOR_PORT',
  'LANEPAY_BANK_SIMULATOR_PORT',
  'LANEPAY_CAMERA_PORT',
  'LANEPAY_AGENT_PAGE_PORT',
] as const

export type HouseFolder = {
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** Where the street is while it runs. */
  readonly url: string
  /** What `npm start` does; resolves when it has said where to look. */
  start(): Promise<LanepayProcess>
  /** Another command in the same folder, until it has ended. */
  run(...args: readonly string[]): ReturnType<typeof lanepayOnce>
  /** The same with these settings. */
  runWith(settings: Readonly<Record<string, string>>, ...args: readonly string[]): ReturnType<typeof lanepayOnce>
  remove(): void
}

/** A folder of its own for one installation, with ports that nobody has. */
export async function houseFolder(): Promise<HouseFolder> {
  const dir = mkdtempSync(join(tmpdir(), 'lanepay-house-'))
  chmodSync(dir, 0o755) // under root the database runs as another user, who must get through
  const home = join(dir, 'home')
  const env: Record<string, string> = { LANEPAY_HOME: home }
  for (const name of ports) env[name] = String(await freePort())
  return {
    home,
    env,
    url: `http://localhost:${env.LANEPAY_STREET_PORT}`,
    start: () => lanepay(['all'], env, /The street:/),
    run: (...args) => lanepayOnce(args, env),
    runWith: (settings, ...args) => lanepayOnce(args, { ...env, ...settings }),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

/** Every process that a process has started, and those have started, and so on. Linux only. */
export function descendantsOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && statOf(Number(name))?.parent === pid)
    .map(Number)
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

/** Whether it still runs; one that only waits to be buried does not. Linux only. */
export const runs = (pid: number): boolean => !['Z', 'X', undefined].includes(statOf(pid)?.state)

function statOf(pid: number): { readonly state: string; readonly parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: state!, parent: Number(parent) }
  } catch {
    return null // it has just gone
  }
}

export type WalletName = 'wechatpay' | 'alipay'
const walletTitle = { wechatpay: '微信', alipay: '支付宝' } as const
export type CodeTitle = '入口码' | '场内缴费码' | '出口码'

/** The street page in a browser, by what a person sees on it. */
export function streetOn(page: Page) {
  const car = (plate: string): Locator => page.locator('.car-list li', { hasText: plate })
  const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click()
  let held = 'lin-wechatpay'
  return {
    page,
    car,
    async open(url: string): Promise<void> {
      await page.goto(url)
      await page.getByRole('button', { name: '随机车牌' }).waitFor()
    },
    /** Turns to the other lot of the street. */
    async look(lot: '托管车场' | '自带收费软件'): Promise<void> {
      await press(lot)
      await page.locator('.lots button[aria-pressed=true]', { hasText: lot }).waitFor()
    },
    async send(plate: string): Promise<void> {
      await page.getByPlaceholder('如 粤B12345').fill(plate)
      await press('开来')
      await car(painted(plate)).waitFor()
    },
    sendWithoutPlate: () => press('无牌车'),
    async isAt(plate: string, place: '在入口' | '停在' | '在出口'): Promise<void> {
      await car(painted(plate)).filter({ hasText: place }).waitFor()
    },
    async toExit(plate: string): Promise<void> {
      await car(painted(plate)).getByRole('button', { name: '开到出口' }).click()
      await car(painted(plate)).filter({ hasText: '在出口' }).waitFor()
    },
    /** Drives to the exit and out, with nobody doing anything there. */
    async leaves(plate: string): Promise<void> {
      await car(painted(plate)).getByRole('button', { name: '开到出口' }).click()
      await car(painted(plate)).waitFor({ state: 'detached' })
    },
    isGone: (plate: string) => car(painted(plate)).waitFor({ state: 'detached' }),
    push: (step: '+10 分' | '+1 小时') => press(step),
    /** ms since 1970 on the street's clock. */
    now: async (): Promise<number> => Date.parse((await page.locator('.clock time').getAttribute('datetime')) ?? ''),
    /** What a display shows once it shows this. */
    async shows(lane: '入口' | '出口', text: string): Promise<void> {
      await page.locator(`canvas.led[aria-label^="${lane}显示屏"][aria-label*="${text}"]`).waitFor()
    },
    /** Takes a driver's phone in the hand, with this wallet open. */
    async hold(driver: string, wallet: WalletName): Promise<void> {
      await page.getByLabel('车主').selectOption(driver)
      await page.locator('.phone-picks').getByRole('button', { name: walletTitle[wallet], exact: true }).click()
      held = `${driver}-${wallet}`
    },
    async scan(code: CodeTitle): Promise<FrameLocator> {
      await page.getByRole('button', { name: `用手机扫一扫: ${code}` }).click()
      return page.frameLocator(`iframe[data-phone=${held}]`)
    },
    /** Messages of one wire in the panel. */
    wire: (name: string): Locator => page.locator(`.wire.${name}`),
  }
}
export type StreetPage = ReturnType<typeof streetOn>

/** `粤B12345` as the street paints it; a car without plate is called so. */
const painted = (plate: string): string => plate.replace(/^(.[A-Z])(?=[0-9A-Z]{5,6}$)/u, '$1·')
