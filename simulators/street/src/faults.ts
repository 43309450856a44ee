import type { WalletName } from './phone/phone.ts'
import type { FaultView, Text } from './view.ts'

/** A fault that some part can be asked for; the street only draws the switch. */
export type FaultHook = Omit<FaultView, 'on'> & {
  isOn(): boolean
  /** Rejects when the part does not do it. */
  set(on: boolean): void | Promise<void>
}

type WalletFault = { readonly kind: string; readonly ms?: number; readonly name: Text; readonly about: Text }
const walletFaults: readonly WalletFault[] = [
  {
    kind: 'notify-lose',
    name: { 'zh-CN': '支付通知丢失', en: 'Notification lost' },
    about: {
      'zh-CN': '下一笔的支付通知永远不会到，Lanepay 要自己去查单。',
      en: 'The next payment is never notified; Lanepay has to ask by itself.',
    },
  },
  {
    kind: 'notify-double',
    name: { 'zh-CN': '支付通知重复', en: 'Notification twice' },
    about: {
      'zh-CN': '同一条通知同时到两次，只能算一次钱、开一次闸。',
      en: 'The same notification comes twice at once; it counts once and opens once.',
    },
  },
  {
    kind: 'notify-delay',
    ms: 60_000,
    name: { 'zh-CN': '支付通知迟到', en: 'Notification late' },
    about: {
      'zh-CN': '下一条通知晚一分钟（模拟时钟）才发。',
      en: 'The next notification leaves a minute later on the simulated clock.',
    },
  },
  {
    kind: 'notify-forge',
    name: { 'zh-CN': '伪造支付通知', en: 'Forged notification' },
    about: {
      'zh-CN': '在真通知之前，有人用自己的密钥发来一条改了金额的假通知。',
      en: 'Before the real one a stranger sends a notification with another amount.',
    },
  },
  {
    kind: 'error-after-pay',
    name: { 'zh-CN': '已扣款但钱包报错', en: 'Paid, but the wallet says error' },
    about: {
      'zh-CN': '钱已扣，钱包却告诉页面失败或结果未知。',
      en: 'The money is taken and the wallet tells the page that it failed or does not know.',
    },
  },
  {
    kind: 'error-after-create',
    name: { 'zh-CN': '已下单但返回 SYSTEM_ERROR', en: 'Order made, answer SYSTEM_ERROR' },
    about: {
      'zh-CN': '订单已建立，渠道却回答系统错误；要用同一单号再问。',
      en: 'The order exists and the answer says system error: ask again under the same number.',
    },
  },
  {
    kind: 'answer-5xx',
    name: { 'zh-CN': '渠道 502', en: 'Channel answers 502' },
    about: { 'zh-CN': '下一次请求什么也没做，直接回 502。', en: 'The next request does nothing and gets a 502.' },
  },
]

export type Faults = {
  views(): readonly FaultView[]
  /** False when there is no such fault; rejects when the part refused it. */
  set(id: string, on: boolean): Promise<boolean>
  /** A wallet may have used one up. */
  refresh(wallet: WalletName): Promise<void>
}

/** The switches of everybody who offers faults: the wallets over their control interface, the others by hooks. */
export function gatherFaults(options: {
  readonly wallets: Readonly<Partial<Record<WalletName, string>>>
  readonly hooks: readonly FaultHook[]
  readonly onChange: () => void
}): Faults {
  const { hooks, onChange } = options
  const wallets = Object.entries(options.wallets) as [WalletName, string][]
  const armed = new Map<WalletName, ReadonlySet<string>>()
  const control = async (url: string, path: string, method: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url.replace(/\/+$/, '')}/control${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(5_000),
    })
    if (!answer.ok) throw new Error(`the wallet's control answered ${answer.status}`)
    return answer.json()
  }
  const take = (wallet: WalletName, said: unknown) => {
    const { faults } = said as { faults?: readonly { kind: string }[] }
    const now = new Set((faults ?? []).map(({ kind }) => kind))
    const before = armed.get(wallet) ?? new Set()
    armed.set(wallet, now)
    if (now.size !== before.size || [...now].some((kind) => !before.has(kind))) onChange()
  }
  const order = (kind: string) => {
    const ms = walletFaults.find((fault) => fault.kind === kind)?.ms
    return { kind, times: 1, ...(ms === undefined ? {} : { ms }) }
  }

  return {
    views: () => [
      ...wallets.flatMap(([wallet]) =>
        walletFaults.map(
          ({ kind, name, about }): FaultView => ({
            id: `${wallet}:${kind}`,
            group: wallet,
            name,
            about,
            kind: 'once',
            on: armed.get(wallet)?.has(kind) ?? false,
          }),
        ),
      ),
      ...hooks.map(
        ({ id, group, name, about, kind, isOn }): FaultView => ({ id, group, name, about, kind, on: isOn() }),
      ),
    ],
    async set(id, on) {
      const hook = hooks.find((one) => one.id === id)
      if (hook) {
        await hook.set(on)
        onChange()
        return true
      }
      const [name, kind = ''] = id.split(':')
      const [wallet, url] = wallets.find(([one]) => one === name) ?? []
      if (!wallet || url === undefined || !walletFaults.some((fault) => fault.kind === kind)) return false
      if (on) {
        if (armed.get(wallet)?.has(kind)) return true
        take(wallet, await control(url, '/faults', 'POST', order(kind)))
        return true
      }
      // The control knows "clear everything" only: the others are asked for again.
      const others = [...(armed.get(wallet) ?? [])].filter((one) => one !== kind)
      let said = await control(url, '/faults', 'DELETE')
      for (const other of others) said = await control(url, '/faults', 'POST', order(other))
      take(wallet, said)
      return true
    },
    async refresh(wallet) {
      const url = wallets.find(([one]) => one === wallet)?.[1]
      if (url !== undefined && (armed.get(wallet)?.size ?? 0) > 0) take(wallet, await control(url, '', 'GET'))
    },
  }
}
