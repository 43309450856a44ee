/* Where a page ended, as an answer says it and the next question says it back: nobody but us reads it, and anybody may write it. */

/** The parts, as text that an address may hold. */
export const cursorOut = (parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/** What was said back, if it is as many parts; null for anything else. What the parts are is still to be looked at. */
export function cursorIn(unchecked: string, parts: number): readonly unknown[] | null {
  try {
    const said: unknown = JSON.parse(Buffer.from(unchecked, 'base64url').toString())
    return Array.isArray(said) && said.length === parts ? said : null
  } catch {
    return null
  }
}
