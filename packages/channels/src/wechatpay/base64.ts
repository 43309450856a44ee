/**
 * Strict base64: standard alphabet, padded, no spare bits set; `null` for anything else. Node's own reader silently skips
 * rubbish, so what it read is written again and compared.
 */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64') === text ? bytes : null
}
