import { useEffect, useReducer, useRef, useState } from 'preact/hooks'
import { phoneName, type WalletName } from '../phone/phone.ts'
import type { StreetLayout } from '../view.ts'

/** A page that is open on a phone. */
export type OpenPage = {
  readonly phone: string
  /** Where it was sent; `visit` counts how often. */
  readonly path: string
  readonly visit: number
  /** What it says of itself. */
  readonly at: string
  readonly title: string
  /** Where it has been before. */
  readonly before: readonly string[]
}
type Pages = Readonly<Record<string, OpenPage>>
type Change =
  | { readonly kind: 'open'; readonly phone: string; readonly path: string }
  | { readonly kind: 'back'; readonly phone: string }
  | { readonly kind: 'close'; readonly phone: string }
  | { readonly kind: 'told'; readonly phone: string; readonly at: string; readonly title: string }

function change(pages: Pages, asked: Change): Pages {
  const { phone } = asked
  const page = pages[phone]
  switch (asked.kind) {
    case 'open': {
      const visit = (page?.visit ?? 0) + 1
      return { ...pages, [phone]: { phone, path: asked.path, visit, at: asked.path, title: '', before: [] } }
    }
    case 'back': {
      if (!page) return pages
      const before = page.before.slice(0, -1)
      const path = page.before.at(-1)
      return path === undefined
        ? without(pages, phone)
        : { ...pages, [phone]: { ...page, path, at: path, visit: page.visit + 1, before } }
    }
    case 'close':
      return without(pages, phone)
    case 'told': {
      if (!page) return pages
      const moved = plain(asked.at) !== plain(page.at)
      return {
        ...pages,
        [phone]: { ...page, at: asked.at, title: asked.title, before: moved ? [...page.before, page.at] : page.before },
      }
    }
  }
}
const plain = (path: string): string => path.split('?')[0]!
const without = (pages: Pages, phone: string): Pages =>
  Object.fromEntries(Object.entries(pages).filter(([name]) => name !== phone))

/** How phones are reached: each at a host name of its own, or all at this origin, one at a time. */
export type PhoneOrigins = 'own' | 'lent'

const localNames = /^(?:localhost|127\.0\.0\.1|\[::1\]|.+\.localhost)$/

async function findOrigins(phone: string): Promise<PhoneOrigins> {
  if (!localNames.test(location.hostname)) return 'lent'
  try {
    await fetch(`${phoneOrigin(phone)}/~street/knock`, { signal: AbortSignal.timeout(4_000) })
    return 'own'
  } catch {
    return 'lent'
  }
}
const phoneOrigin = (phone: string): string =>
  `${location.protocol}//${phone}.localhost${location.port === '' ? '' : `:${location.port}`}`

export const addressOf = (origins: PhoneOrigins, phone: string, path: string): string =>
  origins === 'own' ? phoneOrigin(phone) + path : `/street/phone/${phone}?to=${encodeURIComponent(path)}`

export type Finger = { readonly selector: string } | { readonly words: string }

/** The phones of all drivers: who holds one, which wallet is open, and the pages on them. */
export function usePhones(layout: StreetLayout) {
  const [pages, ask] = useReducer(change, {})
  const [driver, pickDriver] = useState(layout.drivers[0]!.id)
  const [walletOf, setWalletOf] = useState<Readonly<Record<string, WalletName>>>(() =>
    Object.fromEntries(layout.drivers.map(({ id, wallet }) => [id, wallet])),
  )
  const [origins, setOrigins] = useState<PhoneOrigins | null>(null)
  const frames = useRef(new Map<string, HTMLIFrameElement>())
  const tapped = useRef(new Map<number, (found: boolean) => void>())
  const taps = useRef(0)
  const wallet = walletOf[driver]!
  const phone = phoneName({ driver, wallet })

  useEffect(() => {
    void findOrigins(phone).then(setOrigins)
  }, [])
  useEffect(() => {
    const hear = ({ source, data }: MessageEvent) => {
      if (data?.street !== 'phone') return
      const from = [...frames.current].find(([, frame]) => frame.contentWindow === source)?.[0]
      if (from === undefined || data.phone !== from) return
      if (data.closed) return ask({ kind: 'close', phone: from })
      if (typeof data.tapped === 'number') return tapped.current.get(data.tapped)?.(data.found === true)
      if (typeof data.path === 'string' && typeof data.title === 'string')
        ask({ kind: 'told', phone: from, at: data.path, title: data.title })
    }
    window.addEventListener('message', hear)
    return () => window.removeEventListener('message', hear)
  }, [])

  return {
    pages,
    driver,
    wallet,
    phone,
    origins,
    frames: frames.current,
    pickDriver,
    pickWallet: (picked: WalletName) => setWalletOf((before) => ({ ...before, [driver]: picked })),
    /** Holds the phone of this driver, with this wallet. */
    hold(who: string, picked: WalletName) {
      pickDriver(who)
      setWalletOf((before) => ({ ...before, [who]: picked }))
    },
    open: (path: string, on = phone) => ask({ kind: 'open', phone: on, path }),
    back: () => ask({ kind: 'back', phone }),
    close: (which = phone) => ask({ kind: 'close', phone: which }),
    /** Puts a finger on something in the page; false when it is not there (yet). */
    tap(on: string, finger: Finger): Promise<boolean> {
      const window = frames.current.get(on)?.contentWindow
      if (!window) return Promise.resolve(false)
      const id = ++taps.current
      return new Promise((resolve) => {
        const timer = setTimeout(() => finish(false), 1500)
        const finish = (found: boolean) => {
          clearTimeout(timer)
          tapped.current.delete(id)
          resolve(found)
        }
        tapped.current.set(id, finish)
        window.postMessage({ street: 'tap', id, ...finger }, '*')
      })
    },
  }
}
export type PhoneBook = ReturnType<typeof usePhones>
