import { type Tariff, trapsIn } from '../tariff.ts'
import { fallsIn } from './falls.ts'
import { type Language, trapTexts } from './words.ts'

export type Note = { readonly path: string; readonly rule: string; readonly why: string }

/** What a list without a mistake should make its author think of: what it may still mean, and where staying longer costs less. */
export function notesOn(tariff: Tariff, root: string, language: Language): Note[] {
  const traps = trapsIn(tariff.document).map(({ path, trap }) => ({
    path: `${root}${path}`,
    rule: trap as string,
    why: trapTexts[trap][language],
  }))
  const falls = fallsIn(tariff, language).map((fall) => ({
    path: `${root}/choose`,
    rule: 'falls',
    why: `${trapTexts.falls[language]} ${fall}`,
  }))
  return [...traps, ...falls]
}
