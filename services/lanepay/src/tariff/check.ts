import { notesOn } from '@lanepay/domain/tariff/told/notes.ts'
import { type Language, sayings } from '@lanepay/domain/tariff/told/words.ts'
import { lineOf } from './place.ts'
import { entryLines, faultLines, type ListFile } from './read.ts'

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
