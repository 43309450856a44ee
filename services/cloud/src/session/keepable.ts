/** An event with its text, both as they can be kept. */
export type Kept<E> = { readonly event: E; readonly text: string }

/**
 * The event as PostgreSQL can keep it, which has no zero byte and no half of a character: one that a device or a person wrote
 * into some text must not hold up everything that its lot tells after it.
 */
export function keepable<E>(event: E): Kept<E> {
  const text = JSON.stringify(event)
  if (!text.includes('\\u')) return { event, text }
  // In text that JSON.stringify made, a surrogate that is escaped is one without its other half.
  const mended = text.replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\\ufffd')
  return { event: mended === text ? event : (JSON.parse(mended) as E), text: mended }
}
