import type { ErrorView } from '@lanepay/cloud/driver/api.ts'
import { withPatience } from './ask.ts'

/** An answer, or why not: a code of the API's, or `line` where nobody answered. */
export type Told<View> = { readonly ok: true; readonly view: View } | { readonly ok: false; readonly code: string }

/** One question of a page beside that of fees, waited for so many ms. Never throws. */
export async function told<View>(ms: number, send: (signal: AbortSignal) => Promise<Response>): Promise<Told<View>> {
  try {
    return await withPatience(ms, async (signal) => {
      const response = await send(signal)
      const body = (await response.json()) as View & Partial<ErrorView>
      return response.ok ? { ok: true, view: body } : { ok: false, code: body.error?.code ?? 'line' }
    })
  } catch {
    return { ok: false, code: 'line' } // also when something between us and the server answered with a page of its own
  }
}

export const get = (path: string) => (signal: AbortSignal) => fetch(path, { signal, cache: 'no-store' })
