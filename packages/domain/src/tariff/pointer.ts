/** A name as one part of a JSON pointer. */
export const pointerTo = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
