import { CFB, read, utils, type WorkBook } from '@e965/xlsx'
import type { Sink } from './book.ts'

/* Reads back what was written, by somebody else's code (SheetJS): never by ours. */

/** A sink that keeps what it gets. */
export function keeping(): { readonly sink: Sink; bytes(): Buffer } {
  const chunks: Uint8Array[] = []
  return {
    sink: async (bytes) => {
      chunks.push(bytes)
    },
    bytes: () => Buffer.concat(chunks),
  }
}

/** Every sheet's rows by its name; cells as the file has them: numbers as numbers, text as text. */
export function sheetsOf(bytes: Uint8Array): Record<string, unknown[][]> {
  const book: WorkBook = read(bytes, { type: 'buffer', dense: true, cellText: false, cellHTML: false, raw: true })
  return Object.fromEntries(
    book.SheetNames.map((name) => [
      name,
      utils.sheet_to_json<unknown[]>(book.Sheets[name]!, { header: 1, raw: true, defval: null, blankrows: true }),
    ]),
  )
}

/** The files of a zip by their names, as text. */
export function filesInZip(bytes: Uint8Array): Record<string, string> {
  const zip = CFB.read(bytes, { type: 'buffer' }) as {
    readonly FullPaths: readonly string[]
    readonly FileIndex: readonly { readonly content?: Uint8Array }[]
  }
  return Object.fromEntries(
    zip.FullPaths.map((path, n) => [
      path.replace(/^Root Entry\//, ''),
      Buffer.from(zip.FileIndex[n]!.content ?? []).toString(),
    ]),
  )
}
