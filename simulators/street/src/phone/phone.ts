export const walletNames = ['wechatpay', 'alipay'] as const
export type WalletName = (typeof walletNames)[number]

/** One driver's phone with one wallet's own browser open: an origin of its own, with cookies of its own. */
export type Phone = { readonly driver: string; readonly wallet: WalletName }

/** The name of a phone, as the first part of its host name and wherever else one is told from another. */
export const phoneName = ({ driver, wallet }: Phone): string => `${driver}-${wallet}`

/** Whose phone a name means; null when it is nobody's. */
export function phoneCalled(name: string, drivers: readonly string[]): Phone | null {
  for (const wallet of walletNames) {
    if (!name.endsWith(`-${wallet}`)) continue
    const driver = name.slice(0, -wallet.length - 1)
    if (drivers.includes(driver)) return { driver, wallet }
  }
  return null
}

/**
 * The phone that a request to `<name>.localhost:<any port>` is for. The port does not matter: behind a forwarded port the
 * browser knows another one than we do.
 */
export function phoneAt(host: string | undefined, drivers: readonly string[]): Phone | null {
  const name = /^([a-z0-9-]+)\.localhost(?::\d+)?$/i.exec(host ?? '')?.[1]
  return name === undefined ? null : phoneCalled(name.toLowerCase(), drivers)
}

/** A driver's id becomes part of a host name. */
export const isDriverId = (id: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(id)
