import { type Tariff, trapsIn } from '@lanepay/domain/tariff/tariff.ts'
import { fallsIn } from './falls.ts'
import { lineOf } from './place.ts'
import { entryLines, faultLines, type ListFile } from './read.ts'
import { type Language, sayings, trapTexts } from './words.ts'

/** `lanepay tariff check FILE`: every mistake, or what a list without one should make its author think of. */
export function checked(file: ListFile, language: Language): { readonly text: string; readonly isRight: boolean } {
  if (file.faults.length > 0) return { text: faultLines(file, language).join('\n'), isRight: false }
  const entries = file.lists.flatMap(({ path, tariff }) => notesOn(tariff, path, language))
  const lines = entries
    .map((entry) => ({ ...entry, line: lineOf(file.text, file.places, entry.path) }))
    .sort((a, b) => a.line - b.line)
    .flatMap(({ path, rule, why, line }) => entryLines(line, path, rule, why, language))
  const head = `${file.name}: ${sayings.fine[language]}`
  return {
    text: entries.length === 0 ? head : [head, `${entries.length} ${sayings.warnings[language]}`, ...lines].join('\n'),
    isRight: true,
  }
}

function notesOn(tariff: Tariff, root: string, language: Language) {
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
