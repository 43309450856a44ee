import type { ChangeTake, ChangeView } from '@lanepay/cloud/cash-change/api.ts'
import { post } from '../edge/ask.ts'
import { get, told } from '../edge/told.ts'

/** The questions of the page of cash change. None of them throws. */
export function askingOf(token: string) {
  const path = `/api/driver/change/${encodeURIComponent(token)}`
  return {
    /** The first one is under way already: `change.html` has put it. */
    view: () => {
      const early = window.asked
      window.asked = undefined
      return told<ChangeView>(10_000, (signal) => early ?? get(path)(signal))
    },
    // The channel is asked behind it, and has its own, shorter patience.
    take: () => told<ChangeTake>(25_000, post(path, {})),
  }
}
