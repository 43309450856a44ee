/**
 * Makes text safe for WeChat Pay: only characters of 1 to 3 bytes (no emoji, no half of one), no control characters,
 * single spaces, and at most `limit` bytes of UTF-8. The vendor does not say whether its limits count characters or
 * bytes; bytes satisfy both readings. Never cuts inside a character.
 */
export function cleanText(text: string, limit: number): string {
  let kept = ''
  let bytes = 0
  for (const character of text.replace(/[\p{Cc}\p{Cs}\u{10000}-\u{10FFFF}\s]+/gu, ' ').trim()) {
    bytes += Buffer.byteLength(character)
    if (bytes > limit) break
    kept += character
  }
  return kept.trim()
}

export const descriptionLimit = 127
export const reasonLimit = 80

/** `description` is required (8.1), so a text of which nothing is left becomes the plain word for what is paid. */
export const cleanDescription = (text: string): string => cleanText(text, descriptionLimit) || '停车费'
