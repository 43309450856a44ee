import { createHmac } from 'node:crypto'

export type Answer = {
  readonly ok: boolean
  readonly code?: string
  readonly rule?: string
  readonly purchase?: View | null
  readonly quote?: Quote
  readonly inService?: boolean
}
export type View = {
  readonly purchase: string
  readonly state: 'open' | 'due' | 'ended'
  readonly owedFen: number
  readonly insertedFen: number
  readonly takes: readonly number[]
  readonly dueFen: number
  readonly changeOwedFen: number
}
export type Quote = { readonly session: string; readonly owedFen: number; readonly takes: readonly number[] }

/**
 * The line of a kiosk to its agent (docs/installers.md): each message signed with the secret, and believed to be answered only when
 * the answer is signed together with it. Null: no answer, or one that nobody signed.
 */
export async function tell(
  {
    url,
    kiosk,
    secret,
    withinMs,
  }: { readonly url: string; readonly kiosk: number; readonly secret: string; readonly withinMs: number },
  message: object,
): Promise<{ readonly answer: Answer | null; readonly status: number | null }> {
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('hex')
  const body = JSON.stringify(message)
  const signature = sign(`kiosk ${kiosk}\n${body}`)
  try {
    const response = await fetch(`${url}/kiosk/${kiosk}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-lanepay-signature': signature },
      body,
      signal: AbortSignal.timeout(withinMs),
    })
    const text = await response.text()
    const isAgent = response.headers.get('x-lanepay-signature') === sign(`agent ${signature}\n${text}`)
    return { answer: isAgent ? (JSON.parse(text) as Answer) : null, status: response.status }
  } catch {
    return { answer: null, status: null } // no line: it is said again
  }
}
