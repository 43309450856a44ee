/** So long a lot's own text may be on a driver's page. */
const longest = 60

/**
 * A lot's own text as a driver may see it: one line, at most 60 characters, without what steers a screen (control and format characters,
 * such as those that turn the direction of what follows). Null: nothing is left of it. It is text and no markup: whoever shows it escapes it.
 */
export function lotWords(text: string | undefined): string | null {
  const line = (text ?? '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{C}]/gu, '')
    .trim()
  const letters = Array.from(line)
  if (letters.length === 0) return null
  return letters.length <= longest ? line : `${letters.slice(0, longest - 1).join('')}…`
}
