/** Where in a JSON text each value stands, by its JSON pointer; and the pointers of fields that stand there twice. */
export type Places = { readonly offsets: ReadonlyMap<string, number>; readonly twice: readonly string[] }

/** The text has been parsed as JSON before: this only remembers where things were. */
export function placesIn(text: string): Places {
  const offsets = new Map<string, number>()
  const twice: string[] = []
  let at = 0
  const skip = (): void => {
    while (' \t\r\n'.includes(text[at] ?? '.')) at++
  }
  const string = (): string => {
    const from = at
    for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++
    at++
    return JSON.parse(text.slice(from, at)) as string
  }
  const list = (close: string, item: (index: number) => void): void => {
    at++
    skip()
    for (let index = 0; text[at] !== close; index++) {
      if (text[at] === ',') at++
      skip()
      item(index)
      skip()
    }
    at++
  }
  const value = (pointer: string): void => {
    skip()
    offsets.set(pointer, at)
    if (text[at] === '{')
      list('}', () => {
        const keyAt = at
        const field = `${pointer}/${string().replaceAll('~', '~0').replaceAll('/', '~1')}`
        if (offsets.has(field)) twice.push(field)
        skip()
        at++ // the colon
        value(field)
        offsets.set(field, keyAt)
      })
    else if (text[at] === '[') list(']', (index) => value(`${pointer}/${index}`))
    else if (text[at] === '"') string()
    else while (/[\w.+-]/.test(text[at] ?? '')) at++
  }
  value('')
  return { offsets, twice }
}

/** The line, from 1, on which a value stands; of what is missing, that of the nearest part that is there. */
export function lineOf(text: string, { offsets }: Places, pointer: string): number {
  let part = pointer
  while (part !== '' && !offsets.has(part)) part = part.slice(0, part.lastIndexOf('/'))
  return text.slice(0, offsets.get(part) ?? 0).split('\n').length
}
