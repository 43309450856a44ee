import { onlineManager } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { useTexts } from '../kit/language.ts'

const subscribe = (listener: () => void) => onlineManager.subscribe(listener)

/** Says that what is shown may be old, for as long as this browser has no network. */
export function Offline() {
  const isOnline = useSyncExternalStore(subscribe, () => onlineManager.isOnline())
  const t = useTexts({
    zh: '没有网络：下面的内容可能是旧的，更改发不出去。恢复后会自动更新。',
    en: 'No network: what you see may be old, and nothing can be changed. It goes on by itself when the network is back.',
  })
  return isOnline ? null : (
    <p className="lp-banner lp-banner-warn" role="alert">
      {t}
    </p>
  )
}
