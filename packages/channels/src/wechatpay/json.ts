export type Json = Readonly<Record<string, unknown>>

/** Reads a JSON object from text or bytes; `null` when it is anything else. */
export function readObject(source: string | Uint8Array): Json | null {
  try {
    const value: unknown = JSON.parse(typeof source === 'string' ? source : Buffer.from(source).toString('utf8'))
    return asObject(value)
  } catch (error) {
    if (error instanceof SyntaxError) return null // a foreign answer that is no JSON is expected, not a fault of ours
    throw error
  }
}

export const asObject = (value: unknown): Json | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null

/** A text that says something, else `null`: WeChat writes absent fields as `""` now and then (`sub_openid`). */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** A JSON number that is whole, safe and not negative, else `null`: the only form money has on this wire. */
export const wholeOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
