export type Json = Readonly<Record<string, unknown>>

/** A JSON object out of its text, `null` for anything else: a foreign page, a list, a cut answer. */
export function readObject(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null
  } catch {
    return null // parsing fails for one reason only
  }
}

/** A text that says something, else `null`: a field that is empty is one that is left out (alipay.md 2.4). */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
