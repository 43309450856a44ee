import { useSyncExternalStore } from 'react'
import { kept, oneOf } from './kept.ts'

/** How the console looks: as the system does, until somebody chooses. */
export const appearance = kept<'system' | 'light' | 'dark'>('appearance', {
  fallback: 'system',
  isValue: oneOf(['system', 'light', 'dark']),
})

const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const onSystem = (listener: () => void) => {
  systemIsDark.addEventListener('change', listener)
  return () => systemIsDark.removeEventListener('change', listener)
}

/** Whether it is dark now. */
export function useIsDark(): boolean {
  const chosen = appearance.use()
  const system = useSyncExternalStore(onSystem, () => systemIsDark.matches)
  return chosen === 'system' ? system : chosen === 'dark'
}

/** Whether things may move: not for whoever has told the system so. */
export const mayMove = !matchMedia('(prefers-reduced-motion: reduce)').matches
