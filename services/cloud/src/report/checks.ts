import type { Column, Language, Row, Words } from './column.ts'

/* The last table of a month's books: what is in two of its tables must be the same in both. */

export const checkColumns: readonly Column[] = [
  { key: 'what', kind: 'text', title: { zh: '核对项', en: 'What' } },
  { key: 'oneFen', kind: 'fen', title: { zh: '本表合计', en: 'By its own table' } },
  { key: 'otherFen', kind: 'fen', title: { zh: '账务流水', en: 'By the transfers' } },
  { key: 'differenceFen', kind: 'fen', title: { zh: '差额', en: 'Difference' }, total: true },
]
export type Check = { readonly what: Words; readonly one: bigint; readonly other: bigint }

export const checkRow = ({ what, one, other }: Check, language: Language): Row => ({
  ...{ what: what[language], oneFen: String(one), otherFen: String(other), differenceFen: String(one - other) },
})

/** Adds up the entries of transfers, to be asked by their causes and account afterwards. */
export function entrySums() {
  const sums = new Map<string, bigint>()
  return {
    add: ({ cause, account, amountFen }: Row): void => {
      const key = `${cause} ${account}`
      sums.set(key, (sums.get(key) ?? 0n) + BigInt(amountFen ?? 0))
    },
    of: (account: string, causes: readonly string[] | 'all'): bigint => {
      let sum = 0n
      for (const [key, fen] of sums) {
        const [cause, of] = key.split(' ') as [string, string]
        if (of === account && (causes === 'all' || causes.includes(cause))) sum += fen
      }
      return sum
    },
  }
}
