import { randomBytes } from 'node:crypto'
import { type ChannelName, channelNames } from '@lanepay/domain/types.ts'
import { networkOf } from '../staff/tries.ts'
import { seal, unseal } from './sealed.ts'

/** Who holds the phone, as a channel told us. */
export type Driver = { readonly channel: ChannelName; readonly payer: string }
/** The driver in our tables. */
export const driverKey = ({ channel, payer }: Driver): string => `${channel}:${payer}`
/**
 * Whose guesses at plates are counted together. A browser of a partner's app is named by us, anew whenever it drops its cookie
 * (zldpay/channel.ts): its address counts in its place.
 */
export const guesserOf = (driver: Driver, address: string): string =>
  driver.channel === 'zldpay' ? `zldpay from ${networkOf(address)}` : driverKey(driver)

const driverCookie = 'lp_driver'
const stateCookie = 'lp_state'
const stateLastsMs = 10 * 60_000
const driverLastsSeconds = 30 * 24 * 3600

/** Reads and writes the two cookies of a driver's phone. Both are sealed; neither says who the person is to a stranger. */
export function driverCookies(options: { readonly key: Buffer; readonly secure: boolean }) {
  const { key, secure } = options
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    driverOf(cookieHeader: string | undefined): Driver | null {
      const read = unseal(driverCookie, cookieOf(cookieHeader, driverCookie), key) as { c?: string; p?: string } | null
      const channel = channelNames.find((name) => name === read?.c)
      return channel && typeof read?.p === 'string' ? { channel, payer: read.p } : null
    },
    setDriver: ({ channel, payer }: Driver): string =>
      `${driverCookie}=${seal(driverCookie, { c: channel, p: payer }, key)}; Max-Age=${driverLastsSeconds}; ${attributes}`,
    /** Starts an identification: what goes to the channel as `state`, and the cookie that must come back with it. */
    startIdentifying(code: string, now: number): { state: string; cookie: string } {
      const state = randomBytes(12).toString('hex')
      const sealed = seal(stateCookie, { s: state, code, at: now }, key)
      return { state, cookie: `${stateCookie}=${sealed}; Max-Age=${stateLastsMs / 1000}; ${attributes}` }
    },
    /** The code that the identification was for; null when this browser did not start it, or long ago. */
    endIdentifying(cookieHeader: string | undefined, state: string | undefined, now: number): string | null {
      const read = unseal(stateCookie, cookieOf(cookieHeader, stateCookie), key) as {
        s?: string
        code?: string
        at?: number
      } | null
      const fits = read !== null && read.s === state && typeof read.at === 'number' && now - read.at <= stateLastsMs
      return fits && typeof read.code === 'string' ? read.code : null
    },
    forgetState: `${stateCookie}=; Max-Age=0; ${attributes}`,
  }
}
export type DriverCookies = ReturnType<typeof driverCookies>

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}
