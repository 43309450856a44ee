/**
 * Whether objects and lists in a JSON text are nested deeper than this. To be asked before `JSON.parse`, which in Node 26.10 writes
 * beyond its memory for objects that are nested some ten thousand deep: the process dies of it.
 */
export function isNestedDeeper(text: string, most: number): boolean {
  // Most messages open fewer of them in all, and their long texts need not be walked through.
  if (opened(text, '{', most) + opened(text, '[', most) <= most) return false
  let depth = 0
  let isInText = false
  for (let at = 0; at < text.length && depth <= most; at += 1) {
    const sign = text.charCodeAt(at)
    if (isInText && sign === 0x5c) at += 1
    else if (sign === 0x22) isInText = !isInText
    else if (!isInText && (sign === 0x7b || sign === 0x5b)) depth += 1
    else if (!isInText && (sign === 0x7d || sign === 0x5d)) depth -= 1
  }
  return depth > most
}

/** How often the sign is in the text, counted no further than needed. */
function opened(text: string, sign: string, most: number): number {
  let count = 0
  for (let at = text.indexOf(sign); at >= 0 && count <= most; at = text.indexOf(sign, at + 1)) count += 1
  return count
}
