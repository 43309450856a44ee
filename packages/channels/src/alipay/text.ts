/**
 * Text as it may stand on a bill: no control characters, none beyond three bytes, single spaces, and at most 256 bytes of
 * UTF-8. Whether the limit counts characters or bytes is not said (alipay.md 7.2, 7.9); bytes satisfy both readings.
 */
export function cleanText(text: string): string {
  let kept = ''
  let bytes = 0
  for (const character of text.replace(/[\p{Cc}\p{Cs}\u{10000}-\u{10FFFF}\s]+/gu, ' ').trim()) {
    bytes += Buffer.byteLength(character)
    if (bytes > 256) break
    kept += character
  }
  return kept.trim()
}

/** `/`, `=` and `&` are refused in a subject, so their full-width twins stand in for them (alipay.md 7.2). */
export const cleanSubject = (text: string): string =>
  cleanText(text.replace(/[/=&]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))) || '停车费'
